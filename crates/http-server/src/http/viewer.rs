//! Who is asking: resolved before anything else runs, with one round trip to the session store at most. Being signed
//! out, or unable to tell, is for pages and guards to say.

use super::body_limit::limit_anonymous;
use super::client_address::ClientAddress;
use super::errors::accepts_html;
use super::server_timing::AuthTime;
use crate::sign_in::renewal::Renewal;
use crate::sign_in::{Auth, BrowserSession, Content, Person};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, HeaderMap, SET_COOKIE};
use http::{HeaderValue, Method};
use identity::{Claims, VerifyError};
use neon_auth::TokenError;
use request::FormState;
use request::routes::SIGN_IN;
use request::session::{SignedIn, Viewer};
use std::time::Instant;
use time::{Duration, OffsetDateTime};

/// A token this close to its end is renewed beside the request, so that no request ever waits for it while Neon Auth
/// is well.
const RENEW_BEFORE: Duration = Duration::seconds(30);

/// Puts [`Viewer`] and [`BrowserSession`] into the request, and the cookie into the answer when the session changed. A
/// middleware for `axum::middleware::from_fn_with_state`.
pub async fn resolve(State(auth): State<Auth>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let cookie = auth.sessions.cookie();
    let presented = cookie.read(request.headers());
    let ClientAddress(address) = ClientAddress::of(request.extensions());
    let session = auth.sessions.open(request.headers(), address);
    let page = is_page_view(request.method(), request.headers()).then(|| request.uri().path());
    let viewer = viewer(&auth, &session, page).await;
    let is_anonymous = matches!(viewer.user, SignedIn::No);
    request.extensions_mut().insert(viewer);
    request.extensions_mut().insert(session.clone());
    request.extensions_mut().insert(AuthTime(begun.elapsed()));

    let mut response = if is_anonymous {
        match limit_anonymous(request).await {
            Ok(request) => next.run(request).await,
            Err(refusal) => refusal,
        }
    } else {
        next.run(request).await
    };

    let line = match (presented, session.id()) {
        (before, now) if before == now => None,
        (_, Some(new)) => cookie.set(new, session.lifetime()),
        (_, None) => cookie.remove(),
    };
    if let Some(line) = line {
        response.headers_mut().append(SET_COOKIE, line);
        // A cache that stored this answer would hand the session to the next client that asks.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    response
}

/// Returns who is asking. `page` is the path of the page that is about to be shown, if any: with it goes what is shown
/// once.
async fn viewer(auth: &Auth, session: &BrowserSession, page: Option<&str>) -> Viewer {
    if session.id().is_none() {
        return Viewer::default();
    }
    let Ok(content) = session.content().await else {
        return Viewer { user: SignedIn::Unavailable, ..Viewer::default() };
    };
    let mails = content.mails.shown();
    let Content { person, form, .. } = content;
    let input = match form {
        // It waits until its writer is back.
        Some(form) if person.is_some() && page.is_some_and(|page| form.is_of(page)) => {
            session.update(Content::take_form).await.ok().flatten().flatten()
        }
        _ => None,
    };
    let user = match person {
        Some(person) => signed_in(auth, session, &person).await,
        None => SignedIn::No,
    };
    let ended = match user {
        // Perhaps this very request has found it out.
        SignedIn::No if page == Some(SIGN_IN) => {
            session.update(|content| content.ended.take()).await.ok().flatten().flatten()
        }
        _ => None,
    };
    Viewer { user, form: input.map(|input| FormState { input, ..FormState::default() }), mails, ended }
}

/// Verifies the token of the person, and renews one that ends soon or has ended.
async fn signed_in(auth: &Auth, session: &BrowserSession, person: &Person) -> SignedIn {
    let Some(id) = session.id() else { return SignedIn::No };
    match auth.keys.verify(&person.tokens.access).await {
        Ok(claims) if lifetime_left(&claims) > RENEW_BEFORE => return SignedIn::Yes(claims),
        Ok(claims) if lifetime_left(&claims).is_positive() => {
            drop(auth.renewals.start(id, person));
            return SignedIn::Yes(claims);
        }
        // An unknown key was retired since. Where the keys cannot be fetched, a token cannot be renewed either.
        Ok(_) | Err(TokenError::Token(VerifyError::Expired | VerifyError::UnknownKey) | TokenError::Keys(_)) => {}
        Err(error) => tracing::warn!(%error, "the token of a session does not verify"),
    }
    match auth.renewals.renew(id, person).await {
        Renewal::Renewed(claims) => SignedIn::Yes(claims),
        Renewal::Unreachable => SignedIn::Unavailable,
        Renewal::Refused => {
            session.forget().await;
            SignedIn::No
        }
        Renewal::Over => {
            session.end().await.ok();
            SignedIn::No
        }
    }
}

/// Returns how long the token lasts.
fn lifetime_left(claims: &Claims) -> Duration {
    claims.expires_at() - OffsetDateTime::now_utc()
}

/// Tells whether a person will see the answer as a page: what is shown once must not be spent on an image or a
/// prefetch.
fn is_page_view(method: &Method, headers: &HeaderMap) -> bool {
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    let elsewhere = headers.contains_key("sec-fetch-dest") && !has("sec-fetch-dest", "document");
    let ahead = headers.get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"));
    method == Method::GET && accepts_html(headers) && !elsewhere && !ahead
}

#[cfg(test)]
mod tests {
    use super::is_page_view;
    use http::{HeaderMap, HeaderName, HeaderValue, Method};

    fn page(headers: &[(&'static str, &'static str)]) -> bool {
        let pairs =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_page_view(&Method::GET, &pairs.collect::<HeaderMap>())
    }

    #[test]
    fn only_navigations_are_page_views() {
        assert!(page(&[("accept", "text/html,*/*")]));
        assert!(page(&[("accept", "text/html"), ("sec-fetch-dest", "document")]));
        assert!(!page(&[("accept", "text/html"), ("sec-fetch-dest", "empty")]));
        assert!(!page(&[
            ("accept", "text/html"),
            ("sec-fetch-dest", "document"),
            ("sec-purpose", "prefetch;prerender")
        ]));
        assert!(!page(&[("accept", "image/*")]));
        assert!(!page(&[]));
        assert!(!is_page_view(&Method::POST, &HeaderMap::new()));
    }
}
