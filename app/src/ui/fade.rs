//! The fade from one page to the next, which browsers do by themselves where both pages allow it.
//! It must not need a script, nor move anything for people who have asked for less motion.
//!
//! Inside the document, because a browser need not wait for a stylesheet to learn that a page takes part:
//! <https://github.com/w3c/csswg-drafts/issues/13758>. Every document of ours has to: Chromium logs an uncaught `AbortError` on
//! one that does not, when the page before it did. Saved data is no reason to leave it out: nothing is fetched for it.

use leptos::tachys::html::InertElement;

macro_rules! rule {
    () => {
        "@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}}"
    };
}

/// How long it takes is in `style/main.css`. The server has this text: the Content-Security-Policy allows it by its hash, and no other.
pub const RULE: &str = rule!();

/// Returns the style for the head of a document.
pub fn element() -> InertElement {
    InertElement::new(concat!("<style>", rule!(), "</style>"))
}
