//! The pages, rendered whole: without JavaScript nobody would put a stream's pieces in order.
//! It must not decide what a page shows.

use super::cache::CachePolicy;
use super::conditional::{self, Variant};
use super::errors::Failed;
use super::server_timing::{self, AuthTime, Spent};
use super::{context, spelling, theme};
use crate::sign_in::BrowserSession;
use crate::state::{AppState, Pages};
use app::addresses::is_public;
use app::error::AppError;
use app::page::Waited;
use app::shell::shell;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::VARY;
use http::{HeaderValue, StatusCode};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use std::time::Instant;

pub fn routes(pages: Pages) -> Router<AppState> {
    let list = generate_route_list(pages);
    let with_slash = spelling::with_slash(list.iter().map(AxumRouteListing::path));
    Router::new().leptos_routes_with_handler(list, show).merge(with_slash)
}

/// The page at the request's path; "not found" is one, too.
pub async fn show(State(state): State<AppState>, request: Request) -> Response {
    if spelling::has_dots(request.uri().path()) {
        return Failed(AppError::NotFound).into_response();
    }
    let keepable = is_public(request.uri().path()) && is_anonymous(&request) && request.uri().query().is_none();
    let indexed = is_public(request.uri().path()) && !request.uri().query().is_some_and(|query| query.contains("q="));
    let (resolved, theme) = (context::of(&state, request.extensions()), theme::of(request.headers()));
    let (auth, waited) = (AuthTime::of(request.extensions()), Waited::default());
    let provided = waited.clone();
    let context = move || {
        resolved();
        provide_context(theme);
        provide_context(provided.clone());
    };
    let (files, pages) = (state.config.basics.site.files(), state.pages);
    let variant = request.extensions().get::<Variant>().cloned();
    let begun = Instant::now();
    let mut response = render_app_async_with_context(context, move || shell(&files, pages))(request).await;
    let db = waited.total();
    let spent = Spent { db, render: begun.elapsed().saturating_sub(db) };
    server_timing::tell(&mut response, auth, spent);
    if !indexed {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    if keepable && response.status() == StatusCode::OK {
        response.headers_mut().append(VARY, HeaderValue::from_static("cookie, save-data"));
        response.extensions_mut().insert(CachePolicy::Revalidate);
        response = conditional::tagged(response, variant.as_ref()).await;
    }
    response
}

/// Without a session nothing on a page can be about anybody.
fn is_anonymous(request: &Request) -> bool {
    request.extensions().get::<BrowserSession>().is_none_or(|session| session.id().is_none())
}
