//! The Markdown of a post and the HTML that a page shows of it.
//! HTML is made on the server only, which alone knows what is safe.

cfg_if::cfg_if! {
    if #[cfg(feature = "ssr")] {
        mod events;
        mod links;
        mod plain;
        mod render;
        mod render_cache;

        pub use plain::plain_text;
        pub use render::render;
        pub use render_cache::render_cached;
    }
}

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use serde::{Deserializer, de::Error};

/// HTML that is safe to put into a page. Only [`render`] makes it, on the server; a browser receives it from there.
/// [`Prose`] is the one view that shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(feature = "ssr"), derive(Deserialize))]
pub struct SafeHtml(String);

impl SafeHtml {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never parsed on the server: a client is no source of safe HTML.
#[cfg(feature = "ssr")]
impl<'a> Deserialize<'a> for SafeHtml {
    fn deserialize<D: Deserializer<'a>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a client is no source of safe HTML"))
    }
}

/// Renders safe HTML as prose.
#[component]
pub fn Prose(#[prop(into)] html: Signal<SafeHtml>) -> impl IntoView {
    view! { <div class="prose" inner_html=move || html.get().0></div> }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Checks that HTML which is not a view gets into a page only here and in four files whose HTML is made by views or
    /// is constant.
    #[test]
    fn nothing_else_puts_html_into_a_page() {
        let mut found = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut folders = vec![root.join("app/src"), root.join("pages/src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if ["inner_html", "InertElement::new"]
                    .iter()
                    .any(|way| std::fs::read_to_string(&entry).unwrap().contains(way))
                {
                    found.push(entry.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        assert_eq!(
            found,
            [
                "app/src/page.rs",
                "app/src/posts/markdown/mod.rs",
                "app/src/shell.rs",
                "app/src/ui/theme.rs",
                "app/src/ui/view_transition.rs"
            ]
        );
    }
}
