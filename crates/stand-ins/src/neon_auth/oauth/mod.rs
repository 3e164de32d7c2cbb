//! Sign-in through a provider: the stand-in is Neon Auth and the provider at once.

mod account_linking;
mod authorize;
mod callback;
mod code;
mod consent;
mod cookie;
mod flow;
mod token;

use super::errors::{ApiError, ApiResult};
use super::{page, state::StandIn};
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};

/// The providers that Neon switches on, with shared keys.
pub const PROVIDERS: [&str; 2] = ["github", "google"];

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/auth/oauth/authorize/{provider}", get(authorize::authorize))
        .route("/auth/oauth/callback/{provider}", get(callback::callback).post(callback::callback))
        .route("/auth/oauth/token", post(token::token))
}

/// Returns the routes of the HTML pages, beside the API.
pub fn pages() -> Router<StandIn> {
    Router::new().route("/consent", get(consent::show).post(consent::decide)).route("/page.css", get(page::style))
}

/// Returns the URL that the provider sends the browser back to.
fn callback_url(stand_in: &StandIn, provider: &str) -> String {
    format!("{}/api/v1/auth/oauth/callback/{provider}", stand_in.browser_origin)
}

/// Returns a response that leads the browser to `location`.
fn redirect(status: StatusCode, location: &str, body: Response) -> ApiResult {
    let location = HeaderValue::from_str(location).map_err(ApiError::internal)?;
    Ok((status, [(header::LOCATION, location)], body).into_response())
}
