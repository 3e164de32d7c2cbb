//! Sign-up and sign-in with e-mail and password, and how passwords are hashed.
//! It must not say whether an e-mail address is known, except where the real server does.

use super::codes::{self, Mail, Purpose};
use super::errors::{ApiError, ApiResult, json_response};
use super::known_errors::KnownError;
use super::users::{self, NewUser, User};
use super::{access::Access, body::Form, mfa, project::Project, secrets, sessions, state::StandIn, sync};
use argon2::password_hash::SaltString;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use axum::extract::State;
use tokio::task;

const MIN_LENGTH: usize = 8;
pub const MAX_LENGTH: usize = 70;

/// Returns the hash function. It takes less memory than a real server's: local sign-ins should not take long.
fn argon2() -> ApiResult<Argon2<'static>> {
    let params = Params::new(8 * 1024, 2, 1, None).map_err(|_| ApiError::internal("argon2 refuses its parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Returns the hash of a password, to be stored.
pub async fn hash(password: String) -> ApiResult<String> {
    let salt = SaltString::encode_b64(&secrets::bytes::<16>()).map_err(|_| ApiError::internal("no salt"))?;
    let hashing = task::spawn_blocking(move || {
        let hash = argon2()?.hash_password(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| ApiError::internal("the password could not be hashed"))
    });
    hashing.await.map_err(ApiError::internal)?
}

/// Returns the hash of a password that a user has chosen, once it has been found acceptable.
pub async fn hash_acceptable(password: String) -> ApiResult<String> {
    check_acceptable(&password)?;
    hash(password).await
}

/// Returns the hash of a chosen password that may be left out.
pub async fn hash_optional(password: Option<String>) -> ApiResult<Option<String>> {
    match password {
        Some(password) => hash_acceptable(password).await.map(Some),
        None => Ok(None),
    }
}

/// Returns whether the hash is one of this password.
pub async fn matches(password: String, hash: String) -> ApiResult<bool> {
    let checking = task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|_| ApiError::internal("a stored hash cannot be read"))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
    });
    checking.await.map_err(ApiError::internal)?
}

/// Refuses a password below the shortest with a code of its own, which the real server does after it has looked at the
/// project's settings. bcrypt stops at 72 bytes, and the real server then throws: so do we.
fn check_acceptable(password: &str) -> ApiResult<()> {
    match length(password) {
        ..MIN_LENGTH => Err(KnownError::PasswordTooShort { min_length: MIN_LENGTH }.into()),
        length if length > MAX_LENGTH => Err(KnownError::PasswordTooLong { max_length: MAX_LENGTH }.into()),
        _ if password.len() >= 72 => Err(ApiError::internal("the password has 72 bytes or more")),
        _ => Ok(()),
    }
}

/// Returns the length in UTF-16 units, as JavaScript counts.
pub fn length(password: &str) -> usize {
    password.encode_utf16().count()
}

/// Answers `POST /auth/password/sign-up`.
pub async fn sign_up(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let email = form.email("email");
    let password = form.new_password("password");
    let callback_url = form.optional_text("verification_callback_url");
    form.finish(&["email", "password", "verification_callback_url"])?;

    let project = &access.project;
    require_enabled(project)?;
    if let Some(url) = &callback_url {
        project.require_redirect(&stand_in, url).await?;
    }
    if !project.sign_up_enabled {
        return Err(KnownError::SignUpNotEnabled.into());
    }
    let stored = users::normalize_email(&email);
    let new = NewUser {
        primary_email: Some(stored.clone()),
        primary_email_auth_enabled: true,
        password_hash: Some(hash_acceptable(password).await?),
        ..NewUser::default()
    };
    let mut transaction = stand_in.begin().await?;
    let user = User::create(&mut *transaction, project.id, &new).await?;
    let user = user.ok_or_else(|| KnownError::user_email_already_exists(&stored))?;
    if let Some(url) = &callback_url {
        let mail = Mail { purpose: Purpose::VerifyEmail, user: user.id, to: &email, callback_url: url };
        codes::send(&stand_in, &mut transaction, project, &mail).await?;
    }
    sync::commit(transaction, &stand_in, project, &user).await?;
    Ok(json_response(&sessions::sign_in(&stand_in, project, &user).await?))
}

/// Answers `POST /auth/password/sign-in`.
pub async fn sign_in(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let email = form.required_text("email");
    if form.get("email").is_some() && email.is_empty() {
        form.add_problem("email", "must not be empty");
    }
    let password = form.required_text("password");
    form.finish(&["email", "password"])?;

    let project = &access.project;
    require_enabled(project)?;
    let user = User::find_by_email(&stand_in.pool, project.id, &users::normalize_email(&email)).await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let is_right = matches(password, stored.unwrap_or(&stand_in.dummy_password_hash).to_owned()).await?;
    match user {
        Some(user) if is_right && user.password_hash.is_some() => {
            mfa::require_none(&stand_in.pool, project, &user).await?;
            Ok(json_response(&sessions::sign_in(&stand_in, project, &user).await?))
        }
        _ => Err(KnownError::EmailPasswordMismatch.into()),
    }
}

/// Refuses a project that has passwords switched off.
pub fn require_enabled(project: &Project) -> Result<(), KnownError> {
    if project.credential_enabled { Ok(()) } else { Err(KnownError::PasswordAuthenticationNotEnabled) }
}
