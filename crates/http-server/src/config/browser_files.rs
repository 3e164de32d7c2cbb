//! The tags that load the files of the browser's half: its stylesheet, its scripts and, while developing, what reloads
//! a page.
//! Leptos looks up their names on the disk whenever it renders such a tag, and between two builds they stay the same.

use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::*;
use leptos_meta::HashedStylesheet;
use std::sync::Arc;

/// Stands for the nonce, which each request has of its own. HTML has no need to escape any of it.
const NONCE: &str = "{nonce}";

/// The tags that load the files of the browser's half.
#[derive(Clone, Debug)]
pub struct BrowserFiles {
    /// Those of a page without an island.
    everywhere: Arc<str>,
    /// Those of a page with one.
    with_island: Arc<str>,
}

impl BrowserFiles {
    /// Finds the files that are on the disk now; the options say how each kind is named.
    pub(super) fn find(style: &LeptosOptions, script: &LeptosOptions) -> Self {
        let (head, island) = (style.clone(), script.clone());
        let everywhere = rendered(|| {
            view! {
                <HashedStylesheet options=head.clone() id="leptos" />
                <AutoReload options=head />
            }
        });
        let scripts = rendered(|| view! { <HydrationScripts options=island islands=true /> });
        Self { with_island: format!("{everywhere}{scripts}").into(), everywhere: everywhere.into() }
    }

    /// Returns the tags of a page, with or without an island, and with the nonce in whose context it is rendered.
    pub fn tags(&self, has_island: bool) -> String {
        let tags = if has_island { &self.with_island } else { &self.everywhere };
        let nonce = use_nonce();
        tags.replace(NONCE, nonce.as_ref().map_or("", |nonce| nonce.as_inner()))
    }
}

/// Renders tags with a placeholder for the nonce.
fn rendered<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| {
        provide_context(Nonce::from_value(NONCE));
        view().to_html()
    })
}
