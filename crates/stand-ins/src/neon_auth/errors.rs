//! The three shapes in which the real server refuses a request, and how each becomes a response.

use super::known_errors::KnownError;
use super::secrets;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::error::Error;

/// The result of a handler, or of a step of one.
pub type ApiResult<T = Response> = Result<T, ApiError>;

/// A refusal of a request, or a fault of the stand-in.
#[derive(Debug)]
pub enum ApiError {
    Known(KnownError),
    /// Plain text, which the real server uses for policy refusals and on the edges of OAuth.
    Text(StatusCode, String),
    /// The OAuth library's own shape: `invalid_request` with a description.
    InvalidRequest(String),
    Internal(Box<dyn Error + Send + Sync>),
}

impl ApiError {
    pub fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Text(status, text.into())
    }

    /// Returns `400` in plain text, which is how the real server refuses what its project forbids.
    pub fn bad_request(text: &str) -> Self {
        Self::text(StatusCode::BAD_REQUEST, text)
    }

    /// Returns the error of the real server when its own code throws. `why` is for the log.
    pub fn internal(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(why.into())
    }
}

impl From<KnownError> for ApiError {
    fn from(error: KnownError) -> Self {
        Self::Known(error)
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Known(error) => error.into_response(),
            Self::Text(status, text) => text_response(status, text),
            Self::InvalidRequest(description) => {
                let body = json!({ "error": "invalid_request", "error_description": description });
                (StatusCode::BAD_REQUEST, json_response(&body)).into_response()
            }
            Self::Internal(error) => {
                let id = secrets::request_id();
                tracing::error!(%error, request_id = id, "the local Neon Auth failed");
                let text = format!(
                    "Something went wrong. Please make sure the data you entered is correct.\n\nRequest ID: {id}"
                );
                text_response(StatusCode::INTERNAL_SERVER_ERROR, text)
            }
        }
    }
}

/// Returns JSON with the content type that the real server writes.
pub fn json_response(body: &Value) -> Response {
    let mut response = Json(body).into_response();
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

pub fn text_response(status: StatusCode, text: impl Into<String>) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.into()).into_response()
}

pub fn success() -> Response {
    json_response(&json!({ "success": true }))
}
