//! Sets a new password: by the old one, for a user without one, or by a code that was mailed.

use super::access::Access;
use super::body::Form;
use super::codes::{self, Mail, Purpose};
use super::errors::{ApiError, ApiResult, json_response, success};
use super::known_errors::KnownError;
use super::users::{self, User};
use super::{password, sessions, state::StandIn, sync};
use axum::extract::State;
use serde_json::json;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Answers `POST /auth/password/update`. The session of the sent refresh token stays, all others end.
pub async fn update(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let old = form.required_text("old_password");
    let new = form.new_password("new_password");
    form.finish(&["old_password", "new_password"])?;
    let user = access.user(&stand_in).await?;
    let stored = user.password_hash.ok_or(KnownError::UserDoesNotHavePassword)?;
    if !password::matches(old, stored).await? {
        return Err(KnownError::PasswordConfirmationMismatch.into());
    }
    store(&stand_in.pool, user.id, &password::hash_acceptable(new).await?).await?;
    sessions::end_all(&stand_in.pool, user.id, access.refresh_token.as_deref()).await?;
    Ok(success())
}

/// Answers `POST /auth/password/set`, for a user without a password.
pub async fn set(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let password = form.new_password("password");
    form.finish(&["password"])?;
    let user = access.user(&stand_in).await?;
    if user.password_hash.is_some() {
        return Err(ApiError::bad_request("User already has a password set."));
    }
    store(&stand_in.pool, user.id, &password::hash_acceptable(password).await?).await?;
    Ok(success())
}

/// Answers `POST /auth/password/send-reset-code`, in the same way whether there is such a user or not.
pub async fn send_reset_code(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let email = form.email("email");
    let callback_url = form.required_text("callback_url");
    form.finish(&["email", "callback_url"])?;
    let project = &access.project;
    password::require_enabled(project)?;
    project.require_redirect(&stand_in, &callback_url).await?;
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
pub async fn check_reset_code(State(stand_in): State<StandIn>, access: Access, form: Form) -> ApiResult {
    codes::answer_check(&stand_in, &access, Purpose::ResetPassword, form).await
}

/// Answers `POST /auth/password/reset`. The code is used up first: a password that is too short costs it.
pub async fn reset(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let code = form.code("code");
    let password = form.new_password("password");
    form.finish(&["code", "password"])?;
    let project = &access.project;
    let found = codes::take(&stand_in.pool, project.id, Purpose::ResetPassword, &code).await?;
    let password_hash = password::hash_acceptable(password).await?;
    let mut transaction = stand_in.begin().await?;
    let user = store(&mut *transaction, found.user_id, &password_hash).await?;
    let user = user.ok_or(KnownError::VerificationCodeNotFound)?;
    sync::commit(transaction, &stand_in, project, &user).await?;
    sessions::end_all(&stand_in.pool, user.id, None).await?;
    Ok(success())
}

/// Stores the hash of a password. Returns `None` when the user is gone.
async fn store(executor: impl PgExecutor<'_>, user: Uuid, password_hash: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as("update account set password_hash = $2 where id = $1 returning *")
        .bind(user)
        .bind(password_hash)
        .fetch_optional(executor)
        .await
}
