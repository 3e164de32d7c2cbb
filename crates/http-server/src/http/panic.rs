//! What becomes of a request whose code panicked: a page with a number, and a line in the log with the same.
//! It must not say more in the answer than that number.

use super::errors::Failed;
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// Marks the answer to a request whose code panicked.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

/// Answers a request whose code panicked.
pub fn answer(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    let mut response = Failed::internal(message).into_response();
    response.extensions_mut().insert(Panicked);
    response
}
