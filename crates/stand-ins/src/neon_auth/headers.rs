//! The headers that the real server puts on every answer of its API, CORS, and the overridden error status.

use super::{errors::text_response, outage, redirect_allowlist, secrets, state::StandIn};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

const OVERRIDE_STATUS: &str = "x-stack-override-error-status";
const ALLOWED_HEADERS: &str = "content-type, authorization, x-stack-project-id, x-stack-branch-id, \
    x-stack-override-error-status, x-stack-random-nonce, x-stack-client-version, \
    x-stack-disable-artificial-development-delay, x-stack-access-type, x-stack-publishable-client-key, \
    x-stack-secret-server-key, x-stack-super-secret-admin-key, x-stack-admin-access-token, x-stack-refresh-token, \
    x-stack-access-token, x-stack-allow-anonymous-user, baggage, sentry-trace, x-vercel-protection-bypass, \
    ngrok-skip-browser-warning";

const COMMON_HEADERS: [(&str, &str); 10] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", ""),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
    ("content-security-policy", ""),
    ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "content-type, x-stack-actual-status, x-stack-known-error"),
    ("access-control-max-age", "86400"),
];

/// Refuses requests whose `Host` is neither a name of this machine nor the one by which browsers are forwarded. It
/// stands around everything, against DNS rebinding: a foreign site can point a name of its own at this machine, and
/// would read the responses.
pub async fn require_local_host(State(stand_in): State<StandIn>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if redirect_allowlist::is_this_machine(host) || stand_in.is_browser_host(host) {
        return next.run(request).await;
    }
    text_response(StatusCode::FORBIDDEN, "The local Neon Auth answers to localhost and loopback addresses.")
}

/// Adds the headers, CORS and the overridden status to every route under `/api`.
pub async fn add_common(State(stand_in): State<StandIn>, request: Request, next: Next) -> Response {
    let overrides_status = request.headers().contains_key(OVERRIDE_STATUS);
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::OK.into_response()
    } else {
        outage::intercept(stand_in.outage.subscribe(), request, next).await
    };
    if overrides_status && response.status().is_client_error() {
        let actual = HeaderValue::from(response.status().as_u16());
        response.headers_mut().insert(HeaderName::from_static("x-stack-actual-status"), actual);
        *response.status_mut() = StatusCode::OK;
    }
    let headers = response.headers_mut();
    for (name, value) in COMMON_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store, max-age=0"));
    if let Ok(id) = HeaderValue::from_str(&secrets::request_id()) {
        headers.insert(HeaderName::from_static("x-stack-request-id"), id);
    }
    response
}
