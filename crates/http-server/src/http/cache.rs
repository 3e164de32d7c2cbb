//! Who may keep an answer, and for how long: a policy that routes choose by name.
//! It must not look at the request: what depends on the session is never stored, unless a route says otherwise.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;

/// Put into an answer's extensions. Without one it is [`CachePolicy::NoStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// Depends on who asks.
    NoStore,
    /// The same for everybody who is not signed in. Kept for the back button, asked for again otherwise. Never in a
    /// shared cache: the nonce of a page is for one reader.
    Revalidate,
    /// A public file whose name stays when its content changes.
    Short,
    /// A file whose name changes with its content.
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
    // Whoever wrote the header itself knows of something that must not be stored.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(policy.header());
    response
}
