//! Posts: public, written by their author only, kept without a name when the account goes.
//! Nothing outside this folder knows their SQL or their markup.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod editor;
#[cfg(feature = "ssr")]
pub mod feed;
#[cfg(feature = "ssr")]
pub mod show;
#[cfg(feature = "ssr")]
pub mod store;
