//! The pages, rendered whole: without JavaScript nothing would put a stream's pieces in order.

use super::cache::CachePolicy;
use super::conditional::{self, Variant};
use super::errors::Failed;
use super::server_timing::{self, AuthTime, Timings};
use super::{canonical_path, context, theme};
use crate::sign_in::BrowserSession;
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::VARY;
use http::{HeaderValue, StatusCode};
use leptos::prelude::{AnyView, Owner, provide_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use request::session::Viewer;
use request::{AppError, DbTime, form};
use std::time::Instant;
use tokio::sync::Semaphore;

/// Pages that are rendered at once; further ones wait their turn. A text of 50,000 characters takes two megabytes while
/// its page is rendered, a page that is buffered no more than its bytes.
const RENDERED_AT_ONCE: usize = 16;
static FOR_ANONYMOUS: Semaphore = Semaphore::const_new(RENDERED_AT_ONCE);
/// Some of these wait for Neon Auth, and other users must not wait with them.
static WITH_A_SESSION: Semaphore = Semaphore::const_new(RENDERED_AT_ONCE);

/// Returns a route for each page, and one that leads there from its address with a slash at the end.
pub fn routes(pages: fn() -> AnyView) -> Router<AppState> {
    let list = generate_route_list(pages);
    let with_slash = canonical_path::trailing_slash_routes(list.iter().map(AxumRouteListing::path));
    Router::new().leptos_routes_with_handler(list, show).merge(with_slash)
}

/// Answers with the page at the path of the request. "Not found" is one, too.
pub async fn show(State(state): State<AppState>, request: Request) -> Response {
    if canonical_path::has_dot_segments(request.uri().path()) {
        return Failed::from(AppError::NotFound).into_response();
    }
    let anonymous = is_anonymous(&request);
    let (public, query) = (state.site.features.is_public(request.uri().path()), request.uri().query());
    let shows_form = request.extensions().get::<Viewer>().is_some_and(|viewer| viewer.form.is_some());
    let keepable = public && anonymous && query.is_none() && !shows_form;
    // Not a search, and not the address that a form was posted to.
    let is_plain = |query: &str| !query.contains("q=") && form::without_key(query).as_deref() == Some(query);
    let indexed = public && !shows_form && query.is_none_or(is_plain);
    let (resolved, theme) =
        (context::provider(&state, request.extensions()), theme::from_cookie(request.headers(), state.site.name));
    let (auth, waited) = (AuthTime::of(request.extensions()), DbTime::default());
    let provided = waited.clone();
    let context = move || {
        resolved();
        provide_context(theme);
        provide_context(provided.clone());
    };
    let (files, site) = (state.config.common.leptos.files(), state.site);
    let has_island = site.features.loads_wasm(request.uri().path());
    let variant = request.extensions().get::<Variant>().cloned();
    // Never closed, so this cannot fail.
    let permit = if anonymous { FOR_ANONYMOUS.acquire().await } else { WITH_A_SESSION.acquire().await };
    let started = Instant::now();
    let document = move || {
        // Nothing but islands wakes up in the browser, so no resource has to be serialised for it.
        if let Some(shared) = Owner::current_shared_context() {
            shared.set_is_hydrating(false);
        }
        (site.document)(files.tags(has_island), (site.pages)())
    };
    let response = render_app_async_with_context(context, document)(request).await;
    let Some(mut response) = buffered(response).await else {
        return Failed::internal("a page could not be rendered to its end").into_response();
    };
    drop(permit);
    let db = waited.total();
    let timings = Timings { db, render: started.elapsed().saturating_sub(db) };
    server_timing::set_header(&mut response, auth, timings);
    if !indexed {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    if keepable && response.status() == StatusCode::OK {
        response.headers_mut().append(VARY, HeaderValue::from_static("cookie, save-data"));
        response.extensions_mut().insert(CachePolicy::Revalidate);
        response = conditional::with_etag(response, variant.as_ref()).await;
    }
    response
}

/// Returns the response with the bytes of the page and nothing else: the stream that it came as keeps what the page was
/// rendered from until a client has read all of it.
async fn buffered(response: Response) -> Option<Response> {
    let (parts, body) = response.into_parts();
    let page = to_bytes(body, usize::MAX).await.ok()?;
    // A copy, since the text had room to grow.
    Some(Response::from_parts(parts, Body::from(Bytes::copy_from_slice(&page))))
}

/// Tells whether the request has no session: then nothing on the page depends on who asks.
fn is_anonymous(request: &Request) -> bool {
    request.extensions().get::<BrowserSession>().is_none_or(|session| session.id().is_none())
}

#[cfg(test)]
mod tests {
    use super::buffered;
    use axum::body::{Body, Bytes, to_bytes};
    use axum::response::Response;
    use http_body_util::{BodyExt, Full};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_buffered_page_holds_only_its_bytes() {
        let page = Bytes::from(b"page".to_vec());
        let rendered_from = Arc::new(());
        let kept = rendered_from.clone();
        let body = Full::new(page.clone()).map_frame(move |frame| {
            let _kept = &kept;
            frame
        });
        let buffered = buffered(Response::new(Body::new(body))).await.unwrap();
        assert!(page.is_unique() && Arc::strong_count(&rendered_from) == 1);
        assert_eq!(to_bytes(buffered.into_body(), usize::MAX).await.unwrap(), page);
    }
}
