//! Authenticates a request by its `x-stack-*` headers, checked in the order in which the real server checks them.

use super::errors::{ApiError, ApiResult};
use super::known_errors::KnownError;
use super::tokens::{self, AccessToken};
use super::{keys::Audience, project::Project, secrets, state::StandIn, users::User};
use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};
use serde::Serialize;

const ACCESS_TYPE_HEADER: &str = "x-stack-access-type";
const PROJECT_ID_HEADER: &str = "x-stack-project-id";
const PUBLISHABLE_KEY_HEADER: &str = "x-stack-publishable-client-key";
const SECRET_KEY_HEADER: &str = "x-stack-secret-server-key";
const ADMIN_KEY_HEADER: &str = "x-stack-super-secret-admin-key";
const ACCESS_TOKEN_HEADER: &str = "x-stack-access-token";
const REFRESH_TOKEN_HEADER: &str = "x-stack-refresh-token";
const ALLOW_ANONYMOUS_HEADER: &str = "x-stack-allow-anonymous-user";
const ALLOW_RESTRICTED_HEADER: &str = "x-stack-allow-restricted-user";

/// The kind of caller, which has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display, strum::EnumString)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum AccessType {
    Client,
    Server,
    Admin,
}

/// A request whose keys, and whose access token if there is one, are good.
pub struct Access {
    pub access_type: AccessType,
    pub project: Project,
    pub token: Option<AccessToken>,
    pub refresh_token: Option<String>,
}

impl Access {
    /// Returns the user of the access token, unless there is none or the account is gone.
    pub async fn user(&self, stand_in: &StandIn) -> ApiResult<User> {
        let user = match &self.token {
            Some(token) => User::find(&stand_in.pool, self.project.id, token.user_id).await?,
            None => None,
        };
        Ok(user.ok_or(KnownError::CannotGetOwnUserWithoutUser)?)
    }

    /// Refuses a browser or an app that has only the publishable key.
    pub fn require_server(&self) -> Result<(), KnownError> {
        self.require(&[AccessType::Server, AccessType::Admin])
    }

    /// Refuses a caller without the admin key.
    pub fn require_admin(&self) -> Result<(), KnownError> {
        self.require(&[AccessType::Admin])
    }

    fn require(&self, allowed_access_types: &'static [AccessType]) -> Result<(), KnownError> {
        let actual_access_type = self.access_type;
        match allowed_access_types.contains(&actual_access_type) {
            true => Ok(()),
            false => Err(KnownError::InsufficientAccessType { actual_access_type, allowed_access_types }),
        }
    }
}

impl FromRequestParts<StandIn> for Access {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stand_in: &StandIn) -> ApiResult<Self> {
        Ok(authenticate(stand_in, &parts.headers).await?.ok_or(KnownError::AccessTypeRequired)?)
    }
}

/// A request to a route without authentication. Headers that are sent are checked all the same.
pub struct AnyAccess;

impl FromRequestParts<StandIn> for AnyAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stand_in: &StandIn) -> ApiResult<Self> {
        authenticate(stand_in, &parts.headers).await.map(|_| Self)
    }
}

/// Checks the headers. Returns `None` when there are none.
async fn authenticate(stand_in: &StandIn, headers: &HeaderMap) -> ApiResult<Option<Access>> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(access_type) = header(ACCESS_TYPE_HEADER) else {
        let sends_a_key = [PUBLISHABLE_KEY_HEADER, SECRET_KEY_HEADER, ADMIN_KEY_HEADER]
            .iter()
            .any(|name| headers.contains_key(*name));
        return if sends_a_key { Err(KnownError::ProjectKeyWithoutAccessType.into()) } else { Ok(None) };
    };
    let access_type: AccessType =
        access_type.parse().map_err(|_| KnownError::InvalidAccessType { sent: access_type.to_owned() })?;
    let project_id =
        header(PROJECT_ID_HEADER).ok_or(KnownError::AccessTypeWithoutProjectId { request_type: access_type })?;
    let project = Project::find(&stand_in.pool, project_id).await?;
    let project = project.ok_or_else(|| KnownError::CurrentProjectNotFound { project_id: project_id.to_owned() })?;
    check_key(access_type, &project, header)?;
    let token = match header(ACCESS_TOKEN_HEADER) {
        Some(token) => Some(tokens::verify(stand_in, &project, token).await?),
        None => None,
    };
    if let Some(token) = &token {
        check_audience(token, header)?;
    }
    let refresh_token = header(REFRESH_TOKEN_HEADER).map(str::to_owned);
    Ok(Some(Access { access_type, project, token, refresh_token }))
}

fn check_key<'a>(
    access_type: AccessType,
    project: &Project,
    header: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), KnownError> {
    let project_id = project.id;
    let (name, key, missing, invalid) = match access_type {
        AccessType::Client => (
            PUBLISHABLE_KEY_HEADER,
            &project.publishable_client_key,
            KnownError::ClientAuthenticationRequired,
            KnownError::InvalidPublishableClientKey { project_id },
        ),
        AccessType::Server => (
            SECRET_KEY_HEADER,
            &project.secret_server_key,
            KnownError::ServerAuthenticationRequired,
            KnownError::InvalidSecretServerKey { project_id },
        ),
        AccessType::Admin => (
            ADMIN_KEY_HEADER,
            &project.super_secret_admin_key,
            KnownError::AdminAuthenticationRequired,
            KnownError::InvalidSuperSecretAdminKey { project_id },
        ),
    };
    match header(name) {
        None => Err(missing),
        Some(sent) if secrets::equal(sent, key) => Ok(()),
        Some(_) => Err(invalid),
    }
}

/// Refuses tokens of restricted and anonymous users unless the caller says that it expects them.
fn check_audience<'a>(token: &AccessToken, header: impl Fn(&str) -> Option<&'a str>) -> Result<(), KnownError> {
    let allows_anonymous = header(ALLOW_ANONYMOUS_HEADER) == Some("true");
    let allows_restricted = allows_anonymous || header(ALLOW_RESTRICTED_HEADER) == Some("true");
    match token.audience {
        Audience::Anonymous if !allows_anonymous => Err(KnownError::AnonymousAuthenticationNotAllowed),
        Audience::Restricted if !allows_restricted => {
            let restricted_reason = token.restricted_reason.clone().unwrap_or_default();
            Err(KnownError::RestrictedUserNotAllowed { restricted_reason })
        }
        _ => Ok(()),
    }
}
