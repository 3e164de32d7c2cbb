//! `GET|POST /auth/oauth/callback/{provider}`: the browser comes back from the provider and is sent on to the app.

use super::super::errors::{ApiError, ApiResult, json_response};
use super::super::known_errors::KnownError;
use super::super::{body, project::Project, secrets, state::StandIn};
use super::code::{self, NewCode};
use super::flow::{self, Flow, ProviderIdentity};
use super::{account_linking, cookie, redirect};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

const NO_COOKIE: &str = "Inner OAuth cookie not found. This is likely because you refreshed the page during the OAuth \
                         sign in process. Please try signing in again";

/// The parameters with which the provider sends the browser back, by query or by form.
#[derive(Deserialize)]
struct ProviderResponse {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// Answers the request, and clears the cookie of the flow in any case.
pub async fn callback(
    State(stand_in): State<StandIn>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    form: Bytes,
) -> ApiResult {
    let mut fields = body::decode(query.unwrap_or_default().as_bytes());
    fields.extend(body::decode(&form));
    let provider_response: ProviderResponse =
        serde_json::from_value(Value::Object(fields)).map_err(ApiError::internal)?;
    let outcome = continue_flow(&stand_in, &headers, &provider_response).await;
    let mut response = outcome.unwrap_or_else(ApiError::into_response);
    if let Some(cleared) = cookie::clear(&provider_response.state) {
        response.headers_mut().insert(header::SET_COOKIE, cleared);
    }
    Ok(response)
}

async fn continue_flow(stand_in: &StandIn, headers: &HeaderMap, provider_response: &ProviderResponse) -> ApiResult {
    if !cookie::is_set(headers, &provider_response.state) {
        return Err(ApiError::bad_request(NO_COOKIE));
    }
    let flow = flow::take(&stand_in.pool, &provider_response.state).await?;
    let flow = flow.ok_or_else(|| ApiError::bad_request("Invalid OAuth cookie. Please try signing in again."))?;
    let project = Project::find(&stand_in.pool, &flow.project_id.to_string()).await?;
    let project = project.ok_or_else(|| ApiError::internal("the flow's project is gone"))?;
    match sign_in(stand_in, &project, &flow, provider_response).await {
        Err(ApiError::Known(error)) => match error_redirect(stand_in, &project, &flow, &error).await? {
            Some(redirect) => Ok(redirect),
            None => Err(error.into()),
        },
        outcome => outcome,
    }
}

async fn sign_in(
    stand_in: &StandIn,
    project: &Project,
    flow: &Flow,
    provider_response: &ProviderResponse,
) -> ApiResult {
    if flow.has_expired() {
        return Err(KnownError::OuterOauthTimeout.into());
    }
    let identity = provider_identity(flow, provider_response)?;
    let request = &flow.request;
    project.require_redirect(stand_in, &request.redirect_uri).await?;
    if request.scope != "legacy" {
        return Err(ApiError::bad_request("Invalid scope requested. Please check the scopes you are requesting."));
    }
    if request.response_type != "code" || request.code_challenge_method != "S256" {
        return Err(ApiError::internal(
            "an unknown response type or challenge method, on which the real server throws",
        ));
    }
    if request.state.is_empty() || !request.state.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(ApiError::internal("a state that is not printable, on which the real server throws"));
    }
    let (user, is_new_user) = account_linking::find_or_create(stand_in, project, &flow.provider, identity).await?;
    let new = NewCode {
        project: project.id,
        user,
        redirect_uri: &request.redirect_uri,
        code_challenge: &request.code_challenge,
        is_new_user,
        after_callback_redirect_url: request.after_callback_redirect_url.as_deref(),
    };
    let code = code::issue(&stand_in.pool, &new).await?;
    let location = append_code(&request.redirect_uri, &code, &request.state);
    redirect(StatusCode::SEE_OTHER, &location, json_response(&json!({})))
}

/// Returns the identity that the provider's code stands for. The code is good for this flow only.
fn provider_identity<'a>(flow: &'a Flow, provider_response: &ProviderResponse) -> ApiResult<&'a ProviderIdentity> {
    if provider_response.error.is_some() {
        return Err(KnownError::OauthProviderAccessDenied.into());
    }
    match (&flow.identity, &flow.identity_code, &provider_response.code) {
        (Some(identity), Some(expected), Some(sent)) if secrets::equal(expected, sent) => Ok(identity),
        _ => Err(ApiError::bad_request("Inner OAuth callback failed due to invalid grant. Please try again.")),
    }
}

/// Sends an error to `error_redirect_uri`, if that is trusted. It carries neither `state` nor `error`.
async fn error_redirect(
    stand_in: &StandIn,
    project: &Project,
    flow: &Flow,
    error: &KnownError,
) -> ApiResult<Option<Response>> {
    let Some(target) = &flow.request.error_redirect_uri else { return Ok(None) };
    if !project.allows_redirect(stand_in, target).await? {
        return Ok(None);
    }
    let mut target = Url::parse(target).map_err(ApiError::internal)?;
    let body = error.body();
    target
        .query_pairs_mut()
        .append_pair("errorCode", body["code"].as_str().unwrap_or_default())
        .append_pair("message", &error.to_string())
        .append_pair("details", &body.get("details").unwrap_or(&json!({})).to_string());
    redirect(StatusCode::TEMPORARY_REDIRECT, target.as_str(), ().into_response()).map(Some)
}

/// Adds the code and the state to the redirect URI, which stays as it was written (with a `:443`), and keeps its query
/// but for an old `code` or `state`.
fn append_code(redirect_uri: &str, code: &str, state: &str) -> String {
    let (base, query) = redirect_uri.split_once('?').unwrap_or((redirect_uri, ""));
    let authority_begins = base.find("://").map_or(base.len(), |at| at + 3);
    let slash = if base[authority_begins..].contains('/') { "" } else { "/" };
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "code" && name != "state");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("code", code)
        .append_pair("state", state)
        .finish();
    format!("{base}{slash}?{query}")
}

#[cfg(test)]
mod tests {
    use super::append_code;

    #[test]
    fn redirect_uri_is_kept_as_written() {
        for (redirect_uri, expected) in [
            ("https://app.example.test", "https://app.example.test/?code=c&state=s"),
            ("https://app.example.test:443/cb", "https://app.example.test:443/cb?code=c&state=s"),
            ("http://localhost:3000/cb?a=1", "http://localhost:3000/cb?a=1&code=c&state=s"),
            ("http://localhost:3000/cb?code=old&a=1&state=old", "http://localhost:3000/cb?a=1&code=c&state=s"),
        ] {
            assert_eq!(append_code(redirect_uri, "c", "s"), expected);
        }
    }
}
