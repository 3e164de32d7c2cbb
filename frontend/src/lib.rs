//! The browser's entry point: hydrates the islands that a page contains.

// Islands register themselves at link time; without this import the linker would drop them all.
use app as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
