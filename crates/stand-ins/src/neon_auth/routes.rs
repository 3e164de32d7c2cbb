//! The routes of the stand-in.

use super::{
    accounts, control, domains, email_codes, errors::text_response, headers, mfa, oauth, otp, outbox, password,
    password_change, projects, sessions, state::StandIn,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use http::StatusCode;
use serde_json::{Value, json};

const WELCOME: &str = "Welcome to the Stack API endpoint! Please refer to the documentation at \
                       https://docs.stack-auth.com.\n\nAuthentication: None";

pub fn router(stand_in: StandIn) -> Router {
    let api = Router::new()
        .route("/", get(welcome))
        .route("/projects/{id}/.well-known/jwks.json", get(projects::jwks))
        .route("/projects/current", get(projects::current))
        .route("/auth/password/sign-up", post(password::sign_up))
        .route("/auth/password/sign-in", post(password::sign_in))
        .route("/auth/password/set", post(password_change::set))
        .route("/auth/password/update", post(password_change::update))
        .route("/auth/password/send-reset-code", post(password_change::send_reset_code))
        .route("/auth/password/reset", post(password_change::reset))
        .route("/auth/password/reset/check-code", post(password_change::check_reset_code))
        .route("/auth/otp/send-sign-in-code", post(otp::send))
        .route("/auth/otp/sign-in", post(otp::sign_in))
        .route("/auth/mfa/sign-in", post(mfa::sign_in))
        .route("/auth/sessions", get(sessions::list).post(sessions::create))
        .route("/auth/sessions/current", delete(sessions::sign_out))
        .route("/auth/sessions/current/refresh", post(sessions::refresh))
        .route("/auth/sessions/{id}", delete(sessions::end))
        .route("/contact-channels/verify", post(email_codes::verify))
        .route("/contact-channels/verify/check-code", post(email_codes::check_code))
        .route("/contact-channels/send-verification-code", post(email_codes::send))
        .route("/users", get(accounts::list).post(accounts::create))
        .route("/users/{id}", get(accounts::show).patch(accounts::update).delete(accounts::delete))
        .route("/integrations/neon/domains", get(domains::list).post(domains::add))
        .route("/integrations/neon/domains/{domain}", delete(domains::remove))
        .merge(oauth::routes())
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(stand_in.clone(), headers::add_common));
    let local = Router::new().merge(oauth::pages()).merge(outbox::routes()).merge(control::routes());
    Router::new()
        .nest("/api/v1", api)
        .route("/health", get(health))
        .nest("/local", local)
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(stand_in.clone(), headers::require_local_host))
        .with_state(stand_in)
}

async fn welcome() -> Response {
    text_response(StatusCode::OK, WELCOME)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn not_found(State(stand_in): State<StandIn>, OriginalUri(uri): OriginalUri) -> Response {
    let text = format!(
        "404 — this page does not exist in Stack Auth's API.\n\nPlease see the API documentation at \
         https://docs.stack-auth.com, or visit the Stack Auth dashboard at https://app.stack-auth.com.\n\nURL: {}{}",
        stand_in.origin,
        uri.path()
    );
    text_response(StatusCode::NOT_FOUND, text)
}
