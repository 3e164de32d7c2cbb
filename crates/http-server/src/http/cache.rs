//! Who may keep an answer, and for how long: a policy that routes choose by name.
//! It must not store what depends on the session, unless a route says otherwise.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;

/// Who may keep an answer, from its extensions. Without one there it is [`CachePolicy::NoStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// No cache: the answer depends on who asks.
    NoStore,
    /// The browser, which asks again before it shows the answer: that is the same for every anonymous user. Never a
    /// shared cache: the nonce of a page is for one reader.
    Revalidate,
    /// Every cache, for an hour: a public file whose name stays when its content changes.
    Short,
    /// Every cache, for good: a file whose name changes with its content.
    Immutable,
}

impl CachePolicy {
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::NoStore => "private, no-store",
            Self::Revalidate => "private, no-cache",
            Self::Short => "public, max-age=3600",
            Self::Immutable => "public, max-age=31536000, immutable",
        })
    }
}

pub async fn apply(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // Errors are never worth keeping, whatever the route thinks of its successes.
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let chosen = response.extensions().get().copied().filter(|_| !failed);
    let policy = chosen.unwrap_or(CachePolicy::NoStore);
    // A route that sets the header itself knows of something that must not be stored.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(policy.header());
    response
}
