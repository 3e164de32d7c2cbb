//! The HTML document around every page.
//! It must not differ by person: what depends on the viewer is inside the layout.

use crate::feature::Features;
use crate::request;
use crate::ui::fade;
use crate::ui::theme::{self, ThemeMeta};
use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::{HashedStylesheet, MetaTags};
use std::sync::Arc;

/// Stands for the nonce, which each request has of its own. HTML has no need to escape any of it.
const NONCE: &str = "{nonce}";

/// The document around what `page` shows.
pub fn shell<V: IntoView, F: FnOnce() -> V>(files: &Files, page: F) -> impl IntoView + use<V, F> {
    // Nothing but islands wakes up in the browser, so no resource has to be serialised for it.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    document(files, view! { <MetaTags /> }, page())
}

/// The document with these in its head and its body.
pub fn document<H: IntoView, B: IntoView>(files: &Files, head: H, body: B) -> impl IntoView + use<H, B> {
    let files = files.tags(Features::of_this_app().loads_wasm(&request::path()));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme::chosen().name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <ThemeMeta />
                {fade::element()}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/site.webmanifest" />
                {files}
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// What loads the files of the browser's half. Leptos looks up their names on the disk whenever it renders this, and
/// between two builds they stay the same.
#[derive(Clone, Debug)]
pub struct Files {
    everywhere: Arc<str>,
    with_island: Arc<str>,
}

impl Files {
    /// As they are on the disk now; the options say how each kind is named.
    pub fn find(style: &LeptosOptions, script: &LeptosOptions) -> Self {
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

    fn tags(&self, island: bool) -> InertElement {
        let tags = if island { &self.with_island } else { &self.everywhere };
        let nonce = use_nonce();
        InertElement::new(tags.replace(NONCE, nonce.as_ref().map_or("", |nonce| nonce.as_inner())))
    }
}

fn rendered<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| {
        provide_context(Nonce::from_value(NONCE));
        view().to_html()
    })
}
