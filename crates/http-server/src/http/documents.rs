//! Documents for programs: the feeds and sitemaps of features, and `/robots.txt`, which points to the sitemaps.
//! It must not depend on who asks, since caches keep the answers: these routes know no session.

use super::cache::CachePolicy;
use super::conditional;
use super::errors::Failed;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use request::feature::{Document, DocumentRequest, Features};

/// Returns one route for each document.
pub fn routes(features: Features) -> Router<AppState> {
    let robots = Router::new().route("/robots.txt", get(robots));
    features.iter().flat_map(|feature| feature.documents).fold(robots, |router, document| {
        let show = move |State(state), name: Option<Path<String>>| show(document, state, name);
        router.route(document.path, get(show))
    })
}

async fn show(document: &Document, state: AppState, name: Option<Path<String>>) -> Response {
    let name = name.as_deref().map_or("", String::as_str);
    let origin = state.config.public_origin.as_str();
    match (document.render)(DocumentRequest { db: &state.db, origin, name }).await {
        Ok(text) => {
            let mut response = text.into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(document.content_type));
            response.extensions_mut().insert(CachePolicy::Short);
            conditional::with_etag(response, None).await
        }
        Err(error) => Failed::from(error).into_response(),
    }
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
