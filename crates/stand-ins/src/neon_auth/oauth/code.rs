//! Authorization codes: made at the callback, exchanged once.

use super::super::secrets;
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const LIFETIME: Duration = Duration::minutes(5);

/// The sign-in that a code is bound to.
pub struct NewCode<'a> {
    pub project: Uuid,
    pub user: Uuid,
    pub redirect_uri: &'a str,
    pub code_challenge: &'a str,
    pub is_new_user: bool,
    pub after_callback_redirect_url: Option<&'a str>,
}

/// One row of `authorization_code`.
#[derive(sqlx::FromRow)]
pub struct StoredCode {
    pub user_id: Uuid,
    pub redirect_uri: String,
    pub code_challenge: String,
    pub is_new_user: bool,
    pub after_callback_redirect_url: Option<String>,
}

/// Issues a code, and returns its 64 hexadecimal digits.
pub async fn issue(pool: &PgPool, new: &NewCode<'_>) -> sqlx::Result<String> {
    let code = hex::encode(secrets::bytes::<32>());
    sqlx::query(
        "insert into authorization_code (code_hash, project_id, user_id, redirect_uri, code_challenge, is_new_user,
            after_callback_redirect_url, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(secrets::hash(&code))
    .bind(new.project)
    .bind(new.user)
    .bind(new.redirect_uri)
    .bind(new.code_challenge)
    .bind(new.is_new_user)
    .bind(new.after_callback_redirect_url)
    .bind(OffsetDateTime::now_utc() + LIFETIME)
    .execute(pool)
    .await?;
    Ok(code)
}

/// Finds a code of this project without using it up.
pub async fn find(pool: &PgPool, project: Uuid, code: &str) -> sqlx::Result<Option<StoredCode>> {
    sqlx::query_as(
        "select user_id, redirect_uri, code_challenge, is_new_user, after_callback_redirect_url
         from authorization_code where code_hash = $1 and project_id = $2 and expires_at > now()",
    )
    .bind(secrets::hash(code))
    .bind(project)
    .fetch_optional(pool)
    .await
}

/// Uses a code up. Of any number of calls at once, one returns `true`.
pub async fn consume(pool: &PgPool, code: &str) -> sqlx::Result<bool> {
    let deleted = sqlx::query("delete from authorization_code where code_hash = $1")
        .bind(secrets::hash(code))
        .execute(pool)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Returns whether the verifier matches the challenge, by PKCE with S256 only.
pub fn matches_challenge(code_challenge: &str, verifier: &str) -> bool {
    let is_verifier = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
    is_verifier && secrets::equal(&URL_SAFE_NO_PAD.encode(hash), code_challenge)
}

#[cfg(test)]
mod tests {
    use super::matches_challenge;

    /// Compares with the example of RFC 7636, appendix B.
    #[test]
    fn verifier_matches_the_rfc_challenge() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(matches_challenge(challenge, verifier));
        assert!(!matches_challenge(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!matches_challenge(challenge, ""));
        assert!(!matches_challenge("", ""));
        assert!(!matches_challenge(challenge, challenge), "plain");
    }
}
