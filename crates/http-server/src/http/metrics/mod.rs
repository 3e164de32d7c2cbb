//! Figures about this instance, for a scraper that knows the token: what is measured, and the route that shows it.
//! It must not have a label that clients can make more of, nor anything about a person.

mod collector;
mod requests;

use super::errors::Failed;
use crate::config::MetricsToken;
use crate::sign_in::Auth;
use crate::state::AppState;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use collector::ExternalMetrics;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use requests::Requests;
use rls::Db;
use std::future::ready;
use std::sync::Arc;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics of this server. Without a token in the configuration nothing is measured, and there is no route.
#[derive(Clone)]
pub struct Metrics(Option<Arc<Exporter>>);

struct Exporter {
    token: MetricsToken,
    registry: Registry,
    requests: Arc<Requests>,
}

impl Metrics {
    /// Begins to measure, if the configuration has a token.
    pub fn new(state: &AppState) -> Self {
        let token = state.config.common.metrics.as_ref();
        Self(token.map(|token| Arc::new(Exporter::new(token.clone(), &state.db, &state.auth))))
    }

    /// Returns the route `/metrics`, in the text format of Prometheus. It wants the token as `Authorization: Bearer`.
    pub fn routes(&self) -> Router<AppState> {
        let Some(exporter) = self.0.clone() else { return Router::new() };
        Router::new().route("/metrics", get(move |headers: HeaderMap| ready(exporter.answer(&headers))))
    }

    /// Counts every request that `routes` answers.
    pub fn around(&self, routes: Router) -> Router {
        match &self.0 {
            Some(exporter) => routes.layer(from_fn_with_state(exporter.requests.clone(), requests::measure)),
            None => routes,
        }
    }
}

impl Exporter {
    fn new(token: MetricsToken, db: &Db, auth: &Auth) -> Self {
        let mut registry = Registry::default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which build answers", build);
        let requests = Arc::new(Requests::registered(&mut registry));
        registry.register_collector(Box::new(ExternalMetrics::new(db, auth)));
        Self { token, registry, requests }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        if !bearer(headers).is_some_and(|sent| self.token.is(sent)) {
            return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]).into_response();
        }
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => ([(CONTENT_TYPE, TEXT)], text).into_response(),
            Err(_) => Failed::internal("the metrics could not be encoded").into_response(),
        }
    }
}

/// Returns the token that the client sends.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
