//! Which budget a request draws on. A route that is not named here has a strict one.

use http::Method;
use percent_encoding::percent_decode_str;

/// A budget of attempts, by what a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// It proves an identity, or tries to.
    SignIn,
    /// It sends a code by mail, or checks one.
    Code,
    /// It costs Neon Auth little, and repeating it gains nothing.
    Other,
}

impl Budget {
    /// Returns the budget of a request, for a form by the path of its action.
    pub fn of(method: &Method, path: &str) -> Self {
        if method.is_safe() {
            return Self::Other;
        }
        match path {
            "/auth/sign-out" | "/account/end_device" | "/account/end_other_devices" => Self::Other,
            "/sign-in/code/enter" | "/sign-in/code/send" | "/verify-email/confirm" | "/verify-email/send" => Self::Code,
            "/forgot-password/send" | "/reset-password/set" => Self::Code,
            _ => Self::SignIn,
        }
    }
}

/// Tells whether showing the page at `path` may ask Neon Auth something. The router of the pages knows more spellings
/// than one.
pub fn asks_neon_auth(path: &str) -> bool {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    segments == ["account", "password"] || segments == ["account", "delete"]
}

/// Tells whether only a signed-in user can send this, and about themselves.
pub fn is_about_oneself(path: &str) -> bool {
    path.starts_with("/account/")
}
