//! JSON between browser and server, as serde derives it.
//!
//! It is the same JSON as that of `server_fn`'s own codec, read by a smaller parser: `serde_json` would be a fifth more for
//! the browser to load (docs/decisions/026-codecs.md).

use bytes::Bytes;
use leptos::server_fn::codec::{self, Post};
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The output of a server function, for `#[server(output = Json)]`.
pub type Json = Post<JsonEncoding>;

/// The encoding of answers and errors.
pub struct JsonEncoding;

/// An answer that cannot be read. Why is not said: the parser's sentences would be more for the browser to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an answer of this app")]
pub struct Unreadable;

impl ContentType for JsonEncoding {
    const CONTENT_TYPE: &'static str = codec::JsonEncoding::CONTENT_TYPE;
}

impl FormatType for JsonEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonEncoding {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        codec::JsonEncoding::encode(value)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        // No string is longer without its escapes.
        let mut unescaped = vec![0; bytes.len()];
        serde_json_core::from_slice_escaped(&bytes, &mut unescaped).map(|(value, _)| value).map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::JsonEncoding;
    use crate::AppError;
    use bytes::Bytes;
    use leptos::server_fn::{Decodes, Encodes};
    use proptest::prelude::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    fn round_trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
        let bytes = JsonEncoding::encode(&value).unwrap();
        assert_eq!(JsonEncoding::decode(bytes), Ok(value));
    }

    fn refuses<T: DeserializeOwned + Debug>(bytes: &[u8]) {
        let decoded: Result<T, _> = JsonEncoding::decode(Bytes::copy_from_slice(bytes));
        assert!(decoded.is_err(), "{}: {decoded:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        round_trips(());
        round_trips(i64::MAX);
        round_trips(AppError::NotFound);
        round_trips(AppError::RateLimited { seconds: 30 });
    }

    #[test]
    fn an_answer_of_another_kind_is_refused() {
        for text in ["", "null null", "\"", "\"not-found", "not-found", "<!DOCTYPE html>", "{}", "\"\"\""] {
            refuses::<()>(text.as_bytes());
            refuses::<i64>(text.as_bytes());
            refuses::<AppError>(text.as_bytes());
        }
        refuses::<i64>(b"\xff");
        refuses::<String>(b"\"\xff\"");
        refuses::<String>(b"\"\\ud800\"");
    }

    proptest! {
        #[test]
        fn any_text_round_trips(text in any::<String>(), ascii in "[\0-\x7f]*") {
            round_trips(text);
            round_trips(ascii);
        }

        #[test]
        fn noise_is_refused_and_does_not_panic(noise in any::<Vec<u8>>(), json in "[\\[\\]{}\",:\\\\0-9a-z -]*") {
            for bytes in [noise, json.into_bytes()] {
                let _: Result<AppError, _> = JsonEncoding::decode(Bytes::from(bytes));
            }
        }
    }
}
