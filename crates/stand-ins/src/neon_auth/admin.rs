//! The extractor that lets only the holder of the admin key through, for the control endpoints under `/local`.

use super::errors::{ApiError, ApiResult};
use super::{project::Project, secrets, state::StandIn};
use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};

/// A client that sent the first project's admin key in `x-stack-super-secret-admin-key`.
pub struct Admin(pub Project);

impl FromRequestParts<StandIn> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stand_in: &StandIn) -> ApiResult<Self> {
        let project = Project::first(&stand_in.pool).await?;
        let sent = parts.headers.get("x-stack-super-secret-admin-key").and_then(|value| value.to_str().ok());
        match sent {
            Some(key) if secrets::equal(key, &project.super_secret_admin_key) => Ok(Self(project)),
            _ => Err(ApiError::text(StatusCode::UNAUTHORIZED, "The project's super secret admin key is needed here.")),
        }
    }
}
