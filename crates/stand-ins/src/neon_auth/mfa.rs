//! The second factor: sign-in stops with an attempt code, which a TOTP completes.

use super::codes::{self, Purpose};
use super::errors::{ApiResult, json_response};
use super::known_errors::KnownError;
use super::{access::Access, body::Form, project::Project, sessions, state::StandIn, users::User};
use aws_lc_rs::hmac;
use axum::extract::State;
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

const STEP_SECONDS: i64 = 30;

/// Refuses a user who has a second factor, with the code that continues the attempt.
pub async fn require_none(pool: &PgPool, project: &Project, user: &User) -> ApiResult<()> {
    if user.totp_secret.is_none() {
        return Ok(());
    }
    let attempt_code =
        codes::issue(pool, project.id, user.id, user.primary_email.as_deref(), Purpose::SecondFactor).await?;
    Err(KnownError::MultiFactorAuthenticationRequired { attempt_code }.into())
}

/// Answers `POST /auth/mfa/sign-in`. A wrong TOTP does not use the attempt up.
pub async fn sign_in(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    form.required_word("type", &["totp"]);
    let totp = form.required_text("totp");
    let code = form.code("code");
    form.finish(&["type", "totp", "code"])?;

    let project = &access.project;
    let found = codes::check(&stand_in.pool, project.id, Purpose::SecondFactor, &code).await?;
    let user = User::find(&stand_in.pool, project.id, found.user_id).await?;
    let user = user.ok_or(KnownError::VerificationCodeNotFound)?;
    let secret = user.totp_secret.as_deref().ok_or(KnownError::InvalidTotpCode)?;
    let step = OffsetDateTime::now_utc().unix_timestamp() / STEP_SECONDS;
    if ![step - 1, step, step + 1].into_iter().any(|step| totp_at(secret, step) == totp) {
        return Err(KnownError::InvalidTotpCode.into());
    }
    codes::take(&stand_in.pool, project.id, Purpose::SecondFactor, &code).await?;
    let mut answer = sessions::sign_in(&stand_in, project, &user).await?;
    answer["is_new_user"] = json!(false);
    Ok(json_response(&answer))
}

/// Returns the TOTP by RFC 6238: six digits, SHA-1.
pub fn totp_at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let offset = usize::from(digest[digest.len() - 1] & 15);
    let number = digest[offset..offset + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with the vectors of RFC 6238, appendix B: the last six of their eight digits.
    #[test]
    fn totp_matches_the_rfc_vectors() {
        let secret = b"12345678901234567890";
        for (seconds, digits) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp_at(secret, seconds / STEP_SECONDS), digits);
        }
    }
}
