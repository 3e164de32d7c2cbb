//! Verifying an e-mail address by the code that was sent to it.

use super::{
    access::Access,
    body::Form,
    codes::{self, Mail, Purpose},
    errors::{ApiError, json_response, success},
    known_errors,
    password::bad_request,
    state::StandIn,
};
use axum::{extract::State, response::Response};
use serde_json::json;

/// Answers `POST /contact-channels/send-verification-code`.
pub async fn send(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.required_text("email");
    let callback_url = check.required_text("callback_url");
    check.allow_only(&["email", "callback_url"]);
    check.finish()?;
    let user = access.user(&stand_in).await?;
    // As it was typed, though the stored one is in lower case.
    if user.primary_email.as_deref() != Some(email.as_str()) {
        return Err(known_errors::email_is_not_primary(&email, user.primary_email.as_deref()).into());
    }
    if user.primary_email_verified {
        return Err(known_errors::email_already_verified().into());
    }
    if !access.project.allows_redirect(&stand_in, &callback_url).await? {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }
    let mut transaction = stand_in.begin().await?;
    let mail = Mail { purpose: Purpose::VerifyEmail, user: user.id, to: &email, callback_url: &callback_url };
    codes::send(&stand_in, &mut transaction, &access.project, &mail).await?;
    transaction.commit().await?;
    Ok(success())
}

/// Answers `POST /contact-channels/verify/check-code`.
pub async fn check_code(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let code = read_code(form)?;
    codes::check(stand_in.pool(), access.project.id, Purpose::VerifyEmail, &code).await?;
    Ok(json_response(&json!({ "is_code_valid": true })))
}

/// Answers `POST /contact-channels/verify`. Tokens say that the e-mail address is verified after their next refresh;
/// the directory is not updated. The code is used up before its e-mail address is looked up, as it was typed.
pub async fn verify(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let code = read_code(form)?;
    let found = codes::take(stand_in.pool(), access.project.id, Purpose::VerifyEmail, &code).await?;
    let verified = sqlx::query("update account set primary_email_verified = true where id = $1 and primary_email = $2")
        .bind(found.user_id)
        .bind(found.email)
        .execute(stand_in.pool())
        .await?;
    match verified.rows_affected() {
        0 => Err(bad_request("Contact channel not found. Was your contact channel deleted?")),
        _ => Ok(success()),
    }
}

fn read_code(form: Form) -> Result<String, ApiError> {
    let mut check = form.check();
    let code = check.code("code");
    check.allow_only(&["code"]);
    check.finish()?;
    Ok(code)
}
