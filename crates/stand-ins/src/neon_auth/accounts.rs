//! Users over HTTP: one's own with a token, anyone with the server key; read, change, delete, list, create.

use super::access::{Access, AccessType};
use super::body::{Form, schema_error};
use super::errors::{ApiError, ApiResult, json_response, success};
use super::known_errors::KnownError;
use super::users::{self, NewUser, User};
use super::{keys::Audience, password, project::Project, sessions, state::StandIn, sync};
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

const CLIENT_FIELDS: [&str; 4] = ["display_name", "client_metadata", "totp_secret_base64", "selected_team_id"];
const SERVER_FIELDS: [&str; 9] = [
    "display_name",
    "client_metadata",
    "totp_secret_base64",
    "selected_team_id",
    "client_read_only_metadata",
    "server_metadata",
    "primary_email_verified",
    "primary_email_auth_enabled",
    "password",
];
const NEW_USER_FIELDS: [&str; 5] =
    ["display_name", "primary_email", "primary_email_verified", "primary_email_auth_enabled", "password"];

/// Answers `GET /users/me` and `GET /users/{id}`.
pub async fn show(State(stand_in): State<StandIn>, access: Access, method: Method, id: Path<String>) -> ApiResult {
    let user = find_user(&stand_in, &access, &method, &id).await?;
    user_response(&stand_in, &access, &user).await
}

/// Answers `PATCH /users/me` and `PATCH /users/{id}`.
pub async fn update(
    State(stand_in): State<StandIn>,
    access: Access,
    method: Method,
    id: Path<String>,
    form: Form,
) -> ApiResult {
    let user = find_user(&stand_in, &access, &method, &id).await?;
    apply_changes(&stand_in, &access, user, form).await
}

/// Answers `DELETE /users/me` and `DELETE /users/{id}`. With the publishable key alone, it works only where the project
/// allows it.
pub async fn delete(State(stand_in): State<StandIn>, access: Access, method: Method, id: Path<String>) -> ApiResult {
    let user = find_user(&stand_in, &access, &method, &id).await?;
    if access.access_type == AccessType::Client && !access.project.client_user_deletion_enabled {
        return Err(ApiError::bad_request("Client user deletion is not enabled for this project"));
    }
    remove(&stand_in, &access.project, user.id).await?;
    Ok(success())
}

/// Deletes the account and tells the directory. Refresh tokens die with it; access tokens verify until they expire.
pub async fn remove(stand_in: &StandIn, project: &Project, id: Uuid) -> ApiResult<()> {
    let mut transaction = stand_in.begin().await?;
    sqlx::query("delete from account where project_id = $1 and id = $2")
        .bind(project.id)
        .bind(id)
        .execute(&mut *transaction)
        .await?;
    sync::user_deleted(&mut transaction, project, id).await?;
    transaction.commit().await?;
    sync::wake(stand_in).await?;
    Ok(())
}

/// Answers `POST /users`.
pub async fn create(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    access.require_server()?;
    let display_name = form.optional_text("display_name");
    let email = form.optional_text("primary_email").map(|email| users::normalize_email(&email));
    let verified = form.flag("primary_email_verified").unwrap_or(false);
    let auth_enabled = form.flag("primary_email_auth_enabled").unwrap_or(false);
    let password = form.optional_new_password("password");
    form.finish(&NEW_USER_FIELDS)?;
    let new = NewUser {
        display_name,
        primary_email: email,
        primary_email_verified: verified,
        primary_email_auth_enabled: auth_enabled,
        password_hash: password::hash_optional(password).await?,
    };
    let mut transaction = stand_in.begin().await?;
    let user = User::create(&mut *transaction, access.project.id, &new).await?;
    let email = new.primary_email.as_deref().unwrap_or_default();
    let user = user.ok_or_else(|| KnownError::user_email_already_exists(email))?;
    sync::commit(transaction, &stand_in, &access.project, &user).await?;
    Ok((StatusCode::CREATED, user_response(&stand_in, &access, &user).await?).into_response())
}

#[derive(Deserialize)]
pub struct PageQuery {
    limit: Option<i64>,
    cursor: Option<Uuid>,
}

/// Answers `GET /users`, the oldest first. The cursor is the first user of the next page.
pub async fn list(State(stand_in): State<StandIn>, access: Access, Query(page): Query<PageQuery>) -> ApiResult {
    access.require_server()?;
    let limit = page.limit.unwrap_or(100).clamp(1, 1000);
    let mut rows: Vec<User> = sqlx::query_as(
        "select * from account where project_id = $1
            and ($2 is null or (signed_up_at, id) >= (select signed_up_at, id from account where id = $2))
         order by signed_up_at, id limit $3",
    )
    .bind(access.project.id)
    .bind(page.cursor)
    .bind(limit + 1)
    .fetch_all(&stand_in.pool)
    .await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    let next = if has_more { rows.pop().map(|user| user.id) } else { None };
    let mut items = Vec::new();
    for user in rows {
        let providers = user.provider_accounts(&stand_in.pool).await?;
        items.push(user.server_view(&access.project, providers));
    }
    Ok(json_response(&json!({ "items": items, "is_paginated": true, "pagination": { "next_cursor": next } })))
}

/// Returns the user of the access token, or with the server key any user.
async fn find_user(stand_in: &StandIn, access: &Access, method: &Method, id: &str) -> ApiResult<User> {
    if id == "me" {
        return access.user(stand_in).await;
    }
    access.require_server()?;
    let uuid = Uuid::parse_str(id).map_err(|_| {
        schema_error(&format!("{method} /api/v1/users/{id}"), &["params.user_id must be a valid UUID".to_owned()])
    })?;
    let user = User::find(&stand_in.pool, access.project.id, uuid).await?;
    Ok(user.ok_or(KnownError::UserNotFound)?)
}

async fn user_response(stand_in: &StandIn, access: &Access, user: &User) -> ApiResult {
    let providers = user.provider_accounts(&stand_in.pool).await?;
    let audience = access.token.as_ref().map_or(Audience::Normal, |token| token.audience);
    Ok(json_response(&match access.access_type {
        AccessType::Client => user.client_view(&access.project, audience, providers),
        AccessType::Server | AccessType::Admin => user.server_view(&access.project, providers),
    }))
}

async fn apply_changes(stand_in: &StandIn, access: &Access, user: User, mut form: Form) -> ApiResult {
    let password = form.optional_new_password("password");
    let display_name = form.optional_text("display_name");
    let totp_secret = form.optional_text("totp_secret_base64").map(|encoded| STANDARD.decode(encoded));
    if matches!(totp_secret, Some(Err(_))) {
        form.add_problem("totp_secret_base64", "must be valid base64");
    }
    let names =
        ["display_name", "totp_secret_base64", "client_metadata", "client_read_only_metadata", "server_metadata"];
    let [sent_name, sent_totp, client_metadata, client_read_only_metadata, server_metadata] =
        names.map(|name| form.get(name).cloned());
    let (verified, auth_enabled) = (form.flag("primary_email_verified"), form.flag("primary_email_auth_enabled"));
    form.finish(if access.access_type == AccessType::Client { &CLIENT_FIELDS } else { &SERVER_FIELDS })?;
    let password_hash = password::hash_optional(password).await?;
    let mut transaction = stand_in.begin().await?;
    let changed: Option<User> = sqlx::query_as(
        "update account set
            display_name = case when $2 then $3 else display_name end,
            totp_secret = case when $4 then $5 else totp_secret end,
            client_metadata = coalesce($6, client_metadata),
            client_read_only_metadata = coalesce($7, client_read_only_metadata),
            server_metadata = coalesce($8, server_metadata),
            primary_email_verified = coalesce($9, primary_email_verified),
            primary_email_auth_enabled = coalesce($10, primary_email_auth_enabled),
            password_hash = coalesce($11, password_hash)
         where id = $1 returning *",
    )
    .bind(user.id)
    .bind(sent_name.is_some())
    .bind(display_name)
    .bind(sent_totp.is_some())
    .bind(totp_secret.and_then(Result::ok))
    .bind(client_metadata)
    .bind(client_read_only_metadata)
    .bind(server_metadata)
    .bind(verified)
    .bind(auth_enabled)
    .bind(&password_hash)
    .fetch_optional(&mut *transaction)
    .await?;
    let changed = changed.ok_or(KnownError::UserNotFound)?;
    sync::commit(transaction, stand_in, &access.project, &changed).await?;
    if password_hash.is_some() {
        sessions::end_all(&stand_in.pool, user.id, None).await?;
    }
    user_response(stand_in, access, &changed).await
}
