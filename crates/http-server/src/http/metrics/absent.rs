//! Stands where the feature `metrics` is not part of the build.
//! It must not do anything.

use crate::state::AppState;
use axum::Router;

#[derive(Clone)]
pub struct Metrics;

impl Metrics {
    pub fn new(_: &AppState) -> Self {
        Self
    }

    pub fn routes(&self) -> Router<AppState> {
        Router::new()
    }

    pub fn around(&self, routes: Router) -> Router {
        routes
    }
}
