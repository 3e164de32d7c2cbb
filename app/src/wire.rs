//! JSON between browser and server, read from text.
//! It must not differ from `JsonEncoding` on the wire.
//!
//! `JsonEncoding` reads from bytes while Leptos reads an island's properties from text: the browser would load the same
//! parser twice.

use bytes::Bytes;
use leptos::server_fn::codec::{JsonEncoding, Post};
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::{DeserializeOwned, Error};

pub struct TextJson;

/// For `#[server(output = …)]`.
pub type AsTextJson = Post<TextJson>;

impl ContentType for TextJson {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for TextJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for TextJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        JsonEncoding::encode(value)
    }
}

impl<T: DeserializeOwned> Decodes<T> for TextJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(|_| serde_json::Error::custom("not UTF-8"))?;
        serde_json::from_str(text)
    }
}
