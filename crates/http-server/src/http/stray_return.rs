//! A login that comes back to another page than the one that it was sent to: led there, with what it brings.
//! It must not look at what it brings.

use crate::sign_in::Auth;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;

/// After a long stay at the provider Neon Auth has forgotten where the login belongs, and sends it to the front page.
pub async fn redirect(State(auth): State<Auth>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    match uri.query() {
        Some(query) if request.method() == Method::GET && uri.path() == "/" && auth.neon_auth.is_callback(query) => {
            Redirect::to(&format!("/auth/callback?{query}")).into_response()
        }
        _ => next.run(request).await,
    }
}
