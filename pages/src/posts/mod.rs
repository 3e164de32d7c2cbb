//! The pages of the posts.
//! They must not hold SQL, nor what needs JavaScript.

pub mod editor;
pub mod feed;
mod metadata;
pub mod show;
