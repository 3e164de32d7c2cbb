//! The pages of posts.

pub mod editor;
pub mod feed;
mod metadata;
pub mod show;
