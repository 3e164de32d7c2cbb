//! Control endpoints for development and tests that the real server does not have, behind the project's admin key.
//! It must not be reachable without that key.

use super::admin::Admin;
use super::errors::{ApiError, ApiResult, json_response, success};
use super::keys::{self, Audience};
use super::known_errors::KnownError;
use super::oauth::PROVIDERS;
use super::{accounts, outage::Outage, project::Project, secrets, state::StandIn, sync, tokens, users::User};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/settings", get(settings).patch(change_settings))
        .route("/sync", post(sync_now))
        .route("/keys", post(rotate_keys))
        .route("/tokens", post(issue_token))
        .route("/users/{id}", delete(delete_user))
        .route("/projects", post(create_project))
        .route("/outage", post(outage))
}

/// The settings that may be changed while the server runs. They are kept across restarts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsChanges {
    /// Milliseconds, or `"never"`.
    sync_delay: Option<Value>,
    access_token_seconds: Option<i64>,
    allow_localhost: Option<bool>,
    sign_up_enabled: Option<bool>,
    credential_enabled: Option<bool>,
    client_user_deletion_enabled: Option<bool>,
    require_email_verification: Option<bool>,
    magic_link_enabled: Option<bool>,
    /// Some of [`PROVIDERS`].
    oauth_providers: Option<Vec<String>>,
}

async fn settings(State(stand_in): State<StandIn>, Admin(project): Admin) -> ApiResult {
    let delay: Option<i64> = sqlx::query_scalar("select sync_delay_millis from project where id = $1")
        .bind(project.id)
        .fetch_one(&stand_in.pool)
        .await?;
    let pending: i64 = sqlx::query_scalar("select count(*) from sync_job").fetch_one(&stand_in.pool).await?;
    let mut settings = json!(project);
    settings["sync_delay"] = delay.map_or(json!("never"), |millis| json!(millis));
    settings["pending_sync_jobs"] = json!(pending);
    settings["trusted_domains"] = json!(project.trusted_domains(&stand_in.pool).await?);
    Ok(json_response(&settings))
}

async fn change_settings(
    State(stand_in): State<StandIn>,
    Admin(project): Admin,
    Json(changes): Json<SettingsChanges>,
) -> ApiResult {
    let delay = match &changes.sync_delay {
        None => None,
        Some(Value::String(never)) if never == "never" => Some(None),
        Some(value) => match value.as_i64().filter(|millis| *millis >= 0) {
            Some(millis) => Some(Some(millis)),
            None => return Err(ApiError::bad_request("sync_delay is a number of milliseconds or \"never\"")),
        },
    };
    if changes.oauth_providers.iter().flatten().any(|id| !PROVIDERS.contains(&id.as_str())) {
        return Err(ApiError::bad_request("oauth_providers are some of those that the local Neon Auth plays"));
    }
    sqlx::query(
        "update project set
            sync_delay_millis = case when $2 then $3 else sync_delay_millis end,
            access_token_seconds = coalesce($4, access_token_seconds),
            allow_localhost = coalesce($5, allow_localhost),
            sign_up_enabled = coalesce($6, sign_up_enabled),
            credential_enabled = coalesce($7, credential_enabled),
            client_user_deletion_enabled = coalesce($8, client_user_deletion_enabled),
            require_email_verification = coalesce($9, require_email_verification),
            magic_link_enabled = coalesce($10, magic_link_enabled),
            oauth_providers = coalesce($11, oauth_providers)
         where id = $1",
    )
    .bind(project.id)
    .bind(delay.is_some())
    .bind(delay.flatten())
    .bind(changes.access_token_seconds)
    .bind(changes.allow_localhost)
    .bind(changes.sign_up_enabled)
    .bind(changes.credential_enabled)
    .bind(changes.client_user_deletion_enabled)
    .bind(changes.require_email_verification)
    .bind(changes.magic_link_enabled)
    .bind(changes.oauth_providers)
    .execute(&stand_in.pool)
    .await?;
    sync::wake(&stand_in).await?;
    Ok(success())
}

/// Delivers every waiting change to the directory before it answers, whatever the delay.
async fn sync_now(State(stand_in): State<StandIn>, _: Admin) -> ApiResult {
    sync::deliver(&stand_in, true).await?;
    Ok(success())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRotation {
    /// Whether the new key's `x` has a leading zero byte, which the JWKS leaves out.
    #[serde(default)]
    short_coordinate: bool,
    /// Whether the key that signed until now stays published.
    #[serde(default)]
    keep_former: bool,
}

async fn rotate_keys(
    State(stand_in): State<StandIn>,
    Admin(project): Admin,
    Json(rotation): Json<KeyRotation>,
) -> ApiResult {
    let mut transaction = stand_in.begin().await?;
    let kid = keys::rotate(&mut transaction, project.id, rotation.short_coordinate, rotation.keep_former).await?;
    transaction.commit().await?;
    Ok(json_response(&json!({ "kid": kid })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    user_id: Uuid,
    /// `normal`, `restricted` or `anonymous`.
    audience: Option<String>,
    /// May be negative: a token that has expired.
    lifetime_seconds: Option<i64>,
}

/// Issues a token without a session: it can be sent, but not refreshed.
async fn issue_token(
    State(stand_in): State<StandIn>,
    Admin(project): Admin,
    Json(request): Json<TokenRequest>,
) -> ApiResult {
    let audience = request.audience.as_deref().unwrap_or("normal").parse();
    let audience: Audience =
        audience.map_err(|_| ApiError::bad_request("audience is normal, restricted or anonymous"))?;
    let user = User::find(&stand_in.pool, project.id, request.user_id).await?.ok_or(KnownError::UserNotFound)?;
    let lifetime = request.lifetime_seconds.unwrap_or(project.access_token_seconds);
    let access_token = tokens::mint_as(&stand_in, &project, &user, secrets::uuid(), audience, lifetime).await?;
    Ok(json_response(&json!({ "access_token": access_token })))
}

async fn delete_user(State(stand_in): State<StandIn>, Admin(project): Admin, Path(id): Path<Uuid>) -> ApiResult {
    accounts::remove(&stand_in, &project, id).await?;
    Ok(success())
}

/// Makes a second project, whose tokens and codes must not work for the first.
async fn create_project(State(stand_in): State<StandIn>, _: Admin) -> ApiResult {
    let project = Project::create(&stand_in.pool, "Another local project").await?;
    Ok(json_response(&json!(project)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutageRequest {
    on: bool,
    #[serde(flatten)]
    how: Outage,
}

async fn outage(State(stand_in): State<StandIn>, _: Admin, Json(request): Json<OutageRequest>) -> Response {
    stand_in.outage.send_replace(request.on.then_some(request.how));
    success()
}
