//! "Under the hood": a page of local mode on what requests asked PostgreSQL, as whom, and which policies decided.
//! It must not be part of a release, run a statement that a request names, or keep a value, a token or a cookie.

mod access;
mod page;
mod personas;
mod policies;
mod probes;
mod probes_view;
mod query_log;
mod request_history;
mod requests_view;
mod sql;

pub use query_log::query_log_layer;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http_server::http::viewer;
use http_server::state::AppState;
use personas::PersonaCache;
use query_log::QueryLog;
use request::FootLink;
use request_history::{RecordedRequest, RequestHistory};
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tracing::Span;

const PATH: &str = "/under-the-hood";
const LINK: FootLink = FootLink { href: PATH, label: "Under the hood" };

/// Health checks, which would push other requests out of the history.
const HEALTH_CHECK_PATHS: [&str; 2] = ["/healthz", "/readyz"];

#[derive(Clone)]
struct Inspector(Arc<Inner>);

struct Inner {
    state: AppState,
    history: RequestHistory,
    personas: PersonaCache,
}

/// Adds the page to `routes`, and records their requests. Changes nothing unless the server runs in local mode.
pub fn with_inspector(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    if !state.config.local {
        return routes;
    }
    let inspector = Inspector(Arc::new(Inner {
        state: state.clone(),
        history: RequestHistory::default(),
        personas: PersonaCache::new(&state.auth),
    }));
    let page = Router::new()
        .route(PATH, get(page::show).with_state(inspector.clone()))
        .layer(from_fn_with_state(state.clone(), viewer::resolve));
    routes.merge(page).layer(from_fn_with_state(inspector, record_request))
}

async fn record_request(State(inspector): State<Inspector>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(LINK);
    // Without the query: codes and search terms are in there.
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (at, started) = (OffsetDateTime::now_utc(), Instant::now());
    let response = next.run(request).await;
    if path != PATH && !HEALTH_CHECK_PATHS.contains(&path.as_str()) {
        let (took, status) = (started.elapsed(), response.status());
        inspector.0.history.add(RecordedRequest {
            at,
            method,
            path,
            status,
            took,
            queries: QueryLog::take(&Span::current()),
        });
    }
    response
}
