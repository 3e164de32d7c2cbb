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
    /// Returns the budget of a request.
    pub fn of(method: &Method, path: &str) -> Self {
        if method.is_safe() {
            return Self::Other;
        }
        match path {
            "/auth/sign-out" | "/auth/devices/end" | "/auth/devices/end-others" => Self::Other,
            "/auth/code" | "/auth/code/send" | "/auth/verify-email" | "/auth/verify-email/send" => Self::Code,
            "/auth/password/forgot" | "/auth/password/reset" => Self::Code,
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
    matches!(
        path,
        "/auth/password/change"
            | "/auth/password/set"
            | "/auth/account/delete"
            | "/auth/devices/end"
            | "/auth/devices/end-others"
    )
}
