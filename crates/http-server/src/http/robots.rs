//! What crawlers may look at.
//! It must not depend on who asks, since caches keep the answer: this route knows no session.

use super::cache::CachePolicy;
use crate::state::AppState;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router};

/// Returns the route `/robots.txt`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/robots.txt", get(robots))
}

/// Answers with the rules and the sitemaps. A page that is about a person needs no rule: it says `noindex`, which a
/// crawler only reads where it may look.
async fn robots(State(state): State<AppState>) -> impl IntoResponse {
    let origin = state.config.public_origin.as_str();
    let sitemaps = state
        .site
        .features
        .iter()
        .flat_map(|feature| feature.sitemaps)
        .map(|path| format!("\nSitemap: {origin}{path}\n"));
    let rules = format!("User-agent: *\nDisallow: /api/\nDisallow: /auth/\n{}", sitemaps.collect::<String>());
    (Extension(CachePolicy::Short), rules)
}
