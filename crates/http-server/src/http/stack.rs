//! The middleware, in the order in which a request meets it. Answers pass it from the bottom up.

use super::trace_span::TraceSpans;
use super::{
    body_limit, cache, client_address, conditional, csp, errors, headers, origin, request_lifetime, request_log,
};
use crate::state::AppState;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

/// Returns the routes with all middleware around them. Tests put routes of their own inside.
pub fn around(routes: Router, state: &AppState) -> Router {
    let config = &state.config;
    routes.layer(
        ServiceBuilder::new()
            // One id and one line of the log per request, around all that may go wrong.
            .layer(from_fn_with_state(TraceSpans::new(config), request_log::log_request))
            // On every answer, errors included.
            .map_response(headers::security_headers(config))
            // Outside the policy, which a client keeps with the document that it has.
            .layer(from_fn(conditional::not_modified))
            .layer(from_fn_with_state(csp::Policy::new(config, &state.site), csp::enforce))
            .layer(from_fn(cache::apply))
            // Gives errors from below a body that the asking side can use.
            .layer(from_fn_with_state(state.clone(), errors::render_error_body))
            .layer(CatchPanicLayer::custom(errors::panicked))
            .layer(from_fn_with_state(config.common.limits.request, request_lifetime::time_out))
            // For limits, and for what people see of their sessions.
            .layer(from_fn_with_state(config.common.trusted_proxy.clone(), client_address::resolve))
            // Before anything is read from or written to the database.
            .layer(from_fn_with_state(origin::Trusted::new(config), origin::check))
            .layer(from_fn_with_state(
                body_limit::BodyBudget::new(config.common.limits.body_bytes, config.common.limits.bodies_bytes),
                body_limit::limit_bodies,
            ))
            // Inside everything that may refuse a request or give up waiting for it.
            .layer(from_fn(request_lifetime::run_to_completion)),
    )
}
