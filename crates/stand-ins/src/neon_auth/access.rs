//! Authenticates a request by its `x-stack-*` headers, checked in the order in which the real server checks them.

use super::{
    errors::ApiError,
    keys::Audience,
    known_errors,
    project::Project,
    secrets,
    state::StandIn,
    tokens::{self, AccessToken},
    users::User,
};
use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};
use uuid::Uuid;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessType {
    Client,
    Server,
    Admin,
}

impl AccessType {
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Admin => "admin",
        }
    }
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
    pub async fn user(&self, stand_in: &StandIn) -> Result<User, ApiError> {
        let user = match &self.token {
            Some(token) => User::find(stand_in.pool(), self.project.id, token.user_id).await?,
            None => None,
        };
        user.ok_or_else(|| known_errors::cannot_get_own_user().into())
    }

    /// Refuses a browser or an app that has only the publishable key.
    pub fn require_server(&self) -> Result<(), ApiError> {
        match self.access_type {
            AccessType::Client => Err(known_errors::insufficient_access_type("client", &["server", "admin"]).into()),
            AccessType::Server | AccessType::Admin => Ok(()),
        }
    }

    /// Refuses a caller without the admin key.
    pub fn require_admin(&self) -> Result<(), ApiError> {
        match self.access_type {
            AccessType::Admin => Ok(()),
            other => Err(known_errors::insufficient_access_type(other.name(), &["admin"]).into()),
        }
    }
}

impl FromRequestParts<StandIn> for Access {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stand_in: &StandIn) -> Result<Self, ApiError> {
        authenticate(stand_in, &parts.headers).await?.ok_or_else(|| known_errors::access_type_required().into())
    }
}

/// A request to a route without authentication. Headers that are sent are checked all the same.
pub struct AnyAccess;

impl FromRequestParts<StandIn> for AnyAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stand_in: &StandIn) -> Result<Self, ApiError> {
        authenticate(stand_in, &parts.headers).await.map(|_| Self)
    }
}

/// Checks the headers. Returns `None` when there are none.
async fn authenticate(stand_in: &StandIn, headers: &HeaderMap) -> Result<Option<Access>, ApiError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(access_type) = header(ACCESS_TYPE_HEADER) else {
        let sends_a_key = [PUBLISHABLE_KEY_HEADER, SECRET_KEY_HEADER, ADMIN_KEY_HEADER]
            .iter()
            .any(|name| headers.contains_key(*name));
        return if sends_a_key { Err(known_errors::project_key_without_access_type().into()) } else { Ok(None) };
    };
    let access_type = match access_type {
        "client" => AccessType::Client,
        "server" => AccessType::Server,
        "admin" => AccessType::Admin,
        other => return Err(known_errors::invalid_access_type(other).into()),
    };
    let Some(project_id) = header(PROJECT_ID_HEADER) else {
        return Err(known_errors::access_type_without_project_id(access_type.name()).into());
    };
    let project = match Uuid::parse_str(project_id) {
        Ok(id) => Project::find(stand_in.pool(), id).await?,
        Err(_) => None,
    };
    let project = project.ok_or_else(|| known_errors::current_project_not_found(project_id))?;
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
) -> Result<(), ApiError> {
    let (name, expected, key, missing, invalid) = match access_type {
        AccessType::Client => (
            PUBLISHABLE_KEY_HEADER,
            &project.publishable_client_key,
            "publishable client key",
            "CLIENT_AUTHENTICATION_REQUIRED",
            "INVALID_PUBLISHABLE_CLIENT_KEY",
        ),
        AccessType::Server => (
            SECRET_KEY_HEADER,
            &project.secret_server_key,
            "secret server key",
            "SERVER_AUTHENTICATION_REQUIRED",
            "INVALID_SECRET_SERVER_KEY",
        ),
        AccessType::Admin => (
            ADMIN_KEY_HEADER,
            &project.super_secret_admin_key,
            "super secret admin key",
            "ADMIN_AUTHENTICATION_REQUIRED",
            "INVALID_SUPER_SECRET_ADMIN_KEY",
        ),
    };
    match header(name) {
        None => Err(known_errors::key_missing(missing, key).into()),
        Some(sent) if secrets::equal(sent, expected) => Ok(()),
        // The real server's text drops a word here.
        Some(_) if access_type == AccessType::Client => {
            Err(known_errors::key_invalid(invalid, "publishable key", project.id).into())
        }
        Some(_) => Err(known_errors::key_invalid(invalid, key, project.id).into()),
    }
}

/// Refuses tokens of restricted and anonymous users unless the caller says that it expects them.
fn check_audience<'a>(token: &AccessToken, header: impl Fn(&str) -> Option<&'a str>) -> Result<(), ApiError> {
    let allows_anonymous = header(ALLOW_ANONYMOUS_HEADER) == Some("true");
    let allows_restricted = allows_anonymous || header(ALLOW_RESTRICTED_HEADER) == Some("true");
    match token.audience {
        Audience::Anonymous if !allows_anonymous => Err(known_errors::anonymous_not_allowed().into()),
        Audience::Restricted if !allows_restricted => {
            Err(known_errors::restricted_not_allowed(token.restricted_reason.as_deref().unwrap_or_default()).into())
        }
        _ => Ok(()),
    }
}
