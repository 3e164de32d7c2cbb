//! The fade from one page to the next, for which browsers need no script.
//!
//! It is in the document, so that a browser need not wait for a stylesheet to learn that a page takes part:
//! <https://github.com/w3c/csswg-drafts/issues/13758>. Every document needs it: Chromium logs an uncaught `AbortError`
//! on one that lacks it when the page before had it. Clients that save data get it, too, since nothing is fetched for
//! it.

use leptos::tachys::html::InertElement;

macro_rules! rule {
    () => {
        "@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}}"
    };
}

/// The rule; `style/main.css` has its duration. The Content-Security-Policy allows exactly this text by its hash.
pub const RULE: &str = rule!();

/// Returns the style for the head of a document.
pub fn element() -> InertElement {
    InertElement::new(concat!("<style>", rule!(), "</style>"))
}
