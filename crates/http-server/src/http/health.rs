//! What a platform asks: is it alive, does it want requests.

use crate::state::AppState;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the database may take. Platforms give up after a few seconds; the answer "not yet" has to come before.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// The answer to `/healthz`, which tells this app from another program at the same address.
pub const ALIVE: &str = r#"{"status":"alive"}"#;

pub fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(live)).route("/readyz", get(ready))
}

/// Answers that the server is alive. The database is not asked: an app is not restarted because that sleeps.
async fn live() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ALIVE)
}

/// Answers whether requests are wanted and the database answers.
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let unavailable = |status| (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": status })));
    if !state.readiness.is_ready() {
        return unavailable("starting or stopping");
    }
    match tokio::time::timeout(DATABASE_TIMEOUT, state.db.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer the readiness check");
            unavailable("database not reachable")
        }
        Err(_) => unavailable("database not reachable"),
    }
}
