//! Sign-in by a code that was mailed, typed or in a link, for projects that have it switched on.
//! It must not give away more of a code than the part that is not typed.

use super::codes::{self, Mail, Purpose};
use super::errors::{ApiError, ApiResult, json_response};
use super::known_errors::KnownError;
use super::users::{self, NewUser, User};
use super::{access::Access, body::Form, mfa, project::Project, sessions, state::StandIn, sync};
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

/// The most attempts with one nonce.
const MAX_ATTEMPTS: i32 = 20;

/// Answers `POST /auth/otp/send-sign-in-code`. A user without an account gets one by the code.
pub async fn send(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let email = form.email("email");
    let callback_url = form.required_text("callback_url");
    form.finish(&["email", "callback_url"])?;

    let project = &access.project;
    if !project.magic_link_enabled {
        return Err(ApiError::text(StatusCode::FORBIDDEN, "OTP sign-in is not enabled for this project"));
    }
    project.require_redirect(&stand_in, &callback_url).await?;
    let to = users::normalize_email(&email);
    let mut transaction = stand_in.begin().await?;
    let user = match User::find_by_email(&mut *transaction, project.id, &to).await? {
        Some(user) if !user.primary_email_verified => return Err(KnownError::user_email_already_exists(&to).into()),
        Some(user) => user.id,
        None if !project.sign_up_enabled => return Err(KnownError::SignUpNotEnabled.into()),
        None => Uuid::nil(),
    };
    let mail = Mail { purpose: Purpose::SignIn, user, to: &to, callback_url: &callback_url };
    let code = codes::send(&stand_in, &mut transaction, project, &mail).await?;
    transaction.commit().await?;
    Ok(json_response(&json!({ "nonce": code[codes::TYPED_CODE_LENGTH..] })))
}

/// Answers `POST /auth/otp/sign-in`. The code is what was typed and the nonce, one after the other, or the whole one of
/// the link.
pub async fn sign_in(State(stand_in): State<StandIn>, access: Access, form: Form) -> ApiResult {
    let code = codes::read(form)?;
    let project = &access.project;
    if codes::count_attempt(&stand_in.pool, project.id, Purpose::SignIn, &code).await? > MAX_ATTEMPTS {
        return Err(KnownError::VerificationCodeMaxAttemptsReached.into());
    }
    let found = codes::take(&stand_in.pool, project.id, Purpose::SignIn, &code).await?;
    let known_user = User::find(&stand_in.pool, project.id, found.user_id).await?;
    let is_new = known_user.is_none();
    let user = match known_user {
        Some(user) => user,
        None => create(&stand_in, project, found.email).await?,
    };
    mfa::require_none(&stand_in.pool, project, &user).await?;
    let mut answer = sessions::sign_in(&stand_in, project, &user).await?;
    answer["is_new_user"] = json!(is_new);
    Ok(json_response(&answer))
}

/// Makes a user, whose e-mail address the code has proved.
async fn create(stand_in: &StandIn, project: &Project, email: Option<String>) -> ApiResult<User> {
    let new = NewUser {
        primary_email: email,
        primary_email_verified: true,
        primary_email_auth_enabled: true,
        ..NewUser::default()
    };
    let mut transaction = stand_in.begin().await?;
    let user = User::create(&mut *transaction, project.id, &new).await?;
    let user = user.ok_or(KnownError::VerificationCodeNotFound)?;
    sync::commit(transaction, stand_in, project, &user).await?;
    Ok(user)
}
