//! Posts: public, written only by their author, kept without a name when the account is deleted.
//! Their SQL stays inside this folder. Their pages are in `pages`.

pub mod api;
pub mod draft_storage;
pub mod editor_island;
pub mod highlighted;
pub mod markdown;
pub mod model;

cfg_if::cfg_if! {
    if #[cfg(feature = "ssr")] {
        mod feature;
        pub mod store;
        pub mod syndication;

        pub use feature::FEATURE;
    }
}

#[cfg(feature = "local")]
mod seed;
