//! A login that comes back to another page than the one that it was sent to: led there, with what it brings.

use crate::sign_in::Auth;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;

/// Leads a login that comes back to the front page to where it belongs. After a long stay at the provider Neon Auth has
/// forgotten that.
pub async fn redirect(State(auth): State<Auth>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    match uri.query() {
        Some(query) if request.method() == Method::GET && uri.path() == "/" && auth.neon_auth.is_callback(query) => {
            Redirect::to(&format!("/auth/callback?{query}")).into_response()
        }
        _ => next.run(request).await,
    }
}
