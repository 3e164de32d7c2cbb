//! The pages of posts. They must not hold SQL, which is in the store.

pub mod editor;
pub mod feed;
mod metadata;
pub mod show;
