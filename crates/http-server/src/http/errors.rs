//! Answers to what went wrong: a page for people, `AppError` for islands as functions answer them, and as JSON for programs; all
//! with the right status.
//! It must not say anything about a cause: the log does, under the number that the person sees.

use crate::state::AppState;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, REFRESH, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leptos::server_fn::ContentType;
use leptos::server_fn::error::FromServerFnError;
use request::codec::PostcardEncoding;
use request::form::OldInput;
use request::{AppError, Field, FieldProblem, internal};
use std::any::Any;

/// Seconds after which it makes sense to ask again.
const RETRY_SECONDS: u32 = 5;

/// An answer that is only an error. It has the error's status; the middleware gives it a body.
#[derive(Clone, Debug)]
pub struct Failed {
    pub(super) error: AppError,
    /// The path of the app that the page of the failure leads back to.
    back: Option<String>,
    /// What was typed into the form that the page of the failure is about.
    input: OldInput,
}

impl From<AppError> for Failed {
    fn from(error: AppError) -> Self {
        Self { error, back: None, input: OldInput::default() }
    }
}

impl Failed {
    /// Logs `cause` under a fresh number, and returns the answer that shows it.
    pub(crate) fn internal(cause: &str) -> Self {
        internal(&std::io::Error::other(cause)).into()
    }

    /// Leads back to this path of the app from the page of the failure.
    pub(crate) fn back_to(self, path: impl Into<String>) -> Self {
        Self { back: Some(path.into()), ..self }
    }

    /// Shows what was typed on the page of the failure: it is nowhere else.
    pub(crate) fn with_input(self, input: OldInput) -> Self {
        Self { input, ..self }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (status(&self.error), Extension(self)).into_response()
    }
}

/// Marks the answer to a request whose code panicked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panicked;

/// Answers a request whose code panicked, with no more than the number under which the log has the panic.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    (Extension(Panicked), Failed::internal(message)).into_response()
}

pub(crate) fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Returns whether a person looks at the answer.
pub(crate) fn accepts_html(headers: &HeaderMap) -> bool {
    accepts(headers, "text/html")
}

fn accepts(headers: &HeaderMap, content_type: &str) -> bool {
    // Bytes: one odd letter elsewhere in the line changes nothing about what a browser accepts.
    let wanted = content_type.as_bytes();
    headers.get_all(ACCEPT).iter().any(|accept| accept.as_bytes().windows(wanted.len()).any(|part| part == wanted))
}

/// Gives answers that are only an error, or only a status, their body.
pub(crate) async fn render_error_body(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let for_person = accepts_html(request.headers());
    let for_island = accepts(request.headers(), PostcardEncoding::CONTENT_TYPE);
    let reloads = for_person && request.method() == Method::GET;
    let mut response = next.run(request).await;
    let status = response.status();
    // Whether the page is this one's or one of `pages`: it comes back by itself when the service does, without a
    // script.
    if reloads && status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(REFRESH, RETRY_SECONDS.into());
        response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS.into());
    }
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || has_a_body_of_its_own(&response) {
        return response;
    }
    let Failed { error, back, input } =
        response.extensions_mut().remove().unwrap_or_else(|| error_for_status(status).into());
    let (body, content_type) = if for_person {
        let stylesheet = state.config.common.leptos.stylesheet();
        let page = (state.site.failure_page)(&error, back.as_deref(), &input, stylesheet.as_deref());
        (Body::from(page), "text/html; charset=utf-8")
    } else if for_island {
        (Body::from(error.ser()), PostcardEncoding::CONTENT_TYPE)
    } else {
        (Body::from(serde_json::to_string(&error).unwrap_or_default()), "application/json")
    };
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = retry_after(&error) {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    *response.body_mut() = body;
    response
}

/// Tells whether a failure needs no other body. Frameworks say what is wrong in plain words or not at all; routes of
/// the app answer in HTML, Postcard or JSON.
fn has_a_body_of_its_own(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|found| !found.starts_with(b"text/plain"))
}

/// Returns the error that a bare status means to the client.
pub(super) fn error_for_status(status: StatusCode) -> AppError {
    match status {
        StatusCode::UNAUTHORIZED => AppError::SignInRequired,
        StatusCode::FORBIDDEN => AppError::Forbidden,
        StatusCode::PAYLOAD_TOO_LARGE => AppError::field(Field::FORM, FieldProblem::TooLarge),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE => AppError::NotFound,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            AppError::Unavailable
        }
        status if status.is_client_error() => AppError::field(Field::FORM, FieldProblem::Unreadable),
        status => Failed::internal(&format!("an answer with status {status} and nothing else")).error,
    }
}

/// Returns the seconds after which it makes sense to ask again, if it ever does.
pub(super) fn retry_after(error: &AppError) -> Option<u32> {
    match error {
        AppError::RateLimited { seconds } => Some(*seconds),
        AppError::Unavailable | AppError::AccountNotReady => Some(RETRY_SECONDS),
        _ => None,
    }
}
