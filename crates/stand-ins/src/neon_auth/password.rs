//! Sign-up and sign-in with e-mail and password, and how passwords are hashed.
//! It must not say whether an e-mail address is known, except where the real server does.

use super::{
    access::Access,
    body::{Check, Form},
    codes::{self, Mail, Purpose},
    errors::{ApiError, json_response},
    known_errors, mfa,
    project::Project,
    secrets, sessions,
    state::StandIn,
    sync,
    users::{self, NewUser, User},
};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash::SaltString,
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use tokio::task;

const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 70;

/// Returns the hash function. It takes less memory than a real server's: local sign-ins should not take long.
fn argon2() -> Result<Argon2<'static>, ApiError> {
    let params = Params::new(8 * 1024, 2, 1, None).map_err(|_| ApiError::internal("argon2 refuses its parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Returns the hash of a password, to be stored.
pub async fn hash(password: String) -> Result<String, ApiError> {
    let salt = SaltString::encode_b64(&secrets::bytes::<16>()).map_err(|_| ApiError::internal("no salt"))?;
    let hashing = task::spawn_blocking(move || {
        let hash = argon2()?.hash_password(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| ApiError::internal("the password could not be hashed"))
    });
    hashing.await.map_err(|error| ApiError::Internal(error.into()))?
}

/// Returns the hash of a password that may be left out, once it has been found acceptable.
pub async fn hash_optional(password: Option<String>) -> Result<Option<String>, ApiError> {
    let Some(password) = password else { return Ok(None) };
    check_acceptable(&password)?;
    hash(password).await.map(Some)
}

/// Returns whether the hash is one of this password.
pub async fn matches(password: String, hash: String) -> Result<bool, ApiError> {
    let checking = task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|_| ApiError::internal("a stored hash cannot be read"))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
    });
    checking.await.map_err(|error| ApiError::Internal(error.into()))?
}

/// Refuses a password above the longest with a schema error, as the real server does.
pub fn check_length(check: &mut Check, name: &str, password: &str) {
    if length(password) > MAX_LENGTH {
        check.add_problem(name, &format!("must be at most {MAX_LENGTH} characters"));
    }
}

/// Refuses a password below the shortest with a code of its own, which the real server does after it has looked at the
/// project's settings. bcrypt stops at 72 bytes, and the real server then throws: so do we.
pub fn check_acceptable(password: &str) -> Result<(), ApiError> {
    if length(password) < MIN_LENGTH {
        return Err(known_errors::password_too_short(MIN_LENGTH).into());
    }
    if length(password) > MAX_LENGTH {
        return Err(known_errors::password_too_long(MAX_LENGTH).into());
    }
    if password.len() >= 72 {
        return Err(ApiError::internal("the password has 72 bytes or more"));
    }
    Ok(())
}

/// Returns the length in UTF-16 units, as JavaScript counts.
fn length(password: &str) -> usize {
    password.encode_utf16().count()
}

/// Answers `POST /auth/password/sign-up`.
pub async fn sign_up(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.required_text("email");
    check_email(&mut check, &email);
    let password = check.required_text("password");
    check_length(&mut check, "password", &password);
    let callback_url = check.optional_text("verification_callback_url");
    check.allow_only(&["email", "password", "verification_callback_url"]);
    check.finish()?;

    let project = &access.project;
    require_password_authentication(project)?;
    if let Some(url) = &callback_url
        && !project.allows_redirect(&stand_in, url).await?
    {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }
    if !project.sign_up_enabled {
        return Err(known_errors::sign_up_not_enabled().into());
    }
    check_acceptable(&password)?;

    let stored = users::normalize_email(&email);
    let new = NewUser {
        primary_email: Some(stored.clone()),
        primary_email_auth_enabled: true,
        password_hash: Some(hash(password).await?),
        ..NewUser::default()
    };
    let mut transaction = stand_in.begin().await?;
    let user = User::create(&mut *transaction, project.id, &new)
        .await?
        .ok_or_else(|| known_errors::user_email_already_exists(&stored))?;
    sync::user_written(&mut transaction, project, &user).await?;
    if let Some(url) = &callback_url {
        let mail = Mail { purpose: Purpose::VerifyEmail, user: user.id, to: &email, callback_url: url };
        codes::send(&stand_in, &mut transaction, project, &mail).await?;
    }
    transaction.commit().await?;
    sync::wake(&stand_in).await?;
    Ok(json_response(&sessions::sign_in(&stand_in, project, &user).await?))
}

/// Answers `POST /auth/password/sign-in`.
pub async fn sign_in(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.required_text("email");
    if check.get("email").is_some() && email.is_empty() {
        check.add_problem("email", "must not be empty");
    }
    let password = check.required_text("password");
    check.allow_only(&["email", "password"]);
    check.finish()?;

    let project = &access.project;
    require_password_authentication(project)?;
    let user = User::find_by_email(stand_in.pool(), project.id, &users::normalize_email(&email)).await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let is_right = matches(password, stored.unwrap_or(stand_in.dummy_password_hash()).to_owned()).await?;
    match user {
        Some(user) if is_right && user.password_hash.is_some() => {
            mfa::require_none(stand_in.pool(), project, &user).await?;
            Ok(json_response(&sessions::sign_in(&stand_in, project, &user).await?))
        }
        _ => Err(known_errors::email_password_mismatch().into()),
    }
}

fn require_password_authentication(project: &Project) -> Result<(), ApiError> {
    match project.credential_enabled {
        true => Ok(()),
        false => Err(known_errors::password_authentication_not_enabled().into()),
    }
}

/// Refuses an e-mail address without a dotted domain whose last label has two characters or more, as the real server
/// does.
pub fn check_email(check: &mut Check, email: &str) {
    if check.get("email").is_none() {
        return;
    }
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", ""));
    let labels_are_filled = !local.is_empty() && local.split('.').all(|label| !label.is_empty());
    let has_suffix = domain.rsplit_once('.').is_some_and(|(_, suffix)| suffix.chars().count() >= 2);
    let is_plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if domain.is_empty() || !labels_are_filled || !is_plain || email.len() > 256 {
        check.add_problem("email", "must be a valid email");
    }
    if !labels_are_filled || !has_suffix {
        check.add_problem("email", r#"must match the following: "/^[^.]+(\.[^.]+)*@.*\.[^.][^.]+$/""#);
    }
}

/// Returns `400` in plain text, which is how the real server refuses what its project forbids.
pub fn bad_request(text: &str) -> ApiError {
    ApiError::text(StatusCode::BAD_REQUEST, text)
}
