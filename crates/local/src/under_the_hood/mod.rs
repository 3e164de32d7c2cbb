//! "Under the hood": a page of local mode on what requests asked PostgreSQL, as whom, and which policies decided.
//! It must not be part of a release, run a statement that a request names, or keep a value, a token or a cookie.

mod caller;
mod cast;
mod listener;
mod page;
mod policies;
mod recent;
mod requests;
mod sql;
mod trials;
mod trials_view;

pub use listener::listener;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use cast::Cast;
use http_server::http::viewer;
use http_server::state::AppState;
use listener::Heard;
use recent::{Recent, Seen};
use request::FootLink;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tracing::Span;

const PATH: &str = "/under-the-hood";
const LINK: FootLink = FootLink { href: PATH, label: "Under the hood" };

/// Paths that platforms ask for all day long.
const ROUTINE: [&str; 2] = ["/healthz", "/readyz"];

#[derive(Clone)]
struct Hood(Arc<Parts>);

struct Parts {
    state: AppState,
    recent: Recent,
    cast: Cast,
}

/// Adds the page to `routes`, and watches them. Returns them as they are where the database is not this machine's.
pub fn around(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    if !state.config.local {
        return routes;
    }
    let hood = Hood(Arc::new(Parts { state: state.clone(), recent: Recent::default(), cast: Cast::of(&state.auth) }));
    let page = Router::new()
        .route(PATH, get(page::show).with_state(hood.clone()))
        .layer(from_fn_with_state(state.clone(), viewer::resolve));
    routes.merge(page).layer(from_fn_with_state(hood, watch))
}

async fn watch(State(Hood(hood)): State<Hood>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(LINK);
    // Without the query: codes and what people look for are in there.
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (at, begun) = (OffsetDateTime::now_utc(), Instant::now());
    let response = next.run(request).await;
    if path != PATH && !ROUTINE.contains(&path.as_str()) {
        let (took, status) = (begun.elapsed(), response.status());
        hood.recent.add(Seen { at, method, path, status, took, heard: Heard::take(&Span::current()) });
    }
    response
}
