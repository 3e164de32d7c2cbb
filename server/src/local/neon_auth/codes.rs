//! Codes that travel by e-mail (or stand for a half-finished sign-in): issued, checked and used once.
//! It must not do what a code is for.

use super::{errors::ApiError, known, project::Project, secrets, users::User};
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
    SecondFactor,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::SecondFactor => "second-factor",
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Self::VerifyEmail => "Verify your e-mail address",
            Self::ResetPassword => "Reset your password",
            Self::SecondFactor => "Complete your sign-in",
        }
    }

    fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail | Self::ResetPassword => Duration::days(7),
            Self::SecondFactor => Duration::minutes(5),
        }
    }
}

#[derive(sqlx::FromRow)]
pub struct Code {
    pub user_id: Uuid,
    pub email: Option<String>,
    used_at: Option<OffsetDateTime>,
    expires_at: OffsetDateTime,
}

pub async fn issue(
    executor: impl PgExecutor<'_>,
    project: Uuid,
    user: &User,
    purpose: Purpose,
) -> Result<String, sqlx::Error> {
    let code = secrets::token();
    sqlx::query(
        "insert into verification_code (code_hash, project_id, purpose, user_id, email, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(secrets::hash(&code))
    .bind(project)
    .bind(purpose.name())
    .bind(user.id)
    .bind(&user.primary_email)
    .bind(OffsetDateTime::now_utc() + purpose.lifetime())
    .execute(executor)
    .await?;
    Ok(code)
}

/// Issues a code and puts the mail that would carry it into the outbox. `callback_url` was checked by the caller.
pub async fn send(
    connection: &mut PgConnection,
    project: &Project,
    user: &User,
    purpose: Purpose,
    callback_url: &str,
) -> Result<(), ApiError> {
    let Some(recipient) = &user.primary_email else { return Ok(()) };
    let code = issue(&mut *connection, project.id, user, purpose).await?;
    let mut link = url::Url::parse(callback_url).map_err(|_| known::redirect_url_not_whitelisted())?;
    link.query_pairs_mut().append_pair("code", &code);
    sqlx::query("insert into outbox (recipient, subject, code, link) values ($1, $2, $3, $4)")
        .bind(recipient)
        .bind(purpose.subject())
        .bind(&code)
        .bind(link.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// The code, if it could still be used. Letter case does not matter.
pub async fn check(pool: &PgPool, project: Uuid, purpose: Purpose, code: &str) -> Result<Code, ApiError> {
    let found: Option<Code> = sqlx::query_as(
        "select user_id, email, used_at, expires_at from verification_code
         where code_hash = $1 and project_id = $2 and purpose = $3",
    )
    .bind(secrets::hash(&code.to_lowercase()))
    .bind(project)
    .bind(purpose.name())
    .fetch_optional(pool)
    .await?;
    let found = found.ok_or_else(known::verification_code_not_found)?;
    if found.used_at.is_some() {
        return Err(known::verification_code_already_used().into());
    }
    if found.expires_at <= OffsetDateTime::now_utc() {
        return Err(known::verification_code_expired().into());
    }
    Ok(found)
}

/// Uses the code up, before what it is for happens. Of two at once, one gets it.
pub async fn take(pool: &PgPool, project: Uuid, purpose: Purpose, code: &str) -> Result<Code, ApiError> {
    let found = check(pool, project, purpose, code).await?;
    let used = sqlx::query("update verification_code set used_at = now() where code_hash = $1 and used_at is null")
        .bind(secrets::hash(&code.to_lowercase()))
        .execute(pool)
        .await?;
    match used.rows_affected() {
        1 => Ok(found),
        _ => Err(known::verification_code_already_used().into()),
    }
}
