//! A number per request, in the log and in the answer.
//! It must not be taken from the request: a client could write into the log lines of others.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use std::fmt;
use uuid::Uuid;

/// The header of the answer that has the number.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request, in its extensions.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_simple().fmt(f)
    }
}

/// Gives the request a number, and the answer the same.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::new_v4());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}
