//! `GET /auth/oauth/authorize/{provider}`: sends the browser to the provider.

use super::{
    super::{body::Check, errors::ApiError, known_errors, project::Project, secrets, state::StandIn},
    cookie,
    flow::{self, AuthorizeRequest},
};
use axum::{
    extract::{OriginalUri, Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use url::{Url, form_urlencoded};
use uuid::Uuid;

const KNOWN_PARAMETERS: [&str; 18] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "grant_type",
    "code_challenge",
    "code_challenge_method",
    "response_type",
    "type",
    "token",
    "error_redirect_uri",
    "error_redirect_url",
    "after_callback_redirect_url",
    "provider_scope",
    "bot_challenge_token",
    "bot_challenge_phase",
    "bot_challenge_unavailable",
];

/// Answers the request. As on the real server, `redirect_uri` is checked at the callback only.
pub async fn authorize(
    State(stand_in): State<StandIn>,
    Path(provider): Path<String>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut check = Check::query(&Method::GET, uri.path(), &query.unwrap_or_default());
    let client_id = check.required_text("client_id");
    let client_secret = check.required_text("client_secret");
    let redirect_uri = check.required_text("redirect_uri");
    check_url(&mut check, "redirect_uri");
    let scope = check.required_text("scope");
    let state = check.required_text("state");
    if !matches!(check.required_text("grant_type").as_str(), "" | "authorization_code") {
        check.add_problem("grant_type", "must be one of the following values: authorization_code");
    }
    let code_challenge = check.required_text("code_challenge");
    let code_challenge_method = check.required_text("code_challenge_method");
    let response_type = check.required_text("response_type");
    let link = check.optional_text("type");
    if !matches!(link.as_deref(), None | Some("authenticate" | "link")) {
        check.add_problem("type", "must be one of the following values: authenticate, link");
    }
    let token = check.optional_text("token");
    check_url(&mut check, "error_redirect_uri");
    check_url(&mut check, "error_redirect_url");
    let error_redirect_uri =
        check.optional_text("error_redirect_uri").or_else(|| check.optional_text("error_redirect_url"));
    let after_callback_redirect_url = check.optional_text("after_callback_redirect_url");
    check.allow_only(&KNOWN_PARAMETERS);
    check.finish()?;

    let project = authenticate_client(&stand_in, &client_id, &client_secret).await?;
    if !project.oauth_providers.contains(&provider) {
        return Err(known_errors::oauth_provider_not_found().into());
    }
    if link.as_deref() == Some("link") {
        return Err(bad_request(match token {
            None => "?token= query parameter is required for link type",
            Some(_) => "The local Neon Auth does not link accounts",
        }));
    }
    // The real server takes both, and an empty challenge switches PKCE off there. Apps must not come to rely on that.
    if code_challenge.is_empty() || code_challenge_method == "plain" {
        return Err(bad_request("The local Neon Auth wants PKCE with code_challenge_method=S256"));
    }
    if let Some(url) = &after_callback_redirect_url
        && Url::parse(url).is_ok()
        && !project.allows_redirect(&stand_in, url).await?
    {
        return Err(known_errors::redirect_url_not_whitelisted().into());
    }

    let request = AuthorizeRequest {
        redirect_uri: redirect_uri.split('#').next().unwrap_or_default().to_owned(),
        error_redirect_uri,
        after_callback_redirect_url,
        scope,
        state,
        response_type,
        code_challenge,
        code_challenge_method,
    };
    let inner_state = flow::begin(stand_in.pool(), project.id, &provider, &request).await?;
    redirect_to_consent(&stand_in, &provider, &inner_state)
}

/// Sends the browser to the page that stands for the provider.
fn redirect_to_consent(stand_in: &StandIn, provider: &str, inner_state: &str) -> Result<Response, ApiError> {
    let callback = super::callback_url(stand_in, provider);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", provider)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", &callback)
        .append_pair("state", inner_state)
        .finish();
    let location = HeaderValue::from_str(&format!("{}/local/consent?{query}", stand_in.browser_origin()))
        .map_err(|error| ApiError::Internal(error.into()))?;
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie::set(inner_state)?)];
    Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response())
}

/// Returns the project, if the publishable key belongs to it.
async fn authenticate_client(stand_in: &StandIn, client_id: &str, client_secret: &str) -> Result<Project, ApiError> {
    let project = match client_id.strip_suffix("#main").unwrap_or(client_id).parse::<Uuid>() {
        Ok(id) => Project::find(stand_in.pool(), id).await?,
        Err(_) => None,
    };
    let project = project.ok_or_else(|| known_errors::invalid_oauth_client(Some(client_id)))?;
    if !secrets::equal(client_secret, &project.publishable_client_key) {
        return Err(known_errors::key_invalid("INVALID_PUBLISHABLE_CLIENT_KEY", "publishable key", project.id).into());
    }
    Ok(project)
}

fn check_url(check: &mut Check, name: &str) {
    let is_url = |text: &str| Url::parse(text).is_ok() && !text.contains(' ');
    if check.get(name).and_then(|value| value.as_str()).is_some_and(|text| !is_url(text)) {
        check.add_problem(name, "is not a valid URL");
    }
}

fn bad_request(text: &str) -> ApiError {
    ApiError::text(StatusCode::BAD_REQUEST, text)
}
