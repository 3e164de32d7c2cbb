//! Where a person goes after signing in: a path of this app, and nothing that a browser could read as another place.
//! It must not trust that the value comes from the app's own form.

use crate::http::redirect_back::page_path;
use request::routes::{FORGOT_PASSWORD, RESET_PASSWORD, SIGN_IN, SIGN_UP, VERIFY_EMAIL};
use serde::Deserialize;
use url::Url;

const MAX_BYTES: usize = 1024;

/// Any origin serves: only paths are compared against it.
const BASE: &str = "http://app.invalid";

/// A local path with its query, ready for a `Location` header. Everything else becomes the front page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct ReturnTo(String);

impl Default for ReturnTo {
    fn default() -> Self {
        Self::home()
    }
}

impl From<String> for ReturnTo {
    fn from(raw: String) -> Self {
        Self::parse(&raw)
    }
}

impl ReturnTo {
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    pub fn parse(raw: &str) -> Self {
        local(raw).map_or_else(Self::home, Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_home(&self) -> bool {
        self.0 == "/"
    }
}

/// Returns the path, if it stays in the app. Browsers strip tabs and line breaks, read `\` as `/` and resolve dots
/// before they decide what is a host: so all of that is refused or done first, and what comes out is looked at again.
fn local(raw: &str) -> Option<String> {
    let plain = raw.len() <= MAX_BYTES && !raw.contains('\\') && !raw.chars().any(char::is_control);
    if !plain || !raw.starts_with('/') || raw.starts_with("//") {
        return None;
    }
    let base = Url::parse(BASE).ok()?;
    let url = base.join(raw).ok()?;
    if url.origin() != base.origin() {
        return None;
    }
    let path = page_path(&url)?;
    let leads_back = ["/auth/", "/api/", SIGN_IN, SIGN_UP, VERIFY_EMAIL, FORGOT_PASSWORD, RESET_PASSWORD]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    (!leads_back).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::ReturnTo;
    use super::{BASE, local};
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn local_paths_are_kept() {
        for (raw, kept) in [
            ("/notes", "/notes"),
            ("/posts/7?page=2", "/posts/7?page=2"),
            ("/posts?q=a%26b", "/posts?q=a%26b"),
            ("/a//b", "/a//b"),
            ("/posts?/create_post&page=2", "/posts?page=2"),
            ("/posts?/create_post", "/posts"),
            ("/posts#comments", "/posts"),
            ("/caf\u{e9}", "/caf%C3%A9"),
            ("/%2F/evil.example", "/%2F/evil.example"),
            ("/@evil.example", "/@evil.example"),
        ] {
            assert_eq!(ReturnTo::parse(raw).as_str(), kept, "{raw:?}");
        }
    }

    #[test]
    fn other_values_become_the_front_page() {
        let long = format!("/{}", "a".repeat(1024));
        for raw in [
            "",
            "notes",
            " /notes",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "/notes\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e%2e//evil.example",
            "https://evil.example",
            "http:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/notes\r\nset-cookie: a=b",
            "/\0",
            "/\u{85}",
            "/sign-in?return_to=/sign-in",
            "/sign-up",
            "/auth/callback?code=1",
            "/auth/sign-out",
            "/api/create_note",
            &long,
        ] {
            assert!(ReturnTo::parse(raw).is_home(), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn return_to_never_leaves_the_origin(noise in any::<String>(), near in "[/\\\\.@:?#%a-c\\t\\n ]{0,12}(evil\\.example)?") {
            for raw in [noise, near] {
                let Some(path) = local(&raw) else { continue };
                let base = Url::parse(BASE).unwrap();
                prop_assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'), "{path}");
                prop_assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
                // As a browser reads it in a `Location`.
                prop_assert_eq!(base.join(&path).unwrap().origin(), base.origin());
            }
        }
    }
}
