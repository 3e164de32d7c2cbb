//! Road trips: personal, visible only to their owner, deleted with the account. //personal
//! Road trips: public, written only by their author, kept without a name when the account is deleted. //public
//! Their SQL stays inside this folder. Their pages are in `pages`.

pub mod api;
pub mod model;

cfg_if::cfg_if! {
    if #[cfg(feature = "ssr")] {
        mod feature;
        pub mod store;

        pub use feature::FEATURE;
    }
}
