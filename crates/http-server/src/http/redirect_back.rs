//! The page that a form of every page leads back to, such as the one for the theme.
//! It must not lead anywhere else: what the sender says about its page is only believed as a path of ours.

use crate::config::PublicOrigin;
use http::HeaderMap;
use http::header::{ORIGIN, REFERER};
use request::form;
use url::Url;

/// Returns the path and query of the page that the browser names, if it is one of the app, and else of the front page.
/// The origin has been checked already: a page that was allowed to post may call itself by the name that it posted
/// under.
pub fn redirect_back(public_origin: &PublicOrigin, headers: &HeaderMap) -> String {
    page(public_origin, headers).unwrap_or_else(|| "/".to_owned())
}

fn page(public_origin: &PublicOrigin, headers: &HeaderMap) -> Option<String> {
    let referer = Url::parse(headers.get(REFERER)?.to_str().ok()?).ok()?;
    let origin = referer.origin().ascii_serialization();
    let posted_from = headers.get(ORIGIN).map(http::HeaderValue::as_bytes);
    if origin != public_origin.as_str() && posted_from != Some(origin.as_bytes()) {
        return None;
    }
    page_path(&referer)
}

/// Returns the path and query of the page at this URL: not those of a form that was posted to it, nor what browsers
/// read as the beginning of another host.
pub fn page_path(url: &Url) -> Option<String> {
    Some(form::page_address(url.path(), url.query())).filter(|address| !address.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::redirect_back;
    use crate::config::PublicOrigin;
    use http::HeaderMap;
    use http::header::{ORIGIN, REFERER};

    fn page(origin: &str, referer: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        if let Some(referer) = referer {
            headers.insert(REFERER, referer.parse().unwrap());
        }
        redirect_back(&PublicOrigin::parse("https://a.example").unwrap(), &headers)
    }

    #[test]
    fn a_referer_of_the_app_is_kept_without_the_form_key() {
        for (referer, back) in [
            ("https://a.example/posts?page=2", "/posts?page=2"),
            ("https://a.example/posts?/create_post&page=2", "/posts?page=2"),
            ("https://a.example/account?/x#y", "/account"),
        ] {
            assert_eq!(page("https://a.example", Some(referer)), back, "{referer}");
        }
    }

    #[test]
    fn other_referers_become_the_front_page() {
        for referer in [
            None,
            Some("https://evil.example/sign-in"),
            Some("https://a.example.evil.example/"),
            Some("https://a.example@evil.example/"),
            Some("https://a.example//evil.example"),
            Some("https://a.example/\\evil.example"),
            Some("javascript:alert(1)"),
            Some("/posts"),
            Some(""),
        ] {
            assert_eq!(page("https://a.example", referer), "/", "{referer:?}");
        }
    }

    #[test]
    fn a_referer_of_the_posting_origin_is_kept() {
        assert_eq!(page("http://127.0.0.1:3000", Some("http://127.0.0.1:3000/posts/1")), "/posts/1");
    }
}
