//! Verifying an e-mail address by the code that was sent to it.

use super::access::Access;
use super::body::Form;
use super::codes::{self, Mail, Purpose};
use super::errors::{ApiError, ApiResult, success};
use super::{known_errors::KnownError, state::StandIn};
use axum::extract::State;

/// Answers `POST /contact-channels/send-verification-code`.
pub async fn send(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    let email = form.required_text("email");
    let callback_url = form.required_text("callback_url");
    form.finish(&["email", "callback_url"])?;
    let user = access.user(&stand_in).await?;
    // As it was typed, though the stored one is in lower case.
    if user.primary_email.as_deref() != Some(email.as_str()) {
        return Err(KnownError::EmailIsNotPrimaryEmail { email, primary_email: user.primary_email }.into());
    }
    if user.primary_email_verified {
        return Err(KnownError::EmailAlreadyVerified.into());
    }
    access.project.require_redirect(&stand_in, &callback_url).await?;
    let mut transaction = stand_in.begin().await?;
    let mail = Mail { purpose: Purpose::VerifyEmail, user: user.id, to: &email, callback_url: &callback_url };
    codes::send(&stand_in, &mut transaction, &access.project, &mail).await?;
    transaction.commit().await?;
    Ok(success())
}

/// Answers `POST /contact-channels/verify/check-code`.
pub async fn check_code(State(stand_in): State<StandIn>, access: Access, form: Form) -> ApiResult {
    codes::answer_check(&stand_in, &access, Purpose::VerifyEmail, form).await
}

/// Answers `POST /contact-channels/verify`. Tokens say that the e-mail address is verified after their next refresh;
/// the directory is not updated. The code is used up before its e-mail address is looked up, as it was typed.
pub async fn verify(State(stand_in): State<StandIn>, access: Access, form: Form) -> ApiResult {
    let code = codes::read(form)?;
    let found = codes::take(&stand_in.pool, access.project.id, Purpose::VerifyEmail, &code).await?;
    let verified = sqlx::query("update account set primary_email_verified = true where id = $1 and primary_email = $2")
        .bind(found.user_id)
        .bind(found.email)
        .execute(&stand_in.pool)
        .await?;
    match verified.rows_affected() {
        0 => Err(ApiError::bad_request("Contact channel not found. Was your contact channel deleted?")),
        _ => Ok(success()),
    }
}
