//! The whole app: what `http` serves, and what local mode adds to it.

use axum::Router;
use http_server::http;
use http_server::state::AppState;

/// Returns the service that the server and its tests run.
pub fn app(state: AppState) -> Router {
    http::app(state, with_inspector)
}

/// Adds the page of local mode on what the routes ask of PostgreSQL.
#[cfg(feature = "local")]
fn with_inspector(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    local::under_the_hood::with_inspector(routes, state)
}

#[cfg(not(feature = "local"))]
fn with_inspector(routes: Router<AppState>, _: &AppState) -> Router<AppState> {
    routes
}
