//! Sets a new password: by the old one, for a user without one, or by a code that was mailed.

use super::{
    access::Access,
    body::Form,
    codes::{self, Mail, Purpose},
    errors::{ApiError, json_response, success},
    known_errors,
    password::{bad_request, check_acceptable, check_email, check_length, hash, matches},
    sessions,
    state::StandIn,
    sync,
    users::{self, User},
};
use axum::{extract::State, response::Response};
use serde_json::json;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Answers `POST /auth/password/update`. The session of the sent refresh token stays, all others end.
pub async fn update(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let old = check.required_text("old_password");
    let new = check.required_text("new_password");
    check_length(&mut check, "new_password", &new);
    check.allow_only(&["old_password", "new_password"]);
    check.finish()?;
    let user = access.user(&stand_in).await?;
    let stored = user.password_hash.ok_or_else(known_errors::user_does_not_have_password)?;
    if !matches(old, stored).await? {
        return Err(known_errors::password_confirmation_mismatch().into());
    }
    check_acceptable(&new)?;
    store(stand_in.pool(), user.id, &hash(new).await?).await?;
    sessions::end_all(stand_in.pool(), user.id, access.refresh_token.as_deref()).await?;
    Ok(success())
}

/// Answers `POST /auth/password/set`, for a user without a password.
pub async fn set(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let password = check.required_text("password");
    check_length(&mut check, "password", &password);
    check.allow_only(&["password"]);
    check.finish()?;
    let user = access.user(&stand_in).await?;
    if user.password_hash.is_some() {
        return Err(bad_request("User already has a password set."));
    }
    check_acceptable(&password)?;
    store(stand_in.pool(), user.id, &hash(password).await?).await?;
    Ok(success())
}

/// Answers `POST /auth/password/send-reset-code`, in the same way whether there is such a user or not.
pub async fn send_reset_code(
    State(stand_in): State<StandIn>,
    access: Access,
    form: Form,
) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.required_text("email");
    check_email(&mut check, &email);
    let callback_url = check.required_text("callback_url");
    check.allow_only(&["email", "callback_url"]);
    check.finish()?;
    let project = &access.project;
    if !project.credential_enabled {
        return Err(known_errors::password_authentication_not_enabled().into());
    }
    if !project.allows_redirect(&stand_in, &callback_url).await? {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }
    let mut transaction = stand_in.begin().await?;
    let to = users::normalize_email(&email);
    if let Some(user) = User::find_by_email(&mut *transaction, project.id, &to).await? {
        let mail = Mail { purpose: Purpose::ResetPassword, user: user.id, to: &to, callback_url: &callback_url };
        codes::send(&stand_in, &mut transaction, project, &mail).await?;
    }
    transaction.commit().await?;
    Ok(json_response(&json!({ "success": "maybe, only if user with e-mail exists" })))
}

/// Answers `POST /auth/password/reset/check-code`.
pub async fn check_reset_code(
    State(stand_in): State<StandIn>,
    access: Access,
    form: Form,
) -> Result<Response, ApiError> {
    let mut check = form.check();
    let code = check.code("code");
    check.allow_only(&["code"]);
    check.finish()?;
    codes::check(stand_in.pool(), access.project.id, Purpose::ResetPassword, &code).await?;
    Ok(json_response(&json!({ "is_code_valid": true })))
}

/// Answers `POST /auth/password/reset`. The code is used up first: a password that is too short costs it.
pub async fn reset(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let code = check.code("code");
    let password = check.required_text("password");
    check_length(&mut check, "password", &password);
    check.allow_only(&["code", "password"]);
    check.finish()?;
    let project = &access.project;
    let found = codes::take(stand_in.pool(), project.id, Purpose::ResetPassword, &code).await?;
    check_acceptable(&password)?;
    let password_hash = hash(password).await?;
    let mut transaction = stand_in.begin().await?;
    let user = store(&mut *transaction, found.user_id, &password_hash).await?;
    let user = user.ok_or_else(known_errors::verification_code_not_found)?;
    sync::user_written(&mut transaction, project, &user).await?;
    transaction.commit().await?;
    sync::wake(&stand_in).await?;
    sessions::end_all(stand_in.pool(), user.id, None).await?;
    Ok(success())
}

/// Stores the hash of a password. Returns `None` when the user is gone.
async fn store(executor: impl PgExecutor<'_>, user: Uuid, password_hash: &str) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as("update account set password_hash = $2 where id = $1 returning *")
        .bind(user)
        .bind(password_hash)
        .fetch_optional(executor)
        .await
}
