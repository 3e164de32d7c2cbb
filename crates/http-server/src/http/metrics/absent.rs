//! Stands where the feature `metrics` is not part of the build.

use crate::state::AppState;
use axum::Router;

/// Stands for the metrics, which are not part of this build.
#[derive(Clone)]
pub struct Metrics;

impl Metrics {
    /// Measures nothing.
    pub fn new(_: &AppState) -> Self {
        Self
    }

    /// Returns no route.
    pub fn routes(&self) -> Router<AppState> {
        Router::new()
    }

    /// Returns `routes` as they are.
    pub fn around(&self, routes: Router) -> Router {
        routes
    }
}
