//! `Server-Timing`: where the time of a page or of a server function went, for the tools of browsers.
//! It must not say more than three durations: no table, no count, no name of anything.

use axum::response::Response;
use http::{Extensions, HeaderName, HeaderValue};
use std::fmt::Write;
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// How long it took to know who asks, in the extensions of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthTime(pub Duration);

impl AuthTime {
    /// Returns the time of the request with these extensions.
    pub fn of(request: &Extensions) -> Self {
        request.get().copied().unwrap_or_default()
    }
}

/// Where the time of an answer went after that.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timings {
    /// Waiting for the database.
    pub db: Duration,
    /// Making the answer.
    pub render: Duration,
}

/// Runs a server function, which waits for the database alone, and returns where its time went: it waits between being
/// polled, and works meanwhile.
pub async fn measure<T>(work: impl Future<Output = T>) -> (T, Timings) {
    let mut work = pin!(work);
    let (mut timings, mut left) = (Timings::default(), None::<Instant>);
    let outcome = poll_fn(|context| {
        let resumed = Instant::now();
        timings.db += left.map_or(Duration::ZERO, |left| resumed - left);
        let poll = work.as_mut().poll(context);
        let now = Instant::now();
        timings.render += now - resumed;
        left = Some(now);
        poll
    })
    .await;
    (outcome, timings)
}

/// Sets the header of the answer.
pub fn set_header(response: &mut Response, AuthTime(auth): AuthTime, Timings { db, render }: Timings) {
    let [auth, db, render] = [auth, db, render].map(|time| time.as_secs_f64() * 1000.0);
    let mut line = String::with_capacity(64);
    // Writing to a string does not fail.
    let _ = write!(line, "auth;dur={auth:.2}, db;dur={db:.2}, render;dur={render:.2}");
    if let Ok(line) = HeaderValue::try_from(line) {
        response.headers_mut().insert(SERVER_TIMING, line);
    }
}
