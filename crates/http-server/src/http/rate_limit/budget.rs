//! Which budget a request draws on.
//! It must not forget a route: what is not named here has a strict one.

use http::Method;
use percent_encoding::percent_decode_str;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// Proves who somebody is, or tries to.
    SignIn,
    /// Sends a code by mail, or checks one.
    Code,
    /// Costs Neon Auth little, and nobody gains by repeating it.
    Other,
}

impl Budget {
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

/// Whether showing the page at `path` may ask Neon Auth something. The router of the pages knows more spellings than one.
pub fn asks_neon_auth(path: &str) -> bool {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    segments == ["account", "password"] || segments == ["account", "delete"]
}

/// Whether only somebody who is signed in can send it, and about themselves.
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
