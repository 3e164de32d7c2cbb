//! The server functions as routes, for code in the browser, and the call of one for a form.

use super::context;
use super::errors::{self, Failed};
use super::server_timing::{self, AuthTime};
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use leptos::server_fn::ContentType;
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::FromServerFnError;
use leptos_axum::handle_server_fns_with_context;
use request::codec::PostcardEncoding;
use request::{AppError, internal};

/// How server_fn marks an answer that is an error.
const IS_ERROR: HeaderName = HeaderName::from_static("serverfnerror");

/// How leptos_axum marks an answer that leads elsewhere, for code in the browser.
const IS_REDIRECT: HeaderName = HeaderName::from_static("serverfnredirect");

/// Returns one route per registered function, for the method that it declares; axum refuses the others.
pub fn routes() -> Router<AppState> {
    server_fn_paths().fold(Router::new(), |router, (path, method)| router.route(path, route(&method)))
}

fn route(method: &Method) -> MethodRouter<AppState> {
    // HEAD would be answered for GET, too: a function is called by its own method or not at all.
    let filter = if method == Method::GET { MethodFilter::GET } else { MethodFilter::POST };
    on(filter, call)
}

/// Answers the app's own code in the browser, which reads status and body.
async fn call(State(state): State<AppState>, request: Request) -> Result<Response, StatusCode> {
    let (parts, body) = read_form(request).await?;
    let response = run(&state, Request::from_parts(parts, Body::from(body))).await;
    if !response.headers().contains_key(IS_ERROR) {
        return Ok(response);
    }
    // Leptos calls every failure a 500.
    let (mut parts, body) = response.into_parts();
    let body = read(body).await.unwrap_or_default();
    parts.status = errors::status(&AppError::de(body.clone()));
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Calls the function at `path` for a form of the page at the address of the request. Returns the redirect to where it
/// leads, which is the page again unless it says otherwise.
pub(super) async fn post(
    state: &AppState,
    mut parts: Parts,
    path: &'static str,
    body: Bytes,
) -> Result<Response, AppError> {
    let page = std::mem::replace(&mut parts.uri, Uri::from_static(path)).to_string();
    let referer = format!("{}{page}", state.config.public_origin.as_str());
    parts.headers.insert(REFERER, HeaderValue::try_from(referer).map_err(|error| internal(&error))?);
    let (mut answer, body) = run(state, Request::from_parts(parts, Body::from(body))).await.into_parts();
    if answer.headers.contains_key(IS_ERROR) {
        return Err(AppError::de(read(body).await.unwrap_or_default()));
    }
    if answer.status.is_client_error() || answer.status.is_server_error() {
        return Err(Failed::internal("the server function of a form is not registered").error);
    }
    answer.status = StatusCode::SEE_OTHER;
    for header in [CONTENT_TYPE, CONTENT_LENGTH, IS_REDIRECT] {
        answer.headers.remove(header);
    }
    if !answer.headers.contains_key(LOCATION) {
        answer.headers.insert(LOCATION, HeaderValue::try_from(page).map_err(|error| internal(&error))?);
    }
    Ok(Response::from_parts(answer, Body::empty()))
}

/// Runs the function in the context of its request. Whatever the client accepts, Leptos is not to answer with a
/// redirect and the error in its address.
async fn run(state: &AppState, mut request: Request) -> Response {
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(PostcardEncoding::CONTENT_TYPE));
    let context = context::provider(state, request.extensions());
    let auth = AuthTime::of(request.extensions());
    let (answer, timings) = server_timing::measure(handle_server_fns_with_context(context, request)).await;
    let mut response = answer.into_response();
    server_timing::set_header(&mut response, auth, timings);
    response
}

/// Reads a request whose body a function can take, or returns the status that refuses it.
pub(super) async fn read_form(request: Request) -> Result<(Parts, Bytes), StatusCode> {
    if !has_readable_type(&request) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let (parts, body) = request.into_parts();
    Ok((parts, read(body).await?))
}

/// Tells whether the body has a type that functions read. Forms of other sites can send `text/plain`, which no client
/// of the app does.
fn has_readable_type(request: &Request) -> bool {
    if request.method() == Method::GET {
        return true;
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "application/json"].iter().any(|known| essence.eq_ignore_ascii_case(known))
}

/// Reads the whole body. How large it may be is decided in `body_limit.rs`; what breaks off before is the sender's
/// problem.
async fn read(body: Body) -> Result<Bytes, StatusCode> {
    to_bytes(body, usize::MAX).await.map_err(|error| {
        let too_large = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .any(|error| error.is::<http_body_util::LengthLimitError>());
        if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
    })
}
