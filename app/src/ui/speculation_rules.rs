//! Rules by which a browser prefetches public pages while the pointer rests on a link.
//! They must not name a private page, or one that has an effect when it is loaded.
//!
//! For anonymous users only. A prefetched page is shown as it was, up to five minutes old: an author who has changed a
//! post would see the old text, and a user who has signed out a page from before.

use http::request::Parts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use request::feature::Features;
use request::session::{self, SignedIn};

/// Returns speculation rules for the public pages:
/// <https://developer.mozilla.org/en-US/docs/Web/API/Speculation_Rules_API>
fn rules() -> String {
    let pages = Features::of_this_app().iter().flat_map(|feature| feature.public);
    let patterns =
        pages.map(|page| format!("\"{}\"", page.replace("{id}", r":id(\\d+)"))).collect::<Vec<_>>().join(",");
    format!(r#"{{"prefetch":[{{"where":{{"href_matches":[{patterns}]}},"eagerness":"moderate"}}]}}"#)
}

/// Renders the rules for anonymous users who do not save data.
#[component]
pub fn SpeculationRules() -> impl IntoView {
    let wanted = matches!(session::viewer().user, SignedIn::No) && !saves_data();
    wanted.then(|| {
        view! {
            <script type="speculationrules" nonce=use_nonce()>
                {rules()}
            </script>
        }
    })
}

/// Returns whether the client asks to save data.
fn saves_data() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.headers.get("save-data").is_some_and(|value| value == "on"))
}
