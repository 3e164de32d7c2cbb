//! The whole app: what `http` serves, and what local mode adds to it.

use axum::Router;
use http_server::http;
use http_server::state::AppState;

/// Returns the service that the server and its tests run.
pub fn app(state: AppState) -> Router {
    http::app(state, observed)
}

/// Adds the page of local mode on what the routes ask of PostgreSQL.
#[cfg(feature = "local")]
fn observed(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    local::under_the_hood::around(routes, state)
}

#[cfg(not(feature = "local"))]
fn observed(routes: Router<AppState>, _: &AppState) -> Router<AppState> {
    routes
}
