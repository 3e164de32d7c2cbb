//! Posts: public, written by their author only, kept without a name when the account goes.
//! Nothing outside this folder knows their SQL. Their pages are in `pages`.

pub mod api;
pub mod live;
pub mod markdown;
pub mod marked;
pub mod model;
pub mod unsaved;

#[cfg(feature = "ssr")]
pub mod belongings;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod syndication;

/// Whether the page at `path` is the form of a post.
#[cfg(feature = "ssr")]
pub fn is_editor(path: &str) -> bool {
    path == "/posts/new" || (path.starts_with("/posts/") && path.ends_with("/edit"))
}
