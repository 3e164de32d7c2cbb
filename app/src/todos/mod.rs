//! Todos: personal, visible only to their owner, deleted with the account.
//! Their SQL stays inside this folder. Their page is in `pages`.

pub mod api;
pub mod initial;
pub mod island;
pub mod list;
pub mod list_query;
pub mod model;
pub mod optimistic;
pub mod row;

#[cfg(feature = "ssr")]
mod feature;
#[cfg(feature = "local")]
mod seed;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use feature::FEATURE;
