//! Postcard between browser and server, as serde derives it.
//!
//! It has no names, quotes or escapes, so that little code in the browser reads it (docs/decisions/026-codecs.md). `server_fn` has
//! a codec for it that takes an empty answer and the page of a proxy for `()`.

use bytes::Bytes;
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The output of a server function, for `#[server(output = Postcard)]`.
pub type Postcard = Post<PostcardEncoding>;

/// The encoding of answers and errors.
pub struct PostcardEncoding;

/// The first byte of everything that is encoded. No text begins with it.
pub(crate) const MARK: u8 = 0x80;

/// An answer that cannot be read. Why is not said: the sentences would be more for the browser to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an answer of this app")]
pub struct Unreadable;

impl ContentType for PostcardEncoding {
    const CONTENT_TYPE: &'static str = "application/x-postcard";
}

impl FormatType for PostcardEncoding {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for PostcardEncoding {
    type Error = postcard::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        postcard::to_extend(value, vec![MARK]).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for PostcardEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        let Some((&MARK, value)) = bytes.split_first() else { return Err(Unreadable) };
        match postcard::take_from_bytes(value) {
            Ok((value, [])) => Ok(value),
            _ => Err(Unreadable),
        }
    }
}

/// Encodes a value as text for an attribute. Printable ASCII stays as it is, so that a text that is elsewhere on the page
/// compresses to next to nothing; any other byte is the character 256 further on, which needs no escape either.
pub fn to_attribute(value: &impl Serialize) -> Option<String> {
    let character = |byte: u8| match byte {
        b' '..=b'~' => Some(char::from(byte)),
        _ => char::from_u32(0x100 + u32::from(byte)),
    };
    PostcardEncoding::encode(value).ok()?.iter().map(|byte| character(*byte)).collect()
}

/// Decodes what [`to_attribute`] wrote.
pub fn from_attribute<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    PostcardEncoding::decode(text.chars().map(|character| u32::from(character) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::{MARK, PostcardEncoding, from_attribute, to_attribute};
    use crate::{AppError, FieldProblem};
    use bytes::Bytes;
    use leptos::server_fn::{Decodes, Encodes};
    use proptest::prelude::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    fn round_trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
        let bytes = PostcardEncoding::encode(&value).unwrap();
        for length in 0..bytes.len() {
            refuses::<T>(&bytes[..length]);
        }
        refuses::<T>(&[&bytes[..], b"\0"].concat());
        assert_eq!(from_attribute::<T>(&to_attribute(&value).unwrap()).as_ref(), Ok(&value));
        assert_eq!(PostcardEncoding::decode(bytes), Ok(value));
    }

    fn refuses<T: DeserializeOwned + Debug>(bytes: &[u8]) {
        let decoded: Result<T, _> = PostcardEncoding::decode(Bytes::copy_from_slice(bytes));
        assert!(decoded.is_err(), "{}: {decoded:?}", bytes.escape_ascii());
    }

    #[test]
    fn only_the_whole_answer_is_read() {
        round_trips(());
        round_trips(i64::MAX);
        round_trips(i64::MIN);
        round_trips(AppError::NotFound);
        round_trips(AppError::RateLimited { seconds: 30 });
        round_trips((Some("text".to_owned()), vec![FieldProblem::TooLong { max: 1, actual: u32::MAX }]));
    }

    #[test]
    fn an_answer_of_another_kind_is_refused() {
        for text in ["", "\0", "\u{1}", "null", "\"not-found\"", "<!DOCTYPE html>", "Bad Gateway\n"] {
            refuses::<()>(text.as_bytes());
            refuses::<i64>(text.as_bytes());
            refuses::<String>(text.as_bytes());
            refuses::<AppError>(text.as_bytes());
        }
        refuses::<i64>(b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
        refuses::<String>(b"\x80\x01\xff");
        refuses::<Vec<String>>(b"\x80\xff\xff\xff\xff\x0f\x00");
    }

    #[test]
    fn text_in_an_attribute_is_readable() {
        let attribute = to_attribute(&("Tea & \"milk\"", true, "é\0")).unwrap();
        assert_eq!(attribute, "\u{180}\u{10c}Tea & \"milk\"\u{101}\u{103}\u{1c3}\u{1a9}\u{100}");
    }

    proptest! {
        #[test]
        fn any_text_round_trips(text in any::<String>(), ascii in "[\0-\x7f]*") {
            round_trips(text);
            round_trips(ascii);
        }

        #[test]
        fn noise_is_refused_and_does_not_panic(noise in any::<Vec<u8>>(), text in any::<String>()) {
            let marked = [&[MARK][..], &noise].concat();
            for bytes in [noise, marked] {
                let _: Result<AppError, _> = PostcardEncoding::decode(bytes.clone().into());
                let _: Result<Vec<(Option<String>, i64, bool)>, _> = PostcardEncoding::decode(bytes.into());
            }
            let _: Result<AppError, _> = from_attribute(&text);
        }
    }
}
