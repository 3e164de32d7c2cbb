//! `POST /auth/oauth/token`: a code, or a refresh token, for an access token.

use super::super::errors::{ApiError, ApiResult, json_response};
use super::super::known_errors::KnownError;
use super::super::{access::AnyAccess, body::Form, project::Project, state::StandIn, users::User};
use super::super::{mfa, secrets, sessions, tokens};
use super::code;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header;
use serde_json::{Value, json};
use url::Url;

const REDIRECT_MISMATCH: &str =
    "Invalid redirect URI. Your redirect URI must be the same as the one used to get the authorization code.";

/// The fields that the body of either grant may have.
struct TokenRequest {
    client_id: Option<String>,
    client_secret: Option<String>,
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    refresh_token: Option<String>,
    scope: Option<String>,
}

/// Answers the request.
pub async fn token(State(stand_in): State<StandIn>, _: AnyAccess, mut form: Form) -> ApiResult {
    let grant_type = form.required_word("grant_type", &["authorization_code", "refresh_token"]);
    let mut field = |name: &str| form.optional_text(name).filter(|text| !text.is_empty());
    let request = TokenRequest {
        client_id: field("client_id"),
        client_secret: field("client_secret"),
        code: field("code"),
        code_verifier: field("code_verifier"),
        redirect_uri: field("redirect_uri"),
        refresh_token: field("refresh_token"),
        scope: field("scope"),
    };
    form.finish_with_others()?;
    let is_code = grant_type == "authorization_code";
    let project = authenticate_client(&stand_in, &request, is_code).await?;
    let answer = match is_code {
        true => exchange(&stand_in, &project, &request).await?,
        false => refresh(&stand_in, &project, &request).await?,
    };
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    Ok((headers, json_response(&answer)).into_response())
}

/// Returns the project of the client. The secret may be absent when a code is exchanged: PKCE protects that. HTTP Basic
/// is ignored, as on the real server.
async fn authenticate_client(
    stand_in: &StandIn,
    request: &TokenRequest,
    secret_may_be_absent: bool,
) -> ApiResult<Project> {
    let id = request.client_id.as_deref().unwrap_or_default();
    let project = Project::find(&stand_in.pool, id.strip_suffix("#main").unwrap_or(id)).await?;
    let project = project.ok_or(KnownError::InvalidOauthClientIdOrSecret { client_id: None })?;
    let is_right = match &request.client_secret {
        Some(secret) => secrets::equal(secret, &project.publishable_client_key),
        None => secret_may_be_absent,
    };
    if is_right { Ok(project) } else { Err(KnownError::InvalidOauthClientIdOrSecret { client_id: None }.into()) }
}

/// Exchanges a code for tokens.
async fn exchange(stand_in: &StandIn, project: &Project, request: &TokenRequest) -> ApiResult<Value> {
    let code = request.code.as_deref().ok_or_else(|| missing_parameter("code"))?;
    let found = code::find(&stand_in.pool, project.id, code).await?.ok_or(KnownError::InvalidAuthorizationCode)?;
    // A wrong verifier leaves the code as it is, everything after this line costs it.
    if !code::matches_challenge(&found.code_challenge, request.code_verifier.as_deref().unwrap_or_default()) {
        return Err(KnownError::InvalidAuthorizationCode.into());
    }
    if !code::consume(&stand_in.pool, code).await? {
        return Err(KnownError::InvalidAuthorizationCode.into());
    }
    match &request.redirect_uri {
        Some(uri) if *uri == found.redirect_uri => {}
        Some(uri) if Url::parse(uri).is_ok() => return Err(ApiError::bad_request(REDIRECT_MISMATCH)),
        _ => {
            let description = "Invalid request: `redirect_uri` is not a valid URI".to_owned();
            return Err(ApiError::InvalidRequest(description));
        }
    }
    let user = User::find(&stand_in.pool, project.id, found.user_id).await?;
    let user = user.ok_or(KnownError::InvalidAuthorizationCode)?;
    mfa::require_none(&stand_in.pool, project, &user).await?;
    let session = sessions::begin(&stand_in.pool, project.id, user.id, sessions::LIFETIME, false).await?;
    Ok(json!({
        "access_token": tokens::mint(stand_in, project, &user, session.id).await?,
        "token_type": "Bearer",
        // Not what the token says: the real server is wrong here, and apps must read the token's own expiry.
        "expires_in": 3599,
        "refresh_token": session.refresh_token,
        "scope": "legacy",
        "newUser": found.is_new_user,
        "is_new_user": found.is_new_user,
        "afterCallbackRedirectUrl": found.after_callback_redirect_url,
        "after_callback_redirect_url": found.after_callback_redirect_url,
    }))
}

async fn refresh(stand_in: &StandIn, project: &Project, request: &TokenRequest) -> ApiResult<Value> {
    let refresh_token = request.refresh_token.as_deref().ok_or_else(|| missing_parameter("refresh_token"))?;
    if request.scope.as_deref().is_some_and(|scope| scope != "legacy") {
        return Err(ApiError::internal("another scope at refresh, on which the real server throws"));
    }
    let access_token = sessions::renew(stand_in, project, refresh_token).await?;
    Ok(json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": 3600, "scope": "legacy" }))
}

fn missing_parameter(parameter: &str) -> ApiError {
    ApiError::InvalidRequest(format!("Missing parameter: `{parameter}`"))
}
