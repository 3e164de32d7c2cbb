//! The documents for programs: the feed, the sitemaps, and what crawlers may look at.
//! It must not depend on who asks: these routes know no session.

use super::cache::CachePolicy;
use super::errors::Failed;
use crate::state::AppState;
use app::error::AppError;
use app::posts::syndication::{atom, sitemap, sitemap_index};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const ATOM: &str = "application/atom+xml; charset=utf-8";
const XML: &str = "application/xml; charset=utf-8";

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/feed.xml", get(feed))
        .route("/sitemap.xml", get(sitemaps))
        .route("/sitemaps/{part}", get(one_sitemap))
        .route("/robots.txt", get(robots))
}

async fn feed(State(state): State<AppState>) -> Response {
    answer(ATOM, atom(&state.db, state.config.public_origin.as_str()).await)
}

async fn sitemaps(State(state): State<AppState>) -> Response {
    answer(XML, sitemap_index(&state.db, state.config.public_origin.as_str()).await)
}

async fn one_sitemap(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let part = name.strip_suffix(".xml").and_then(|part| part.parse().ok());
    let Some(part) = part else { return Failed(AppError::NotFound).into_response() };
    answer(XML, sitemap(&state.db, state.config.public_origin.as_str(), part).await)
}

/// What is a person's own needs no rule: it says `noindex`, which a crawler only reads where it may look.
async fn robots(State(state): State<AppState>) -> Response {
    let origin = state.config.public_origin.as_str();
    let rules = format!("User-agent: *\nDisallow: /api/\nDisallow: /auth/\n\nSitemap: {origin}/sitemap.xml\n");
    answer("text/plain; charset=utf-8", Ok(rules))
}

fn answer(content_type: &'static str, document: Result<String, AppError>) -> Response {
    match document {
        Ok(document) => {
            let mut response = document.into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            response.extensions_mut().insert(CachePolicy::Short);
            response
        }
        Err(error) => Failed(error).into_response(),
    }
}
