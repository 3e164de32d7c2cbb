//! Pages that a browser may load before somebody goes there, while the pointer rests on the link.
//! It must not name a page that is somebody's own, or that does something when it is loaded.
//!
//! Only for visitors: what was loaded ahead is shown as it was, for up to five minutes. A visitor sees a post as it has just
//! been. An author who has changed it meanwhile would see the old one, and whoever has signed out the page of before.

use http::request::Parts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use request::feature::Features;
use request::session::{self, SignedIn};

/// Returns rules for the public pages: <https://developer.mozilla.org/en-US/docs/Web/API/Speculation_Rules_API>
fn rules() -> String {
    let pages = Features::of_this_app().iter().flat_map(|feature| feature.public);
    let patterns =
        pages.map(|page| format!("\"{}\"", page.replace("{id}", r":id(\\d+)"))).collect::<Vec<_>>().join(",");
    format!(r#"{{"prefetch":[{{"where":{{"href_matches":[{patterns}]}},"eagerness":"moderate"}}]}}"#)
}

/// The rules, for whom they are good.
#[component]
pub fn Ahead() -> impl IntoView {
    let wanted = matches!(session::viewer().user, SignedIn::No) && !saves_data();
    wanted.then(|| {
        view! {
            <script type="speculationrules" nonce=use_nonce()>
                {rules()}
            </script>
        }
    })
}

/// Whether whoever asks has said that every byte counts.
fn saves_data() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.headers.get("save-data").is_some_and(|value| value == "on"))
}
