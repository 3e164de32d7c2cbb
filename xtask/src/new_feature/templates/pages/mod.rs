//! The pages of road trips. They must not hold SQL, which is in the store.

pub mod editor;
pub mod list;
pub mod show;
