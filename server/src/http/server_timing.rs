//! `Server-Timing`: where the time of a page or of a server function went, for the tools of browsers.
//! It must not say more than three durations: no table, no count, no name of anything.

use axum::response::Response;
use http::{Extensions, HeaderName, HeaderValue};
use std::fmt::Write;
use std::time::Duration;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// How long it took to know who asks. Put into a request's extensions.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthTime(pub Duration);

impl AuthTime {
    pub fn of(request: &Extensions) -> Self {
        request.get().copied().unwrap_or_default()
    }
}

/// What is not there did not happen: a server function renders nothing.
pub fn tell(response: &mut Response, AuthTime(auth): AuthTime, db: Duration, render: Option<Duration>) {
    let mut line = String::with_capacity(48);
    for (name, time) in [("auth", Some(auth)), ("db", Some(db)), ("render", render)] {
        let Some(time) = time else { continue };
        let comma = if line.is_empty() { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(line, "{comma}{name};dur={:.2}", time.as_secs_f64() * 1000.0);
    }
    if let Ok(line) = HeaderValue::try_from(line) {
        response.headers_mut().insert(SERVER_TIMING, line);
    }
}
