//! Posts: public, written only by their author, kept without a name when the account is deleted.
//! Their SQL stays inside this folder. Their pages are in `pages`.

pub mod api;
pub mod live;
pub mod markdown;
pub mod marked;
pub mod model;
pub mod unsaved;

#[cfg(feature = "ssr")]
mod belongings;
#[cfg(feature = "ssr")]
mod feature;
#[cfg(feature = "local")]
mod seed;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod syndication;

#[cfg(feature = "ssr")]
pub use feature::FEATURE;
