//! `GET /auth/oauth/authorize/{provider}`: sends the browser to the provider.

use super::super::errors::{ApiError, ApiResult};
use super::super::known_errors::KnownError;
use super::super::{body::Form, project::Project, secrets, state::StandIn};
use super::cookie;
use super::flow::{self, AuthorizeRequest};
use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::response::IntoResponse;
use http::{Method, StatusCode, header};
use url::{Url, form_urlencoded};

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
) -> ApiResult {
    let mut form = Form::query(&Method::GET, uri.path(), &query.unwrap_or_default());
    let client_id = form.required_text("client_id");
    let client_secret = form.required_text("client_secret");
    let redirect_uri = form.required_text("redirect_uri");
    check_url(&mut form, "redirect_uri");
    let scope = form.required_text("scope");
    let state = form.required_text("state");
    if !matches!(form.required_text("grant_type").as_str(), "" | "authorization_code") {
        form.add_problem("grant_type", "must be one of the following values: authorization_code");
    }
    let code_challenge = form.required_text("code_challenge");
    let code_challenge_method = form.required_text("code_challenge_method");
    let response_type = form.required_text("response_type");
    let link = form.optional_text("type");
    if !matches!(link.as_deref(), None | Some("authenticate" | "link")) {
        form.add_problem("type", "must be one of the following values: authenticate, link");
    }
    let token = form.optional_text("token");
    check_url(&mut form, "error_redirect_uri");
    check_url(&mut form, "error_redirect_url");
    let error_redirect_uri =
        form.optional_text("error_redirect_uri").or_else(|| form.optional_text("error_redirect_url"));
    let after_callback_redirect_url = form.optional_text("after_callback_redirect_url");
    form.finish(&KNOWN_PARAMETERS)?;

    let project = authenticate_client(&stand_in, &client_id, &client_secret).await?;
    if !project.oauth_providers.contains(&provider) {
        return Err(KnownError::OauthProviderNotFoundOrNotEnabled.into());
    }
    if link.as_deref() == Some("link") {
        return Err(ApiError::bad_request(match token {
            None => "?token= query parameter is required for link type",
            Some(_) => "The local Neon Auth does not link accounts",
        }));
    }
    // The real server takes both, and an empty challenge switches PKCE off there. Apps must not come to rely on that.
    if code_challenge.is_empty() || code_challenge_method == "plain" {
        return Err(ApiError::bad_request("The local Neon Auth wants PKCE with code_challenge_method=S256"));
    }
    if let Some(url) = after_callback_redirect_url.as_deref().filter(|url| Url::parse(url).is_ok()) {
        project.require_redirect(&stand_in, url).await?;
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
    let inner_state = flow::begin(&stand_in.pool, project.id, &provider, &request).await?;
    redirect_to_consent(&stand_in, &provider, &inner_state)
}

/// Sends the browser to the page that stands for the provider.
fn redirect_to_consent(stand_in: &StandIn, provider: &str, inner_state: &str) -> ApiResult {
    let callback = super::callback_url(stand_in, provider);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", provider)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", &callback)
        .append_pair("state", inner_state)
        .finish();
    let location = format!("{}/local/consent?{query}", stand_in.browser_origin);
    let set_cookie = [(header::SET_COOKIE, cookie::set(inner_state)?)].into_response();
    super::redirect(StatusCode::TEMPORARY_REDIRECT, &location, set_cookie)
}

/// Returns the project, if the publishable key belongs to it.
async fn authenticate_client(stand_in: &StandIn, client_id: &str, client_secret: &str) -> ApiResult<Project> {
    let project = Project::find(&stand_in.pool, client_id.strip_suffix("#main").unwrap_or(client_id)).await?;
    let unknown = || KnownError::InvalidOauthClientIdOrSecret { client_id: Some(client_id.to_owned()) };
    let project = project.ok_or_else(unknown)?;
    if !secrets::equal(client_secret, &project.publishable_client_key) {
        return Err(KnownError::InvalidPublishableClientKey { project_id: project.id }.into());
    }
    Ok(project)
}

fn check_url(form: &mut Form, name: &str) {
    let is_url = |text: &str| Url::parse(text).is_ok() && !text.contains(' ');
    if form.get(name).and_then(|value| value.as_str()).is_some_and(|text| !is_url(text)) {
        form.add_problem(name, "is not a valid URL");
    }
}
