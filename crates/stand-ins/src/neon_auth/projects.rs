//! The public part of a project: its keys for verifying tokens, and its settings.
//! It must not show a private key or a project key.

use super::errors::{ApiError, ApiResult, json_response};
use super::keys::{self, Audience};
use super::{access::Access, project::Project, state::StandIn};
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

/// The audiences whose keys are wanted besides the normal ones.
#[derive(Deserialize)]
pub struct Include {
    include_restricted: Option<String>,
    include_anonymous: Option<String>,
}

/// Answers `GET /projects/{id}/.well-known/jwks.json`.
pub async fn jwks(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Query(include): Query<Include>,
) -> ApiResult {
    let project = Project::find(&stand_in.pool, &id).await?;
    let project = project.ok_or_else(|| ApiError::text(StatusCode::NOT_FOUND, "Project not found"))?;
    let is_true = |flag: Option<String>| flag.as_deref() == Some("true");
    let audiences = match (is_true(include.include_anonymous), is_true(include.include_restricted)) {
        (true, _) => &Audience::ALL[..],
        (false, true) => &[Audience::Normal, Audience::Restricted],
        (false, false) => &[Audience::Normal],
    };
    let published = keys::jwks(&stand_in.pool, project.id, audiences).await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=3600")], json_response(&published)).into_response())
}

/// Answers `GET /projects/current`.
pub async fn current(State(stand_in): State<StandIn>, access: Access) -> ApiResult {
    let project = &access.project;
    let domains = project.trusted_domains(&stand_in.pool).await?;
    let domains: Vec<Value> =
        domains.iter().map(|domain| json!({ "domain": domain, "handler_path": "/handler" })).collect();
    let providers: Vec<Value> = project.oauth_providers.iter().map(|id| json!({ "id": id })).collect();
    Ok(json_response(&json!({
        "id": project.id,
        "display_name": project.display_name,
        "config": {
            "domains": domains,
            "enabled_oauth_providers": providers,
            "allow_team_api_keys": false,
            "allow_user_api_keys": false,
            "client_user_deletion_enabled": project.client_user_deletion_enabled,
            "client_team_creation_enabled": false,
            "passkey_enabled": false,
            "magic_link_enabled": project.magic_link_enabled,
            "credential_enabled": project.credential_enabled,
            "sign_up_enabled": project.sign_up_enabled,
        },
    })))
}
