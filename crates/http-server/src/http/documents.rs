//! The documents of features for programs: feeds, and the sitemaps that `robots.rs` points to.
//! It must not depend on who asks, since caches keep the answers: these routes know no session.

use super::cache::CachePolicy;
use super::conditional;
use super::errors::Failed;
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use request::feature::{Document, DocumentRequest, Features};

/// Returns one route for each document.
pub fn routes(features: Features) -> Router<AppState> {
    features.iter().flat_map(|feature| feature.documents).fold(Router::new(), |router, document| {
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
            conditional::tagged(response, None).await
        }
        Err(error) => Failed(error).into_response(),
    }
}
