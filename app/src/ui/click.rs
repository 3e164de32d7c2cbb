//! Clicks that an island handles in place of the browser.

use leptos::ev::MouseEvent;

/// Tells whether a click follows a link in this tab. With a key held down it opens another tab or window, or downloads.
pub fn opens_here(click: &MouseEvent) -> bool {
    !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key())
}
