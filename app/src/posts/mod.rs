//! Posts: public, written by their author only, kept without a name when the account goes.
//! Nothing outside this folder knows their SQL or their markup.

pub mod model;
#[cfg(feature = "ssr")]
pub mod store;
