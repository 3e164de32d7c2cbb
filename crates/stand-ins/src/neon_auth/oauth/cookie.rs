//! The cookie that ties a sign-in to the browser that began it.

use super::super::errors::{ApiError, ApiResult};
use http::{HeaderMap, HeaderValue, header};

const PREFIX: &str = "stack-oauth-inner-";

/// Returns the header that sets the cookie. The real server adds `Secure`, but we are plain http, and Safari drops such
/// a cookie even on a loopback address.
pub fn set(inner_state: &str) -> ApiResult<HeaderValue> {
    value(&format!("{PREFIX}{inner_state}=true; Path=/; Max-Age=600; HttpOnly"))
}

/// Returns the header that clears the cookie of any state that comes back, as the real server does, unless the state
/// cannot be part of a header.
pub fn clear(inner_state: &str) -> Option<HeaderValue> {
    let is_ours = inner_state.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let expiry = "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    is_ours.then(|| value(&format!("{PREFIX}{inner_state}=; {expiry}")).ok()).flatten()
}

pub fn is_set(headers: &HeaderMap, inner_state: &str) -> bool {
    let wanted = format!("{PREFIX}{inner_state}=true");
    let cookies = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    cookies.flat_map(|pairs| pairs.split(|byte| *byte == b';')).any(|pair| pair.trim_ascii() == wanted.as_bytes())
}

fn value(text: &str) -> ApiResult<HeaderValue> {
    HeaderValue::from_str(text).map_err(ApiError::internal)
}
