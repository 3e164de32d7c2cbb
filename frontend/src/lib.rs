//! The browser's entry point: wakes the islands that a page contains.
//! It must not hold anything else: what an island does belongs to its feature in `app`.

// Islands register themselves at link time; without this the linker would drop them all.
use app as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
