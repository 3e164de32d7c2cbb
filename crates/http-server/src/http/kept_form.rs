//! The text of a plain form whose post failed, kept in the session for the next page.
//! It must not keep a password, nor more than a person would be sorry to lose.

use super::client_address::ClientAddress;
use super::rate_limit::RateLimits;
use crate::sign_in::BrowserSession;
use http::Extensions;
use request::AppError;
use request::session::{KeptForm, SignedIn, Viewer};
use url::form_urlencoded;

/// Bytes. The longest text of a form, in a script of which each character takes four, and some more to be told about.
const LARGEST: usize = 400 * 1024;

/// Bytes. Anonymous users have no long text to lose, except where a sign-in has ended meanwhile. They also cost nothing
/// to pretend.
const LARGEST_OF_VISITORS: usize = 64 * 1024;

const MOST_FIELDS: usize = 32;

/// Keeps the form, unless it is of an anonymous client whose address has kept too many already: each of those may be a
/// row of its own. That the session cannot be written is no reason to fail harder.
pub async fn keep(request: &Extensions, action: &str, body: &[u8]) -> Result<(), AppError> {
    let Some(session) = request.get::<BrowserSession>() else { return Ok(()) };
    let signed_in = is_signed_in(request);
    let fields = fields(body, if signed_in { LARGEST } else { LARGEST_OF_VISITORS });
    if fields.is_empty() {
        return Ok(());
    }
    if !signed_in && let Some(limits) = request.get::<RateLimits>() {
        limits.keep_form(ClientAddress::of(request))?;
    }
    session.keep_form(KeptForm { action: action.to_owned(), fields }).await.ok();
    Ok(())
}

/// Tells whether a form that failed for this reason is worth a row. That of an anonymous client is when the sign-in was
/// missing, and not when it could not have been saved anyway.
pub fn is_worth_keeping(request: &Extensions, error: &AppError) -> bool {
    is_signed_in(request) || matches!(error, AppError::SignInRequired | AppError::Unavailable)
}

/// Tells whether a signed-in user has sent the request. A client whose session could not be read, or whose token could
/// not be renewed, is none.
fn is_signed_in(request: &Extensions) -> bool {
    request.get::<Viewer>().is_some_and(|viewer| matches!(viewer.user, SignedIn::Yes(_)))
}

/// Returns what was typed, for a page that is shown at once.
pub fn of(action: &str, body: &[u8]) -> KeptForm {
    KeptForm { action: action.to_owned(), fields: fields(body, LARGEST) }
}

/// Returns the fields that are kept: no passwords, and no more than `largest` bytes.
fn fields(body: &[u8], largest: usize) -> Vec<(String, String)> {
    let mut left = largest;
    form_urlencoded::parse(body)
        .filter(|(name, _)| !name.to_ascii_lowercase().contains("password"))
        .take(MOST_FIELDS)
        .filter(|(name, value)| {
            let fits = name.len() + value.len() <= left;
            if fits {
                left -= name.len() + value.len();
            }
            fits
        })
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn everything_but_passwords_is_kept() {
        let kept = fields(b"title=a+b&password=x&New_Password=y&content=%F0%9F%A6%80", 100);
        assert_eq!(kept, [("title".to_owned(), "a b".to_owned()), ("content".to_owned(), "🦀".to_owned())]);
    }

    #[test]
    fn what_is_too_large_is_left_out() {
        let kept = fields(b"id=7&content=0123456789&version=3", 12);
        assert_eq!(kept, [("id".to_owned(), "7".to_owned()), ("version".to_owned(), "3".to_owned())]);
        assert_eq!(fields("a=&".repeat(100).as_bytes(), 1000).len(), 32);
    }
}
