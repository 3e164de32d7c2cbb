//! Where a plain form post leads: the page that it came from, or the one that has the form.
//! It must not lead anywhere else: what the sender says about its page is only believed as a path of ours.

use crate::config::PublicOrigin;
use http::header::{LOCATION, ORIGIN, REFERER};
use http::{HeaderMap, HeaderValue};
use request::feature::Features;
use url::{Position, Url, form_urlencoded};

/// The page that a form leads back to, as an address at the app's own origin.
pub struct WayBack {
    page: Url,
}

impl WayBack {
    /// Finds the page. `action` is the path that was posted to, `body` the form.
    pub fn of(
        public_origin: &PublicOrigin,
        features: Features,
        headers: &HeaderMap,
        action: &str,
        body: &[u8],
    ) -> Self {
        let page = referring_page(public_origin, headers).or_else(|| {
            let field = |name: &str| {
                let mut fields = form_urlencoded::parse(body);
                fields.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            };
            public_origin.url().join(&page_with_form(features, action, field)).ok()
        });
        Self { page: page.unwrap_or_else(|| public_origin.url().clone()) }
    }

    /// Returns the header from which Leptos makes its redirect.
    pub fn as_referer(&self) -> HeaderValue {
        HeaderValue::try_from(self.page.as_str()).unwrap_or(HeaderValue::from_static("/"))
    }

    /// Returns the path of the page, with its query.
    pub fn path(&self) -> &str {
        &self.page[Position::BeforePath..]
    }

    /// Returns where the answer leads, as a path: the browser may know this machine by another name than the
    /// configuration does.
    pub fn location(&self, answer: &HeaderMap) -> Option<HeaderValue> {
        let chosen = answer.get(LOCATION)?;
        let Some(url) = chosen.to_str().ok().and_then(|text| self.page.join(text).ok()) else {
            return Some(chosen.clone());
        };
        if url.origin() != self.page.origin() {
            // The function itself sends people elsewhere, and it is ours.
            return Some(chosen.clone());
        }
        HeaderValue::try_from(&url[Position::BeforePath..]).ok()
    }
}

/// Returns the page with the form that posts to `action`.
fn page_with_form(features: Features, action: &str, field: impl Fn(&str) -> Option<String>) -> String {
    let of_sign_in = match action {
        "/auth/sign-up" => "/sign-up",
        "/auth/verify-email" | "/auth/verify-email/send" => "/verify-email",
        "/auth/code" | "/auth/code/send" => "/sign-in/code",
        "/auth/password/forgot" => "/forgot-password",
        "/auth/password/reset" => "/reset-password",
        "/auth/password/change" | "/auth/password/set" => "/account/password",
        action if action.starts_with("/auth/") => "/sign-in",
        action => return features.page_with_form(action, field).unwrap_or_else(|| "/".to_owned()),
    };
    of_sign_in.to_owned()
}

/// Returns the page that the browser names, if it is one of the app. The origin has been checked already: a page that
/// was allowed to post may call itself by the name that it posted under.
fn referring_page(public_origin: &PublicOrigin, headers: &HeaderMap) -> Option<Url> {
    let named = Url::parse(headers.get(REFERER)?.to_str().ok()?).ok()?;
    let origin = named.origin().ascii_serialization();
    let posted_from = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    if origin != public_origin.as_str() && posted_from != Some(origin.as_bytes()) {
        return None;
    }
    let mut page = public_origin.url().clone();
    page.set_path(named.path());
    // What the last attempt left there would be read before what this one adds.
    let rest = named.query_pairs().filter(|(name, _)| !["__path", "__err", "error", "done"].contains(&&**name));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
    page.set_query((!query.is_empty()).then_some(&query));
    // Browsers read two slashes as the beginning of another host.
    (!page.path().starts_with("//")).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::WayBack;
    use crate::config::PublicOrigin;
    use http::header::{LOCATION, ORIGIN, REFERER};
    use http::{HeaderMap, HeaderValue};
    use request::feature::{Feature, Features};

    fn way_back(origin: &str, referer: Option<&str>, action: &str, body: &str) -> WayBack {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        if let Some(referer) = referer {
            headers.insert(REFERER, referer.parse().unwrap());
        }
        let feature = Feature { forms: &[("/api/edit", "/notes/{id}/edit")], ..Feature::NONE };
        let features = Features(Box::leak(Box::new([feature])));
        WayBack::of(&PublicOrigin::parse("https://a.example").unwrap(), features, &headers, action, body.as_bytes())
    }

    fn page(referer: Option<&str>) -> String {
        let way_back = way_back("https://a.example", referer, "/auth/sign-in", "email=x");
        way_back.as_referer().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_page_of_ours_is_kept_without_the_last_error() {
        assert_eq!(page(Some("https://a.example/posts?page=2")), "https://a.example/posts?page=2");
        assert_eq!(
            page(Some("https://a.example/account?__path=%2Fx&__err=abc&before=7")),
            "https://a.example/account?before=7"
        );
        assert_eq!(page(Some("https://a.example/account?__err=abc&error=x&done=y")), "https://a.example/account");
    }

    #[test]
    fn any_other_page_is_replaced_by_the_one_with_the_form() {
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
            assert_eq!(page(referer), "https://a.example/sign-in", "{referer:?}");
        }
    }

    #[test]
    fn a_page_under_another_name_of_this_machine_is_one_of_ours() {
        let other = way_back("http://127.0.0.1:3000", Some("http://127.0.0.1:3000/posts/1"), "/api/x", "");
        assert_eq!(other.as_referer(), "https://a.example/posts/1");
    }

    #[test]
    fn redirects_are_paths() {
        let way_back = way_back("https://a.example", None, "/auth/sign-in", "");
        for (given, sent) in [
            ("https://a.example/account?__err=x", "/account?__err=x"),
            ("/account", "/account"),
            ("https://b.example/x", "https://b.example/x"),
        ] {
            let mut answer = HeaderMap::new();
            answer.insert(LOCATION, HeaderValue::from_static(given));
            assert_eq!(way_back.location(&answer).unwrap(), sent);
        }
        assert!(way_back.location(&HeaderMap::new()).is_none());
    }
}
