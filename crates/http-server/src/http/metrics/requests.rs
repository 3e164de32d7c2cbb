//! Requests: how many, how they ended, how long they took, how many at this moment.
//! It must not take a label from a path: the routes are known, what people ask for is not.

use crate::http::errors::Panicked;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::Instant;

/// Seconds. A page takes a few milliseconds beside its database, and REQUEST_SECONDS at most.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The figures of requests.
pub struct Requests {
    answered: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    panics: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Requests {
    /// Makes the figures, and registers them.
    pub fn registered(registry: &mut Registry) -> Self {
        let requests = Self {
            answered: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            in_flight: Gauge::default(),
            panics: Counter::default(),
        };
        let Self { answered, seconds, in_flight, panics } = &requests;
        registry.register("http_requests", "Requests, by how they ended", answered.clone());
        let help = "From a request's head to the head of its answer";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        registry.register("http_requests_in_flight", "Requests that have no answer yet", in_flight.clone());
        registry.register("http_panics", "Requests whose code panicked", panics.clone());
        requests
    }
}

/// Counts a request.
pub async fn measure(State(requests): State<Arc<Requests>>, request: Request, next: Next) -> Response {
    let mut in_flight = InFlight::now(requests, &request);
    let response = next.run(request).await;
    in_flight.ended(&response);
    response
}

/// A request in flight. Dropped without an answer when its browser has left.
struct InFlight {
    requests: Arc<Requests>,
    at: Instant,
    method: &'static str,
    route: String,
    status: &'static str,
}

impl InFlight {
    fn now(requests: Arc<Requests>, request: &Request) -> Self {
        requests.in_flight.inc();
        let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
        Self { requests, at: Instant::now(), method: method(request.method()), route, status: "gone" }
    }

    fn ended(&mut self, response: &Response) {
        self.status = class(response.status());
        if response.extensions().get::<Panicked>().is_some() {
            self.requests.panics.inc();
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let Self { requests, at, method, status, .. } = self;
        requests.in_flight.dec();
        let seconds = at.elapsed().as_secs_f64();
        let of = Route { route: std::mem::take(&mut self.route) };
        requests.seconds.get_or_create(&of).observe(seconds);
        requests.answered.get_or_create(&Answered { method, route: of.route, status }).inc();
    }
}

/// Returns the method for a label: a client may invent one.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
