//! Sign-in by a code that was mailed, typed or in a link, for projects that have it switched on.
//! It must not give away more of a code than the part that is not typed.

use super::{
    access::Access,
    body::Form,
    codes::{self, Mail, Purpose},
    errors::{ApiError, json_response},
    known_errors, mfa,
    password::check_email,
    project::Project,
    sessions,
    state::StandIn,
    sync,
    users::{self, NewUser, User},
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

/// The most attempts with one nonce.
const MAX_ATTEMPTS: i32 = 20;

/// Answers `POST /auth/otp/send-sign-in-code`. A user without an account gets one by the code.
pub async fn send(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.required_text("email");
    check_email(&mut check, &email);
    let callback_url = check.required_text("callback_url");
    check.allow_only(&["email", "callback_url"]);
    check.finish()?;

    let project = &access.project;
    if !project.magic_link_enabled {
        return Err(ApiError::text(StatusCode::FORBIDDEN, "OTP sign-in is not enabled for this project"));
    }
    if !project.allows_redirect(&stand_in, &callback_url).await? {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }
    let to = users::normalize_email(&email);
    let mut transaction = stand_in.begin().await?;
    let user = match User::find_by_email(&mut *transaction, project.id, &to).await? {
        Some(user) if !user.primary_email_verified => return Err(known_errors::user_email_already_exists(&to).into()),
        Some(user) => user.id,
        None if !project.sign_up_enabled => return Err(known_errors::sign_up_not_enabled().into()),
        None => Uuid::nil(),
    };
    let mail = Mail { purpose: Purpose::SignIn, user, to: &to, callback_url: &callback_url };
    let code = codes::send(&stand_in, &mut transaction, project, &mail).await?;
    transaction.commit().await?;
    Ok(json_response(&json!({ "nonce": code[codes::TYPED_CODE_LENGTH..] })))
}

/// Answers `POST /auth/otp/sign-in`. The code is what was typed and the nonce, one after the other, or the whole one of
/// the link.
pub async fn sign_in(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let code = check.code("code");
    check.allow_only(&["code"]);
    check.finish()?;

    let project = &access.project;
    if codes::count_attempt(stand_in.pool(), project.id, Purpose::SignIn, &code).await? > MAX_ATTEMPTS {
        return Err(known_errors::verification_code_max_attempts().into());
    }
    let found = codes::take(stand_in.pool(), project.id, Purpose::SignIn, &code).await?;
    let known_user = User::find(stand_in.pool(), project.id, found.user_id).await?;
    let is_new = known_user.is_none();
    let user = match known_user {
        Some(user) => user,
        None => create(&stand_in, project, found.email).await?,
    };
    mfa::require_none(stand_in.pool(), project, &user).await?;
    let mut answer = sessions::sign_in(&stand_in, project, &user).await?;
    answer["is_new_user"] = json!(is_new);
    Ok(json_response(&answer))
}

/// Makes a user, whose e-mail address the code has proved.
async fn create(stand_in: &StandIn, project: &Project, email: Option<String>) -> Result<User, ApiError> {
    let new = NewUser {
        primary_email: email,
        primary_email_verified: true,
        primary_email_auth_enabled: true,
        ..NewUser::default()
    };
    let mut transaction = stand_in.begin().await?;
    let user = User::create(&mut *transaction, project.id, &new).await?;
    let user = user.ok_or_else(known_errors::verification_code_not_found)?;
    sync::user_written(&mut transaction, project, &user).await?;
    transaction.commit().await?;
    sync::wake(stand_in).await?;
    Ok(user)
}
