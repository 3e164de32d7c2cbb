//! The middleware, in the order in which a request meets it. Answers pass it from the bottom up.

use super::request_span::RequestSpans;
use super::{
    cache, client_address, completion, conditional, csp, errors, headers, limit, origin, panic, request_id, timeout,
    trace,
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
            // A number for everything that happens because of this request.
            .layer(from_fn(request_id::assign))
            // One line per request, around all that may go wrong.
            .layer(from_fn_with_state(RequestSpans::new(config), trace::record))
            // On every answer, errors included.
            .layer(from_fn_with_state(headers::Security::new(config), headers::add))
            // Outside the policy, which a client keeps with the document that it has.
            .layer(from_fn(conditional::answer))
            .layer(from_fn_with_state(csp::Policy::new(config, &state.site), csp::enforce))
            .layer(from_fn(cache::apply))
            // Gives errors from below a body that the asking side can use.
            .layer(from_fn_with_state(state.clone(), errors::dress))
            .layer(CatchPanicLayer::custom(panic::answer))
            .layer(from_fn_with_state(config.basics.limits.request, timeout::limit))
            // For limits, and for what people see of their sessions.
            .layer(from_fn_with_state(config.basics.trusted_proxy.clone(), client_address::resolve))
            // Before anything is read from or written to the database.
            .layer(from_fn_with_state(origin::Trusted::new(config), origin::check))
            .layer(from_fn_with_state(
                limit::Memory::new(config.basics.limits.body_bytes, config.basics.limits.bodies_bytes),
                limit::bodies,
            ))
            // Inside everything that may refuse a request or give up waiting for it.
            .layer(from_fn(completion::ensure)),
    )
}
