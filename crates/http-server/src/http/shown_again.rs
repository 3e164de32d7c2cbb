//! Forms that can be sent to their own page: it shows them again with what was typed, as for a preview.

use super::{errors, kept_form, pages, server_fns};
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, StatusCode};
use request::feature::Features;
use request::session::{SignedIn, Viewer};

/// Returns one route for each page that takes its own form.
pub fn routes(features: Features) -> Router<AppState> {
    features.iter().flat_map(|feature| feature.previews).fold(Router::new(), |router, (page, action)| {
        router.route(page, post(move |State(state), request| show(state, request, action)))
    })
}

/// Shows the page with what was typed. That is saved only where it would be lost: for a user who has to sign in first.
async fn show(state: AppState, request: Request, action: &'static str) -> Response {
    if !server_fns::has_readable_type(&request) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let (mut parts, body) = request.into_parts();
    let body = match server_fns::read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    match parts.extensions.get_mut::<Viewer>() {
        Some(viewer) if matches!(viewer.user, SignedIn::Yes(_)) => {
            viewer.kept_form = Some(kept_form::of(action, &body))
        }
        // The page sends them to sign in, and shows the text when they are back.
        _ => {
            if let Err(error) = kept_form::keep(&parts.extensions, action, &body).await {
                return errors::failed_at(parts.uri.path(), error);
            }
        }
    }
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    pages::show(State(state), Request::from_parts(parts, Body::empty())).await
}
