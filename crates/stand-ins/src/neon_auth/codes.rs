//! One-time codes sent by e-mail, or that stand for a half-finished sign-in: issued, checked and used once.

use super::access::Access;
use super::body::Form;
use super::errors::{ApiResult, json_response};
use super::known_errors::KnownError;
use super::{outbox, project::Project, secrets, state::StandIn};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;

/// The use of a code.
#[derive(Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
    SignIn,
    SecondFactor,
}

impl Purpose {
    fn subject(self) -> &'static str {
        match self {
            Self::VerifyEmail => "Verify your e-mail address",
            Self::ResetPassword => "Reset your password",
            Self::SignIn => "Sign in",
            Self::SecondFactor => "Complete your sign-in",
        }
    }

    fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail | Self::ResetPassword | Self::SignIn => Duration::days(7),
            Self::SecondFactor => Duration::minutes(5),
        }
    }
}

/// The number of characters of a sign-in code that the user types. The rest of it is the nonce.
pub const TYPED_CODE_LENGTH: usize = 6;

/// A mail that brings a code.
pub struct Mail<'a> {
    pub purpose: Purpose,
    /// The user of the code. The nil id stands for a user who has no account yet.
    pub user: Uuid,
    /// The e-mail address as it was typed.
    pub to: &'a str,
    /// The URL that the link leads to. The caller has checked it.
    pub callback_url: &'a str,
}

/// A code as stored.
#[derive(sqlx::FromRow)]
pub struct Code {
    pub user_id: Uuid,
    pub email: Option<String>,
    used_at: Option<OffsetDateTime>,
    expires_at: OffsetDateTime,
}

/// Issues a code, and returns it.
pub async fn issue(
    executor: impl PgExecutor<'_>,
    project: Uuid,
    user: Uuid,
    email: Option<&str>,
    purpose: Purpose,
) -> sqlx::Result<String> {
    let code = secrets::token();
    sqlx::query(
        "insert into verification_code (code_hash, nonce_hash, project_id, purpose, user_id, email, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(secrets::hash(&code))
    .bind(secrets::hash(&code[TYPED_CODE_LENGTH..]))
    .bind(project)
    .bind(purpose)
    .bind(user)
    .bind(email)
    .bind(OffsetDateTime::now_utc() + purpose.lifetime())
    .execute(executor)
    .await?;
    Ok(code)
}

/// Issues a code, which it returns, and puts the mail that would carry it into the outbox.
pub async fn send(
    stand_in: &StandIn,
    connection: &mut PgConnection,
    project: &Project,
    mail: &Mail<'_>,
) -> ApiResult<String> {
    let code = issue(&mut *connection, project.id, mail.user, Some(mail.to), mail.purpose).await?;
    let mut link = Url::parse(mail.callback_url).map_err(|_| KnownError::RedirectUrlNotWhitelisted)?;
    link.query_pairs_mut().append_pair("code", &code);
    let code_to_type =
        if mail.purpose == Purpose::SignIn { code[..TYPED_CODE_LENGTH].to_uppercase() } else { code.clone() };
    sqlx::query("insert into outbox (recipient, subject, code, link) values ($1, $2, $3, $4)")
        .bind(mail.to)
        .bind(mail.purpose.subject())
        .bind(code_to_type)
        .bind(link.as_str())
        .execute(connection)
        .await?;
    outbox::log_new_mail(stand_in);
    Ok(code)
}

/// Answers a request whether a code could still be used.
pub async fn answer_check(stand_in: &StandIn, access: &Access, purpose: Purpose, form: Form) -> ApiResult {
    check(&stand_in.pool, access.project.id, purpose, &read(form)?).await?;
    Ok(json_response(&json!({ "is_code_valid": true })))
}

/// Reads a form that has a code and nothing else.
pub fn read(mut form: Form) -> Result<String, KnownError> {
    let code = form.code("code");
    form.finish(&["code"])?;
    Ok(code)
}

/// Counts an attempt with this code, right or wrong, among those with the same nonce. Returns how many there were.
pub async fn count_attempt(pool: &PgPool, project: Uuid, purpose: Purpose, code: &str) -> sqlx::Result<i32> {
    let nonce = code.to_lowercase().get(TYPED_CODE_LENGTH..).unwrap_or_default().to_owned();
    let attempts: Option<i32> = sqlx::query_scalar(
        "update verification_code set attempts = attempts + 1
         where nonce_hash = $1 and project_id = $2 and purpose = $3 returning attempts",
    )
    .bind(secrets::hash(&nonce))
    .bind(project)
    .bind(purpose)
    .fetch_optional(pool)
    .await?;
    Ok(attempts.unwrap_or_default())
}

/// Returns the code, if it could still be used. Letter case does not matter.
pub async fn check(pool: &PgPool, project: Uuid, purpose: Purpose, code: &str) -> ApiResult<Code> {
    let found: Option<Code> = sqlx::query_as(
        "select user_id, email, used_at, expires_at from verification_code
         where code_hash = $1 and project_id = $2 and purpose = $3",
    )
    .bind(secrets::hash(&code.to_lowercase()))
    .bind(project)
    .bind(purpose)
    .fetch_optional(pool)
    .await?;
    match found.ok_or(KnownError::VerificationCodeNotFound)? {
        found if found.used_at.is_some() => Err(KnownError::VerificationCodeAlreadyUsed.into()),
        found if found.expires_at <= OffsetDateTime::now_utc() => Err(KnownError::VerificationCodeExpired.into()),
        found => Ok(found),
    }
}

/// Uses the code up and returns it, before what it is for happens. Of two calls at once, one gets it.
pub async fn take(pool: &PgPool, project: Uuid, purpose: Purpose, code: &str) -> ApiResult<Code> {
    let found = check(pool, project, purpose, code).await?;
    let used = sqlx::query("update verification_code set used_at = now() where code_hash = $1 and used_at is null")
        .bind(secrets::hash(&code.to_lowercase()))
        .execute(pool)
        .await?;
    match used.rows_affected() {
        1 => Ok(found),
        _ => Err(KnownError::VerificationCodeAlreadyUsed.into()),
    }
}
