//! Small pages that lead a browser on by themselves, where a redirect would not do. They need no scripts, and no style
//! but the rule that every page has.
//! It must not be led anywhere by what a person typed: its callers have checked the address.

use crate::http::cache::CachePolicy;
use crate::sign_in::BrowserSession;
use crate::state::Site;
use axum::response::{Html, IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, REFERRER_POLICY};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use url::form_urlencoded;

/// The parameter that marks the second attempt to arrive.
const AGAIN: &str = "again";

/// Returns a page that leads to `url`. Most people never see it.
pub fn page(site: &Site, title: &'static str, url: &str) -> Response {
    // The URL holds a secret: no cache keeps it, and it is in no referer.
    let headers =
        [(CACHE_CONTROL, CachePolicy::NoStore.header()), (REFERRER_POLICY, HeaderValue::from_static("no-referrer"))];
    (headers, Html(render(site.style, title, url))).into_response()
}

fn render(style: &'static str, title: &'static str, url: &str) -> String {
    let url = url.to_owned();
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <title>{title}</title>
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    {InertElement::new(format!("<style>{style}</style>"))}
                    <meta http-equiv="refresh" content=format!("0;url={url}") />
                </head>
                <body>
                    <p>
                        <a href=url>"Continue"</a>
                    </p>
                </body>
            </html>
        }
        .to_html()
    })
}

/// Returns a page for a browser that arrives from another site without a session: Safari may leave the cookie out at
/// the end of a chain of redirects that began there. A page of our own that leads to the same address is no longer the
/// end of that chain. The second time there is none.
pub fn retry_with_cookie(
    site: &Site,
    session: &BrowserSession,
    title: &'static str,
    path: &str,
    query: &str,
) -> Option<Response> {
    let is_second = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == AGAIN);
    (session.id().is_none() && !is_second).then(|| page(site, title, &format!("{path}?{query}&{AGAIN}=1")))
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn a_url_stays_inside_its_attribute() {
        let page = render("", "Signing in", "/a?b&c\"d'e<f>");
        assert!(page.contains("content=\"0;url=/a?b&amp;c&quot;d'e&lt;f&gt;\">"), "{page}");
        assert!(page.contains("<a href=\"/a?b&amp;c&quot;d'e&lt;f&gt;\">"), "{page}");
    }
}
