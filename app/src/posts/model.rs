//! The types of posts, and the checks of their input.

use super::highlighted::Highlighted;
use request::{AppError, Field, FieldErrors, FieldProblem, text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The maximum length of a title, in characters, as in the constraint `posts_title_length`.
pub const TITLE_MAX: u32 = 200;
/// The maximum length of a post, in characters, as in the constraint `posts_content_length`.
pub const CONTENT_MAX: u32 = 50_000;
/// The maximum length of a search, in characters.
pub const SEARCH_MAX: u32 = 200;

/// The form fields of a post.
pub const TITLE: Field = Field::new("title");
pub const CONTENT: Field = Field::new("content");

/// The reading speed: about two hundred English words.
const CHARACTERS_A_MINUTE: u32 = 1_100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(pub i64);

impl PostId {
    /// Returns the path of the post's page.
    pub fn path(self) -> String {
        format!("/posts/{}", self.0)
    }

    pub fn edit_path(self) -> String {
        format!("/posts/{}/edit", self.0)
    }
}

/// A post in a list, with an excerpt of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostSummary {
    pub id: PostId,
    pub title: Highlighted,
    /// The beginning of the text without Markdown, or the part that matches a search.
    pub excerpt: Highlighted,
    /// The reading time of the whole text.
    pub minutes: u32,
    pub author: Author,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// Returns the reading time of a text, at least one minute.
pub fn reading_minutes(characters: u32) -> u32 {
    characters.div_ceil(CHARACTERS_A_MINUTE).max(1)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub title: String,
    pub content: String,
    pub author: Author,
    /// Whether the current user wrote it, and so may change it.
    pub mine: bool,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// The number of the version, which grows by one with each edit; an edit names the version that it started from.
    pub version: i32,
}

/// The author of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    Named(String),
    /// An account without a display name.
    Unnamed,
    /// A deleted account (no author id), or one that is not in the directory.
    Gone,
}

impl Author {
    /// Returns the author's name, or what stands in its place.
    pub fn label(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Unnamed => "Unnamed author",
            Self::Gone => "Deleted user",
        }
    }
}

/// The end of a page in the list: posts are ordered by creation time, then id, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostCursor {
    pub created_at: OffsetDateTime,
    pub id: PostId,
}

impl PostCursor {
    /// Encodes the cursor for an address: microseconds since 1970, a dash, the id.
    pub fn encode(self) -> String {
        format!("{}-{}", self.created_at.unix_timestamp_nanos() / 1_000, self.id.0)
    }

    /// Parses a cursor. Returns `None` for anything that [`encode`](Self::encode) does not write.
    pub fn decode(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once('-')?;
        let micros: i128 = micros.parse().ok()?;
        let created_at = OffsetDateTime::from_unix_timestamp_nanos(micros.checked_mul(1_000)?).ok()?;
        Some(Self { created_at, id: PostId(id.parse().ok()?) })
    }
}

/// A title and a text that are valid.
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
                let title = title.err().map(|problem| (TITLE, problem));
                let content = content.err().map(|problem| (CONTENT, problem));
                Err(AppError::Invalid(FieldErrors(title.into_iter().chain(content).collect())))
            }
        }
    }
}

/// The text of a search. PostgreSQL interprets its operators, and accepts any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(String);

impl Search {
    /// Parses a search. Returns `None` for a blank one.
    pub fn parse(raw: &str) -> Result<Option<Self>, FieldProblem> {
        match text::line(raw, SEARCH_MAX) {
            Ok(line) => Ok(Some(Self(text::words(&line)))),
            Err(FieldProblem::Empty) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post to publish. The same idempotency key with the same content makes one post only.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub draft: Draft,
    pub idempotency_key: Uuid,
}

#[cfg(test)]
mod tests {
    use super::{
        CONTENT, CONTENT_MAX, Draft, PostCursor, PostId, SEARCH_MAX, Search, TITLE, TITLE_MAX, reading_minutes,
    };
    use proptest::prelude::*;
    use request::{AppError, FieldErrors, FieldProblem};
    use time::OffsetDateTime;

    #[test]
    fn a_cursor_survives_the_address_bar() {
        let created_at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_000).unwrap();
        let cursor = PostCursor { created_at, id: PostId(42) };
        assert_eq!(PostCursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn a_tampered_cursor_is_none() {
        for text in [
            "",
            "-",
            "1",
            "1-",
            "-1",
            "a-1",
            "1-a",
            "1-1-1",
            "99999999999999999999999999999999999999999-1",
            "9223372036854775807000-1",
        ] {
            assert_eq!(PostCursor::decode(text), None, "{text}");
        }
    }

    #[test]
    fn every_field_of_a_draft_is_checked_at_once() {
        let long = "a".repeat(CONTENT_MAX as usize + 1);
        let expected = FieldErrors(vec![
            (TITLE, FieldProblem::Empty),
            (CONTENT, FieldProblem::TooLong { max: CONTENT_MAX, actual: CONTENT_MAX + 1 }),
        ]);
        assert_eq!(Draft::parse(" ", &long), Err(AppError::Invalid(expected)));
        assert!(Draft::parse(&"é".repeat(TITLE_MAX as usize), "x").is_ok());
    }

    #[test]
    fn a_search_is_a_line_or_nothing() {
        assert_eq!(Search::parse(" \t "), Ok(None));
        assert_eq!(Search::parse(" tea -milk ").unwrap().unwrap().as_str(), "tea -milk");
        assert_eq!(Search::parse("tea\tmilk").unwrap().unwrap().as_str(), "tea milk");
        assert_eq!(Search::parse("cafe\u{301}").unwrap().unwrap().as_str(), "café");
        assert_eq!(Search::parse("a\0b"), Err(FieldProblem::ControlCharacter));
        let actual = SEARCH_MAX + 1;
        assert_eq!(Search::parse(&"é".repeat(actual as usize)), Err(FieldProblem::TooLong { max: SEARCH_MAX, actual }));
    }

    #[test]
    fn reading_takes_a_minute_at_least() {
        assert_eq!([0, 1_100, 1_101, CONTENT_MAX].map(reading_minutes), [1, 1, 2, 46]);
    }

    proptest! {
        #[test]
        fn a_cursor_is_what_encode_writes_or_nothing(text in any::<String>(), micros in any::<i64>(), id in any::<i64>()) {
            for text in [text, format!("{micros}-{id}")] {
                if let Some(cursor) = PostCursor::decode(&text) {
                    prop_assert_eq!(PostCursor::decode(&cursor.encode()), Some(cursor));
                }
            }
        }
    }
}
