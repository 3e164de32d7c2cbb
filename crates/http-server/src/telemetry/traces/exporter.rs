//! The way to the collector: the HTTP client of the rest of the server, and one line when it breaks.
//! It delays no request: it has its own thread, a short queue and a deadline.

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::redirect::Policy;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The HTTP client of the exporter.
#[derive(Debug)]
pub struct Client {
    http: Result<reqwest::Client, reqwest::Error>,
    /// The library's thread has no runtime of its own.
    runtime: Handle,
    is_lost: AtomicBool,
}

impl Client {
    pub fn new() -> Self {
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .build();
        Self { http, runtime: Handle::current(), is_lost: AtomicBool::new(false) }
    }

    async fn deliver(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.as_ref().map_err(ToString::to_string)?.clone();
        let (parts, body) = request.into_parts();
        let request = http.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
        let exchange = async move {
            let answer = request.send().await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        };
        let (status, body) = self.runtime.spawn(exchange).await??;
        Ok(Response::builder().status(status).body(body)?)
    }

    /// Logs a problem once, and once more when it is over: spans come every few seconds.
    fn log_change(&self, problem: Option<&dyn std::fmt::Display>) {
        let was_lost = self.is_lost.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(problem) if !was_lost => tracing::warn!(%problem, "traces are lost: the collector does not take them"),
            None if was_lost => tracing::info!("the collector takes traces again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let outcome = self.deliver(request).await;
        match &outcome {
            Ok(answer) if answer.status().is_success() => self.log_change(None),
            Ok(answer) => self.log_change(Some(&answer.status())),
            Err(error) => self.log_change(Some(error)),
        }
        outcome
    }
}
