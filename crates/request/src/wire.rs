//! JSON between browser and server, as far as the browser has to read it.
//! It must not differ from `JsonEncoding` on the wire.
//!
//! What a server function answers is a number, a word or nothing. A parser for all of JSON would be a fifth more for the
//! browser to load.

use bytes::Bytes;
use leptos::server_fn::codec::{JsonEncoding, Post};
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;

/// The encoding of answers and errors.
pub struct PlainJson;

/// For `#[server(output = …)]`.
pub type AsPlainJson = Post<PlainJson>;

/// A value that is one token of JSON.
pub trait FromJson: Sized {
    /// Returns the value of this token, unless it is none.
    fn from_json(token: &str) -> Option<Self>;
}

/// An answer that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an answer of this app")]
pub struct Unreadable;

impl ContentType for PlainJson {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for PlainJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for PlainJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        JsonEncoding::encode(value)
    }
}

impl<T: FromJson> Decodes<T> for PlainJson {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        std::str::from_utf8(&bytes).ok().and_then(T::from_json).ok_or(Unreadable)
    }
}

impl FromJson for () {
    fn from_json(token: &str) -> Option<Self> {
        (token == "null").then_some(())
    }
}

impl FromJson for i64 {
    fn from_json(token: &str) -> Option<Self> {
        token.parse().ok()
    }
}

/// A string without escapes.
impl FromJson for String {
    fn from_json(token: &str) -> Option<Self> {
        let text = token.strip_prefix('"')?.strip_suffix('"')?;
        (!text.contains(['"', '\\'])).then(|| text.to_owned())
    }
}

/// Encodes any text, as forms do, into one that needs no escapes of JSON.
pub fn escape(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Returns what [`escape`] was given.
pub fn unescape(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(text, _)| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{FromJson, PlainJson, Unreadable, escape, unescape};
    use crate::AppError;
    use bytes::Bytes;
    use leptos::server_fn::{Decodes, Encodes};
    use serde::Serialize;
    use std::fmt::Debug;

    fn survives<T: Serialize + FromJson + PartialEq + Debug>(value: T) {
        let bytes = PlainJson::encode(&value).unwrap();
        assert_eq!(PlainJson::decode(bytes), Ok(value));
    }

    #[test]
    fn what_is_answered_is_read_as_it_was_written() {
        survives(());
        survives(i64::MAX);
        survives(AppError::NotFound);
        survives(AppError::RateLimited { seconds: 30 });
    }

    #[test]
    fn text_survives_without_an_escape() {
        for text in ["", "<p class=\"a\">1 + 1 &amp; 50%\\=2</p>\n", "a=b&c=d", "\0\u{202e}🦀", "%22+%2B"] {
            let escaped = escape(text);
            assert!(!escaped.contains(['"', '\\']), "{escaped}");
            assert_eq!(unescape(&escaped), text);
            survives(escaped);
        }
    }

    #[test]
    fn anything_else_is_unreadable() {
        for text in ["", "null ", "\"", "\"not-found", "\"not-\\u0066ound\"", "<!DOCTYPE html>", "{}", "\"\"\""] {
            let bytes = Bytes::from_static(text.as_bytes());
            assert_eq!(<PlainJson as Decodes<()>>::decode(bytes.clone()), Err(Unreadable), "{text}");
            assert_eq!(<PlainJson as Decodes<i64>>::decode(bytes.clone()), Err(Unreadable), "{text}");
            assert_eq!(<PlainJson as Decodes<AppError>>::decode(bytes), Err(Unreadable), "{text}");
        }
        assert_eq!(<PlainJson as Decodes<i64>>::decode(Bytes::from_static(b"\xff")), Err(Unreadable));
    }
}
