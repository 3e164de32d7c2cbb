//! Sessions: a refresh token that is stored hashed, lives a year and is never rotated; refresh, list and sign-out.

use super::access::Access;
use super::body::{self, Form};
use super::errors::{ApiError, ApiResult, json_response, success};
use super::known_errors::KnownError;
use super::users::{self, User};
use super::{project::Project, secrets, state::StandIn, tokens};
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const LIFETIME: Duration = Duration::days(365);

/// A new session, with the refresh token that is stored only as a hash.
pub struct NewSession {
    pub id: Uuid,
    pub refresh_token: String,
}

/// Begins a session.
pub async fn begin(
    pool: &PgPool,
    project: Uuid,
    user: Uuid,
    lifetime: Duration,
    is_impersonation: bool,
) -> sqlx::Result<NewSession> {
    let session = NewSession { id: secrets::uuid(), refresh_token: secrets::token() };
    sqlx::query(
        "insert into session (id, project_id, user_id, token_hash, expires_at, is_impersonation)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(session.id)
    .bind(project)
    .bind(user)
    .bind(secrets::hash(&session.refresh_token))
    .bind(OffsetDateTime::now_utc() + lifetime)
    .bind(is_impersonation)
    .execute(pool)
    .await?;
    Ok(session)
}

/// Begins a session, and returns the response body of a sign-in or a sign-up.
pub async fn sign_in(stand_in: &StandIn, project: &Project, user: &User) -> ApiResult<Value> {
    let session = begin(&stand_in.pool, project.id, user.id, LIFETIME, false).await?;
    let access_token = tokens::mint(stand_in, project, user, session.id).await?;
    Ok(json!({ "access_token": access_token, "refresh_token": session.refresh_token, "user_id": user.id }))
}

/// Returns a new access token for a refresh token of `project` whose session and user are still there.
pub async fn renew(stand_in: &StandIn, project: &Project, refresh_token: &str) -> ApiResult<String> {
    let session: Option<(Uuid, Uuid)> = sqlx::query_as(
        "update session set last_used_at = now()
         where project_id = $1 and token_hash = $2 and expires_at > now() returning id, user_id",
    )
    .bind(project.id)
    .bind(secrets::hash(refresh_token))
    .fetch_optional(&stand_in.pool)
    .await?;
    let (session, user) = session.ok_or(KnownError::RefreshTokenNotFoundOrExpired)?;
    let user: Option<User> =
        sqlx::query_as("update account set last_active_at = now() where project_id = $1 and id = $2 returning *")
            .bind(project.id)
            .bind(user)
            .fetch_optional(&stand_in.pool)
            .await?;
    let user = user.ok_or(KnownError::RefreshTokenNotFoundOrExpired)?;
    tokens::mint(stand_in, project, &user, session).await
}

/// Ends every session of a user, but for the one of `except`.
pub async fn end_all(pool: &PgPool, user: Uuid, except: Option<&str>) -> sqlx::Result<()> {
    sqlx::query("delete from session where user_id = $1 and token_hash is distinct from $2")
        .bind(user)
        .bind(except.map(secrets::hash))
        .execute(pool)
        .await?;
    Ok(())
}

/// Answers `POST /auth/sessions/current/refresh`.
pub async fn refresh(State(stand_in): State<StandIn>, access: Access) -> ApiResult {
    let Some(refresh_token) = &access.refresh_token else {
        let problem = "headers.x-stack-refresh-token must be defined".to_owned();
        return Err(body::schema_error("POST /api/v1/auth/sessions/current/refresh", &[problem]).into());
    };
    let access_token = renew(&stand_in, &access.project, refresh_token).await?;
    Ok(json_response(&json!({ "access_token": access_token })))
}

/// Answers `DELETE /auth/sessions/current`. The access token names the session, the refresh token is ignored.
pub async fn sign_out(State(stand_in): State<StandIn>, access: Access) -> ApiResult {
    let token = access.token.ok_or_else(|| KnownError::AccessTokenExpired { expired_at: OffsetDateTime::now_utc() })?;
    let ended = sqlx::query("delete from session where project_id = $1 and id = $2")
        .bind(access.project.id)
        .bind(token.session_id)
        .execute(&stand_in.pool)
        .await?;
    if ended.rows_affected() == 0 {
        return Err(KnownError::RefreshTokenNotFoundOrExpired.into());
    }
    Ok(success())
}

/// The user whose sessions are meant, in the query.
#[derive(Deserialize)]
pub struct SessionQuery {
    user_id: Option<String>,
}

/// Answers `GET /auth/sessions?user_id=`.
pub async fn list(State(stand_in): State<StandIn>, access: Access, query: Query<SessionQuery>) -> ApiResult {
    let user = user_of_query(&stand_in, &access, query.0).await?;
    let current = access.token.as_ref().map(|token| token.session_id);
    let rows: Vec<(Uuid, OffsetDateTime, OffsetDateTime, bool)> = sqlx::query_as(
        "select id, created_at, last_used_at, is_impersonation from session
         where project_id = $1 and user_id = $2 and expires_at > now() order by created_at desc",
    )
    .bind(access.project.id)
    .bind(user)
    .fetch_all(&stand_in.pool)
    .await?;
    let view = |(id, created_at, last_used_at, is_impersonation)| {
        json!({
            "id": id,
            "user_id": user,
            "created_at": users::millis(created_at),
            "last_used_at": users::millis(last_used_at),
            "is_impersonation": is_impersonation,
            "is_current_session": Some(id) == current,
        })
    };
    let items: Vec<Value> = rows.into_iter().map(view).collect();
    Ok(json_response(&json!({ "items": items, "is_paginated": false })))
}

/// Answers `DELETE /auth/sessions/{id}?user_id=`.
pub async fn end(
    State(stand_in): State<StandIn>,
    access: Access,
    Path(id): Path<Uuid>,
    query: Query<SessionQuery>,
) -> ApiResult {
    let user = user_of_query(&stand_in, &access, query.0).await?;
    if access.token.as_ref().is_some_and(|token| token.session_id == id) {
        return Err(KnownError::CannotDeleteCurrentSession.into());
    }
    let ended = sqlx::query("delete from session where project_id = $1 and user_id = $2 and id = $3")
        .bind(access.project.id)
        .bind(user)
        .bind(id)
        .execute(&stand_in.pool)
        .await?;
    if ended.rows_affected() == 0 {
        return Err(ApiError::text(http::StatusCode::NOT_FOUND, "Session not found."));
    }
    Ok(success())
}

/// Returns the user whose sessions are meant: the caller, or with the server key any user.
async fn user_of_query(stand_in: &StandIn, access: &Access, query: SessionQuery) -> ApiResult<Uuid> {
    match query.user_id.as_deref() {
        None | Some("me") => Ok(access.user(stand_in).await?.id),
        Some(id) => {
            let own = access.token.as_ref().is_some_and(|token| token.user_id.to_string() == id);
            if !own {
                access.require_server()?;
            }
            Ok(Uuid::parse_str(id).map_err(|_| KnownError::UserIdDoesNotExist { user_id: id.to_owned() })?)
        }
    }
}

/// Answers `POST /auth/sessions`, by which a server signs in as a user.
pub async fn create(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    access.require_server()?;
    let id = form.required_text("user_id");
    let millis = form.get("expires_in_millis").and_then(Value::as_i64);
    let is_impersonation = form.flag("is_impersonation").unwrap_or(false);
    form.finish(&["user_id", "expires_in_millis", "is_impersonation"])?;
    let user = match Uuid::parse_str(&id) {
        Ok(uuid) => User::find(&stand_in.pool, access.project.id, uuid).await?,
        Err(_) => None,
    };
    let user = user.ok_or(KnownError::UserIdDoesNotExist { user_id: id })?;
    let lifetime = millis.map_or(LIFETIME, Duration::milliseconds);
    let session = begin(&stand_in.pool, access.project.id, user.id, lifetime, is_impersonation).await?;
    let access_token = tokens::mint(&stand_in, &access.project, &user, session.id).await?;
    Ok(json_response(&json!({ "refresh_token": session.refresh_token, "access_token": access_token })))
}
