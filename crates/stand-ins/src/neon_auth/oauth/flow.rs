//! A sign-in that is at the provider: the parameters of the request, and the identity that the provider returned.

use super::super::secrets;
use serde::{Deserialize, Serialize};
use sqlx::{PgExecutor, types::Json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The time from authorize to callback.
const LIFETIME: Duration = Duration::minutes(10);

/// The parameters of authorize, most of which the real server looks at only at the callback.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    /// The redirect URI that the app asked for, without its fragment.
    pub redirect_uri: String,
    pub error_redirect_uri: Option<String>,
    pub after_callback_redirect_url: Option<String>,
    pub scope: String,
    pub state: String,
    pub response_type: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
}

/// A user as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderIdentity {
    pub account_id: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}

/// One row of `oauth_flow`.
#[derive(sqlx::FromRow)]
pub struct Flow {
    pub project_id: Uuid,
    pub provider: String,
    pub request: Json<AuthorizeRequest>,
    pub identity: Option<Json<ProviderIdentity>>,
    /// The provider's own code, for which it hands out the identity.
    pub identity_code: Option<String>,
    pub expires_at: OffsetDateTime,
}

impl Flow {
    pub fn has_expired(&self) -> bool {
        self.expires_at <= OffsetDateTime::now_utc()
    }
}

/// Stores the request, and returns the state that the browser carries to the provider and back.
pub async fn begin(
    executor: impl PgExecutor<'_>,
    project: Uuid,
    provider: &str,
    request: &AuthorizeRequest,
) -> sqlx::Result<String> {
    let state = secrets::base64url::<32>();
    sqlx::query(
        "insert into oauth_flow (state, project_id, provider, request, expires_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(&state)
    .bind(project)
    .bind(provider)
    .bind(Json(request))
    .bind(OffsetDateTime::now_utc() + LIFETIME)
    .execute(executor)
    .await?;
    Ok(state)
}

pub async fn find(executor: impl PgExecutor<'_>, state: &str) -> sqlx::Result<Option<Flow>> {
    sqlx::query_as(
        "select project_id, provider, request, identity, identity_code, expires_at from oauth_flow where state = $1",
    )
    .bind(state)
    .fetch_optional(executor)
    .await
}

/// Stores the chosen identity, and returns the provider's code.
pub async fn approve(executor: impl PgExecutor<'_>, state: &str, identity: &ProviderIdentity) -> sqlx::Result<String> {
    let code = secrets::base64url::<32>();
    sqlx::query("update oauth_flow set identity = $2, identity_code = $3 where state = $1")
        .bind(state)
        .bind(Json(identity))
        .bind(&code)
        .execute(executor)
        .await?;
    Ok(code)
}

/// Ends the flow and returns it: a second return from the provider finds nothing.
pub async fn take(executor: impl PgExecutor<'_>, state: &str) -> sqlx::Result<Option<Flow>> {
    sqlx::query_as(
        "delete from oauth_flow where state = $1
         returning project_id, provider, request, identity, identity_code, expires_at",
    )
    .bind(state)
    .fetch_optional(executor)
    .await
}
