//! What a post is, and which input makes one.
//! It must not know the database or the page.

use crate::error::{AppError, Field, FieldErrors};
use crate::text;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Characters in a title; `posts_title_length` in the schema says the same.
pub const TITLE_MAX: u32 = 200;
/// Characters in a post; `posts_content_length` in the schema says the same.
pub const CONTENT_MAX: u32 = 50_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(pub i64);

/// A post in a list: the beginning of its text only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostSummary {
    pub id: PostId,
    pub title: String,
    /// At most 280 characters of the content.
    pub excerpt: String,
    pub author: Author,
    pub created_at: OffsetDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub id: PostId,
    pub title: String,
    pub content: String,
    pub author: Author,
    /// Whether the asking person wrote it, and so may change it.
    pub mine: bool,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// Grows by one with each edit; an edit names the version it started from.
    pub version: i32,
}

/// Who wrote a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Author {
    Named(String),
    /// The account exists, without a display name.
    Unnamed,
    /// The account is gone (no author id), or not (or no longer) in the directory.
    Gone,
}

/// The end of a page in the list: posts are ordered by creation time, then id, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostCursor {
    pub created_at: OffsetDateTime,
    pub id: PostId,
}

/// A title and a text that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub content: String,
}

impl Draft {
    pub fn parse(title: &str, content: &str) -> Result<Self, AppError> {
        match (text::line(title, TITLE_MAX), text::lines(content, CONTENT_MAX)) {
            (Ok(title), Ok(content)) => Ok(Self { title, content }),
            (title, content) => {
                let title = title.err().map(|problem| (Field::Title, problem));
                let content = content.err().map(|problem| (Field::Content, problem));
                Err(AppError::Invalid(FieldErrors(title.into_iter().chain(content).collect())))
            }
        }
    }
}

/// A post to publish. The same `submission` twice is one post.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub draft: Draft,
    pub submission: Uuid,
}
