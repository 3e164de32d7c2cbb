//! Forms without a script: a post to a page calls a server function, and a failure is answered with that page, in the
//! same request. A session keeps a form only while its writer signs in.
//! It must not keep a password, nor more rows of anonymous clients than their budget allows.

use super::client_address::ClientAddress;
use super::rate_limit::RateLimits;
use super::{errors, pages, server_fns};
use crate::sign_in::BrowserSession;
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Extensions, Method, StatusCode, Uri};
use request::feature::{Features, Posted};
use request::form::{self, OldInput};
use request::session::Viewer;
use request::{AppError, FormState, with_return_to};

/// Bytes of a form that waits for a sign-in. Anonymous clients send no more.
const LARGEST_KEPT: usize = 64 * 1024;

const MOST_FIELDS_KEPT: usize = 32;

/// Returns one route for each page that has a form.
pub fn routes(features: Features) -> Router<AppState> {
    features.pages_with_forms().into_iter().fold(Router::new(), |router, page| router.route(page, post(submit)))
}

/// Does what the form asks for that the query names.
async fn submit(State(state): State<AppState>, request: Request) -> Response {
    let uri = request.uri();
    let posted = uri.query().and_then(form::key).and_then(|key| state.site.features.form(uri.path(), key));
    let Some(posted) = posted else { return StatusCode::NOT_FOUND.into_response() };
    if !server_fns::has_readable_type(&request) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let (mut parts, body) = request.into_parts();
    let body = match server_fns::read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    parts.uri = without_key(&parts.uri);
    let (action, error) = match posted {
        Posted::Preview(action) => {
            let viewer = parts.extensions.get::<Viewer>().cloned().unwrap_or_default();
            (action, viewer.into_claims().err())
        }
        Posted::Call(action) => match server_fns::post(&state, parts.clone(), action, body.clone()).await {
            Ok(response) => return response,
            Err(error) => (action, Some(error)),
        },
    };
    let form = FormState { error, input: OldInput::read(action, &body) };
    if form.error == Some(AppError::SignInRequired) {
        let page = parts.uri.to_string();
        return match keep(&parts.extensions, parts.uri.path(), &form.input).await {
            Ok(()) => Redirect::to(&with_return_to("/sign-in", &page)).into_response(),
            Err(error) => errors::failed_form(&page, error, form.input),
        };
    }
    rerender(state, parts, form).await
}

/// Returns the address of the page, without the key of a form.
fn without_key(uri: &Uri) -> Uri {
    let query = uri.query().and_then(form::without_key);
    let address = query.map_or_else(|| uri.path().to_owned(), |query| format!("{}?{query}", uri.path()));
    // A part of a query that was one.
    PathAndQuery::try_from(address).map_or_else(|_| uri.clone(), Uri::from)
}

/// Answers with the page at the address of the request, with what was typed and the status of the error. Where that
/// page cannot be shown, the page of a failure has the text.
pub(super) async fn rerender(state: AppState, mut parts: Parts, form: FormState) -> Response {
    let page = parts.uri.to_string();
    if let Some(viewer) = parts.extensions.get_mut::<Viewer>() {
        viewer.form = Some(form.clone());
    }
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    let mut response = pages::show(State(state), Request::from_parts(parts, Body::empty())).await;
    let FormState { error, input } = form;
    if error.is_none() && response.status().is_redirection() {
        return response;
    }
    if response.status() != StatusCode::OK {
        return errors::failed_form(&page, error.unwrap_or_else(|| errors::meaning(response.status())), input);
    }
    if let Some(error) = &error {
        *response.status_mut() = errors::status(error);
        if let Some(seconds) = errors::retry_after(error) {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
    }
    response
}

/// Keeps a form until its writer has signed in. Each may be a row of its own, so an address has a budget for them.
async fn keep(request: &Extensions, page: &str, input: &OldInput) -> Result<(), AppError> {
    let Some(session) = request.get::<BrowserSession>() else { return Ok(()) };
    if input.fields.is_empty() {
        return Ok(());
    }
    let bytes: usize = input.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > LARGEST_KEPT || input.fields.len() > MOST_FIELDS_KEPT {
        return Err(AppError::SignInRequired);
    }
    if let Some(limits) = request.get::<RateLimits>() {
        limits.keep_form(ClientAddress::of(request))?;
    }
    session.keep_form(input.clone(), page).await.map_err(|_| AppError::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn the_address_of_a_page_has_no_key() {
        for (posted, page) in [
            ("/notes?/add", "/notes"),
            ("/notes?/add&show=open&q=a%26b", "/notes?show=open&q=a%26b"),
            ("/notes?show=open&/add", "/notes?show=open"),
            ("/?/add", "/"),
        ] {
            assert_eq!(without_key(&posted.parse().unwrap()).to_string(), page, "{posted}");
        }
    }
}
