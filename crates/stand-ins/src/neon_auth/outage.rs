//! Simulated outages: the service is down, loses its responses or holds calls, for tests of the client.

use super::errors::text_response;
use axum::{extract::Request, middleware::Next, response::Response};
use http::StatusCode;
use serde::Deserialize;
use tokio::sync::watch;

/// The way in which the API fails, and where.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Outage {
    kind: OutageKind,
    /// The path below `/api/v1` that fails. Every path, when none is named.
    path: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OutageKind {
    /// Nothing is carried out.
    #[default]
    Down,
    /// Everything is carried out, and the answers are lost.
    AnswersLost,
    /// Calls wait until the outage is over.
    Held,
    /// Everything is carried out, and the answers wait until the outage is over.
    AnswersHeld,
}

impl Outage {
    fn applies_to(&self, path: &str) -> bool {
        self.path.as_deref().is_none_or(|suffix| path.ends_with(suffix))
    }
}

/// Passes the request on, or fails as the outage says. The sender of the outage must outlive the call.
pub async fn intercept(mut outage: watch::Receiver<Option<Outage>>, request: Request, next: Next) -> Response {
    let kind = |outage: &Option<Outage>, path: &str| {
        outage.as_ref().filter(|outage| outage.applies_to(path)).map(|outage| outage.kind)
    };
    let path = request.uri().path().to_owned();
    let now = outage
        .wait_for(|outage| kind(outage, &path) != Some(OutageKind::Held))
        .await
        .map(|outage| kind(&outage, &path));
    match now {
        Ok(Some(OutageKind::Down)) => unavailable(),
        Ok(Some(OutageKind::AnswersLost)) => {
            drop(next.run(request).await);
            unavailable()
        }
        Ok(Some(OutageKind::AnswersHeld)) => {
            let response = next.run(request).await;
            drop(outage.wait_for(|outage| kind(outage, &path) != Some(OutageKind::AnswersHeld)).await);
            response
        }
        _ => next.run(request).await,
    }
}

fn unavailable() -> Response {
    text_response(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}
