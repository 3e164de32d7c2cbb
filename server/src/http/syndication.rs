//! The posts for programs: the feed, and the sitemaps that `robots.rs` points to.
//! It must not depend on who asks: these routes know no session.

use super::cache::CachePolicy;
use super::conditional;
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
}

async fn feed(State(state): State<AppState>) -> Response {
    answer(ATOM, atom(&state.db, state.config.public_origin.as_str()).await).await
}

async fn sitemaps(State(state): State<AppState>) -> Response {
    answer(XML, sitemap_index(&state.db, state.config.public_origin.as_str()).await).await
}

async fn one_sitemap(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let part = name.strip_suffix(".xml").and_then(|part| part.parse().ok());
    let Some(part) = part else { return Failed(AppError::NotFound).into_response() };
    answer(XML, sitemap(&state.db, state.config.public_origin.as_str(), part).await).await
}

async fn answer(content_type: &'static str, document: Result<String, AppError>) -> Response {
    match document {
        Ok(document) => {
            let mut response = document.into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            response.extensions_mut().insert(CachePolicy::Short);
            conditional::tagged(response, None).await
        }
        Err(error) => Failed(error).into_response(),
    }
}
