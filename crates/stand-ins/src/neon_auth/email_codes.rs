//! Verifying an e-mail address by the code that was sent to it.

use super::{
    access::Access,
    body::Form,
    codes::{self, Mail, Purpose},
    errors::{ApiError, json_response, success},
    known,
    password::refused,
    state::StandIn,
};
use axum::{extract::State, response::Response};
use serde_json::json;

/// Answers `POST /contact-channels/send-verification-code`.
pub async fn send(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let mut check = form.check();
    let email = check.text("email");
    let callback_url = check.text("callback_url");
    check.only(&["email", "callback_url"]);
    check.finish()?;
    let user = access.user(&stand_in).await?;
    // As it was typed, though the stored one is in lower case.
    if user.primary_email.as_deref() != Some(email.as_str()) {
        return Err(known::email_is_not_primary(&email, user.primary_email.as_deref()).into());
    }
    if user.primary_email_verified {
        return Err(known::email_already_verified().into());
    }
    if !access.project.allows_redirect(&stand_in, &callback_url).await? {
        return Err(known::redirect_url_not_whitelisted().into());
    }
    let mut transaction = stand_in.begin().await?;
    let mail = Mail { purpose: Purpose::VerifyEmail, user: user.id, to: &email, callback_url: &callback_url };
    codes::send(&stand_in, &mut transaction, &access.project, &mail).await?;
    transaction.commit().await?;
    Ok(success())
}

/// Answers `POST /contact-channels/verify/check-code`.
pub async fn check_code(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let code = code(form)?;
    codes::check(stand_in.pool(), access.project.id, Purpose::VerifyEmail, &code).await?;
    Ok(json_response(&json!({ "is_code_valid": true })))
}

/// Answers `POST /contact-channels/verify`. Tokens say that the address is verified after their next refresh, and the
/// directory is not told. The code is used up before its address is looked for, which is done as it was typed.
pub async fn verify(State(stand_in): State<StandIn>, access: Access, form: Form) -> Result<Response, ApiError> {
    let code = code(form)?;
    let found = codes::take(stand_in.pool(), access.project.id, Purpose::VerifyEmail, &code).await?;
    let verified = sqlx::query("update account set primary_email_verified = true where id = $1 and primary_email = $2")
        .bind(found.user_id)
        .bind(found.email)
        .execute(stand_in.pool())
        .await?;
    match verified.rows_affected() {
        0 => Err(refused("Contact channel not found. Was your contact channel deleted?")),
        _ => Ok(success()),
    }
}

fn code(form: Form) -> Result<String, ApiError> {
    let mut check = form.check();
    let code = check.code("code");
    check.only(&["code"]);
    check.finish()?;
    Ok(code)
}
