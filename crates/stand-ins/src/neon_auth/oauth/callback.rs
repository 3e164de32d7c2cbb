//! `GET|POST /auth/oauth/callback/{provider}`: the browser comes back from the provider and is sent on to the app.

use super::{
    super::{
        body,
        errors::{ApiError, json_response},
        known_errors,
        project::Project,
        state::StandIn,
    },
    account_linking,
    code::{self, NewCode},
    cookie,
    flow::{self, Flow, ProviderIdentity},
};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

const NO_COOKIE: &str = "Inner OAuth cookie not found. This is likely because you refreshed the page during the OAuth \
                         sign in process. Please try signing in again";

/// The parameters with which the provider sends the browser back, by query or by form.
struct ProviderResponse {
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// Answers the request, and clears the cookie of the flow in any case.
pub async fn callback(
    State(stand_in): State<StandIn>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    form: axum::body::Bytes,
) -> Response {
    let mut fields = body::decode(query.unwrap_or_default().as_bytes());
    fields.extend(body::decode(&form));
    let field = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let provider_response =
        ProviderResponse { state: field("state").unwrap_or_default(), code: field("code"), error: field("error") };
    let mut response = match continue_flow(&stand_in, &headers, &provider_response).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    if let Some(cleared) = cookie::clear(&provider_response.state) {
        response.headers_mut().insert(header::SET_COOKIE, cleared);
    }
    response
}

async fn continue_flow(
    stand_in: &StandIn,
    headers: &HeaderMap,
    provider_response: &ProviderResponse,
) -> Result<Response, ApiError> {
    if !cookie::is_set(headers, &provider_response.state) {
        return Err(ApiError::text(StatusCode::BAD_REQUEST, NO_COOKIE));
    }
    let flow = flow::take(stand_in.pool(), &provider_response.state).await?;
    let flow = flow
        .ok_or_else(|| ApiError::text(StatusCode::BAD_REQUEST, "Invalid OAuth cookie. Please try signing in again."))?;
    let project = Project::find(stand_in.pool(), flow.project_id).await?;
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
) -> Result<Response, ApiError> {
    if flow.has_expired() {
        return Err(known_errors::outer_oauth_timeout().into());
    }
    let identity = provider_identity(flow, provider_response)?;
    let request = &flow.request;
    if !project.allows_redirect(stand_in, &request.redirect_uri).await? {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }
    if request.scope != "legacy" {
        let text = "Invalid scope requested. Please check the scopes you are requesting.";
        return Err(ApiError::text(StatusCode::BAD_REQUEST, text));
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
    let code = code::issue(stand_in.pool(), &new).await?;
    let location = append_code(&request.redirect_uri, &code, &request.state);
    redirect(StatusCode::SEE_OTHER, &location, json_response(&json!({})))
}

/// Returns the identity that the provider's code stands for. The code is good for this flow only.
fn provider_identity<'a>(
    flow: &'a Flow,
    provider_response: &ProviderResponse,
) -> Result<&'a ProviderIdentity, ApiError> {
    if provider_response.error.is_some() {
        return Err(known_errors::oauth_provider_access_denied().into());
    }
    match (&flow.identity, &flow.identity_code, &provider_response.code) {
        (Some(identity), Some(expected), Some(sent)) if super::super::secrets::equal(expected, sent) => Ok(identity),
        _ => {
            let text = "Inner OAuth callback failed due to invalid grant. Please try again.";
            Err(ApiError::text(StatusCode::BAD_REQUEST, text))
        }
    }
}

/// Sends an error to `error_redirect_uri`, if that is trusted. It carries neither `state` nor `error`.
async fn error_redirect(
    stand_in: &StandIn,
    project: &Project,
    flow: &Flow,
    error: &super::super::errors::KnownError,
) -> Result<Option<Response>, ApiError> {
    let Some(target) = &flow.request.error_redirect_uri else { return Ok(None) };
    if !project.allows_redirect(stand_in, target).await? {
        return Ok(None);
    }
    let mut target = Url::parse(target).map_err(|error| ApiError::Internal(error.into()))?;
    let details = error.details.clone().unwrap_or_else(|| json!({}));
    target
        .query_pairs_mut()
        .append_pair("errorCode", error.code)
        .append_pair("message", &error.message)
        .append_pair("details", &details.to_string());
    redirect(StatusCode::TEMPORARY_REDIRECT, target.as_str(), ().into_response()).map(Some)
}

fn redirect(status: StatusCode, location: &str, body: Response) -> Result<Response, ApiError> {
    let location = HeaderValue::from_str(location).map_err(|error| ApiError::Internal(error.into()))?;
    Ok((status, [(header::LOCATION, location)], body).into_response())
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
