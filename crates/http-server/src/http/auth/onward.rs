//! Small pages that lead a browser on by themselves, where a redirect would not do. They need no scripts, and no style
//! but the rule that every page has.
//! It must not be led anywhere by what a person typed: its callers have checked the address.

use crate::sign_in::BrowserSession;
use crate::state::Site;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, REFERRER_POLICY};
use url::form_urlencoded;

/// The parameter that marks the second attempt to arrive.
const AGAIN: &str = "again";

/// Returns a page that leads to `address`. Most people never see it.
pub fn page(site: &Site, title: &str, address: &str) -> Response {
    let (address, style) = (escaped(address), site.style);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <style>{style}</style><meta http-equiv=\"refresh\" content=\"0;url={address}\"></head>\
         <body><p><a href=\"{address}\">Continue</a></p></body></html>"
    );
    // The address holds a secret: no cache keeps it, and it is in no referer.
    ([(CACHE_CONTROL, "private, no-store"), (REFERRER_POLICY, "no-referrer")], Html(page)).into_response()
}

/// Returns a page for a browser that arrives from another site without a session: Safari may leave the cookie out at
/// the end of a chain of redirects that began there. A page of our own that leads to the same address is no longer the
/// end of that chain. The second time there is none.
pub fn once_more(site: &Site, session: &BrowserSession, title: &str, path: &str, query: &str) -> Option<Response> {
    let is_second = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == AGAIN);
    (session.id().is_none() && !is_second).then(|| page(site, title, &format!("{path}?{query}&{AGAIN}=1")))
}

/// Escapes text for an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn an_address_stays_inside_its_attribute() {
        assert_eq!(escaped("a&b\"c'd<e>"), "a&amp;b&quot;c&#39;d&lt;e&gt;");
    }
}
