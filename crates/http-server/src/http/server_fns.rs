//! The server functions as routes, and what a plain form needs around them: the way back to its page, and its text.

use super::context;
use super::errors::{self, Failed};
use super::kept_form;
use super::server_timing::{self, AuthTime};
use super::way_back::WayBack;
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::header::{CONTENT_TYPE, LOCATION, REFERER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::{FromServerFnError, ServerFnUrlError};
use leptos_axum::handle_server_fns_with_context;
use request::AppError;
use url::form_urlencoded;

/// How server_fn marks an answer that is an error.
const IS_ERROR: HeaderName = HeaderName::from_static("serverfnerror");

/// Returns one route per registered function, for the method that it declares; axum refuses the others.
pub fn routes() -> Router<AppState> {
    server_fn_paths().fold(Router::new(), |router, (path, method)| router.route(path, route(&method)))
}

/// Returns the route of a function with this method.
fn route(method: &Method) -> MethodRouter<AppState> {
    // HEAD would be answered for GET, too: a function is called by its own method or not at all.
    let filter = if method == Method::GET { MethodFilter::GET } else { MethodFilter::POST };
    on(filter, call)
}

/// Calls the function, for a form or for a script.
async fn call(State(state): State<AppState>, request: Request) -> Response {
    if errors::accepts_html(request.headers()) { plain_post(state, request).await } else { fetch(state, request).await }
}

/// Answers the app's own code in the browser, which reads status and body.
async fn fetch(state: AppState, request: Request) -> Response {
    if !has_readable_type(&request) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let response = run(&state, Request::from_parts(parts, Body::from(body))).await;
    if !response.headers().contains_key(IS_ERROR) {
        return response;
    }
    // Leptos calls every failure a 500.
    let (mut parts, body) = response.into_parts();
    let body = read(body).await.unwrap_or_default();
    parts.status = errors::status(&AppError::de(body.clone()));
    Response::from_parts(parts, Body::from(body))
}

/// Answers a form that was sent without a script: Leptos answers with a redirect, and the page behind it shows the
/// outcome.
async fn plain_post(state: AppState, request: Request) -> Response {
    if !has_readable_type(&request) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let (mut parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let action = parts.uri.path().to_owned();
    let way_back = WayBack::of(&state.config.public_origin, state.site.features, &parts.headers, &action, &body);
    parts.headers.insert(REFERER, way_back.as_referer());
    let extensions = parts.extensions.clone();

    let mut response = run(&state, Request::from_parts(parts, Body::from(body.clone()))).await;

    let Some(location) = way_back.location(response.headers()) else {
        // Without an answer to where it goes, a browser would show people the raw value.
        return Failed::internal("a plain form post did not end in a redirect").into_response();
    };
    if let Some(failure) = failure(&location)
        && kept_form::is_worth_keeping(&extensions, &failure)
        && let Err(error) = kept_form::keep(&extensions, &action, &body).await
    {
        return errors::failed_at(way_back.path(), error);
    }
    let headers: &mut HeaderMap = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    headers.insert(LOCATION, location);
    // A function that also set the status of its error would make browsers ignore the redirect.
    *response.status_mut() = StatusCode::FOUND;
    *response.body_mut() = Body::empty();
    response
}

/// Runs the function in the context of its request.
async fn run(state: &AppState, request: Request) -> Response {
    let context = context::of(state, request.extensions());
    let auth = AuthTime::of(request.extensions());
    let (answer, spent) = server_timing::watched(handle_server_fns_with_context(context, request)).await;
    let mut response = answer.into_response();
    server_timing::tell(&mut response, auth, spent);
    response
}

/// Tells whether the body has a type that functions read. Forms of other sites can send `text/plain`, which no client
/// of the app does.
pub(super) fn has_readable_type(request: &Request) -> bool {
    if request.method() == Method::GET {
        return true;
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "application/json"].iter().any(|known| essence.eq_ignore_ascii_case(known))
}

/// Reads the whole body. How large it may be is decided in `limit.rs`; what breaks off before is the sender's problem.
pub(super) async fn read(body: Body) -> Result<Bytes, StatusCode> {
    to_bytes(body, usize::MAX).await.map_err(|error| {
        let too_large = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .any(|error| error.is::<http_body_util::LengthLimitError>());
        if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
    })
}

/// Returns why a function failed, as Leptos writes it into the address that a plain form is redirected to.
fn failure(location: &HeaderValue) -> Option<AppError> {
    let (_, query) = location.to_str().ok()?.split_once('?')?;
    let (_, error) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "__err")?;
    Some(ServerFnUrlError::decode_err(&error))
}
