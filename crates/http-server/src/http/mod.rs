//! The HTTP side: routes and middleware, one file each. `stack.rs` shows the middleware in order.

mod assets;
mod auth;
mod body_limit;
mod cache;
mod canonical_path;
pub mod client_address;
mod conditional;
pub mod context;
mod csp;
mod documents;
pub mod errors;
mod export;
mod forms;
mod headers;
pub(crate) mod health;
#[cfg_attr(not(feature = "metrics"), path = "metrics/absent.rs")]
pub mod metrics;
mod origin;
mod pages;
mod range;
mod rate_limit;
mod redirect_back;
mod request_lifetime;
mod request_log;
mod server_fns;
mod server_timing;
pub mod stack;
pub mod theme;
mod trace_span;
pub mod viewer;

pub use auth::forms as account_forms;

use crate::state::AppState;
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use metrics::Metrics;
use rate_limit::RateLimits;

/// Returns the service of the whole app: pages, server functions, sign-in, files and the rest. `extend` may add routes,
/// and layers around all of them, but not around files and what is missing.
pub fn app(state: AppState, extend: impl FnOnce(Router<AppState>, &AppState) -> Router<AppState>) -> Router {
    let knows_viewer = from_fn_with_state(state.clone(), viewer::resolve);
    let limits = RateLimits::new(&state.config);
    let limited_page = from_fn_with_state(limits.clone(), rate_limit::limit_page);
    let metrics = Metrics::new(&state);
    let routes = Router::new()
        .merge(
            pages::routes(state.site.pages)
                .layer(limited_page.clone())
                .layer(from_fn_with_state(state.auth.clone(), auth::redirect_misrouted_callback)),
        )
        .merge(forms::feature_routes(state.site.features))
        .merge(server_fns::routes())
        .merge(forms::account_routes(&limits))
        .merge(auth::routes(&limits))
        .merge(export::routes())
        // For the forms that are kept.
        .layer(Extension(limits))
        .layer(knows_viewer.clone())
        .merge(theme::routes())
        .merge(documents::routes(state.site.features))
        .merge(health::routes())
        .merge(metrics.routes());
    let routes = extend(routes, &state);
    let missing = Router::new().fallback(pages::show).layer(limited_page).layer(knows_viewer).with_state(state.clone());
    let routes = routes.fallback_service(assets::or_else(&state.config.common.leptos, missing));
    // Outermost, so that what the layers answer is counted as well.
    metrics.around(stack::around(routes.with_state(state.clone()), &state))
}
