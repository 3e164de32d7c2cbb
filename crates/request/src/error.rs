//! The one error that crosses the wire, and every sentence that a person reads about it.
//! It must not carry free text: what crosses the wire can come from any client, so each part is a closed enum, a number, or the name of
//! a field, which is compared and never shown.

mod field;

pub use field::Field;

use crate::codec::PostcardEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What went wrong, in terms that decide what the person can do next.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum AppError {
    #[error("Please sign in to continue.")]
    SignInRequired,
    #[error("You are not allowed to do that.")]
    Forbidden,
    #[error("This does not exist, or it is not yours.")]
    NotFound,
    #[error("Please check the marked fields.")]
    Invalid(FieldErrors),
    #[error("This was changed elsewhere since you opened it. Your text is kept: compare, then save again.")]
    Stale,
    #[error("Your account is still being set up. Your text is kept: please try again in a moment.")]
    AccountNotReady,
    #[error("Too many attempts. Please wait {} and try again.", duration(*seconds))]
    RateLimited { seconds: u32 },
    #[error("The service is not reachable right now. Nothing was changed: please try again in a moment.")]
    Unavailable,
    #[error("Something went wrong on our side. Please try again; if it stays, mention number {0}.")]
    Internal(ErrorNumber),
    #[error("The connection was interrupted. Please check it and try again.")]
    Network,
}

impl AppError {
    /// Returns the error that has one problem, with one field.
    pub fn field(field: Field, problem: FieldProblem) -> Self {
        Self::Invalid(FieldErrors(vec![(field, problem)]))
    }

    /// Returns the HTTP status for answers that can carry one (pages, fetch calls).
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInRequired => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Stale => 409,
            Self::Invalid(_) => 422,
            Self::RateLimited { .. } => 429,
            Self::Internal(_) => 500,
            Self::AccountNotReady | Self::Unavailable | Self::Network => 503,
        }
    }

    /// Returns the sentence for one field, when this error is about it.
    pub fn about(&self, field: &Field) -> Option<String> {
        match self {
            Self::Invalid(errors) => errors.about(field),
            _ => None,
        }
    }

    /// Returns the sentence for a place that has only this field to speak of: the one about it, or else the error's own.
    pub fn sentence(&self, field: &Field) -> String {
        self.about(field).unwrap_or_else(|| self.to_string())
    }
}

/// Returns a time to wait, as people say it. Never shorter than it is.
pub fn duration(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..=60 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl FromServerFnError for AppError {
    type Encoder = PostcardEncoding;

    /// Translates Leptos' own failures: an unreachable server in the browser, unreadable input on the server. What cannot be
    /// deserialized is the answer in the browser, and the request on the server.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Self::field(Field::FORM, FieldProblem::Unreadable)
            }
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Network
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::field(Field::FORM, FieldProblem::Unreadable)
            }
            _ => Self::Internal(ErrorNumber(0)),
        }
    }
}

/// The number that a person sees and that the log line of the same failure carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorNumber(
    /// Shown with eight digits.
    pub u32,
);

impl fmt::Display for ErrorNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Every problem of one form, so that all fields are marked at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(
    /// In the order of the form. The first about a field is the one that is shown.
    pub Vec<(Field, FieldProblem)>,
);

impl FieldErrors {
    /// Returns the sentence for one field.
    pub fn about(&self, field: &Field) -> Option<String> {
        let (_, problem) = self.0.iter().find(|(about, _)| about == field)?;
        Some(problem.to_string())
    }
}

/// What is wrong with a field. Lengths are in Unicode scalar values, as PostgreSQL's `char_length` counts.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum FieldProblem {
    #[error("This cannot be empty.")]
    Empty,
    #[error("This is too long: at most {max} characters, you have {actual}.")]
    TooLong { max: u32, actual: u32 },
    #[error("This contains a control character that cannot be stored. Please remove it.")]
    ControlCharacter,
    #[error("This form could not be read. Please reload the page and send it again.")]
    Unreadable,
    #[error("This is too large to be sent. Please shorten it and try again.")]
    TooLarge,
    #[error("This is not a date. Please write it like 2000-01-31.")]
    NoDate,
    #[error("This could not be saved as it is.")]
    Refused,
}

#[cfg(test)]
mod tests {
    use super::{AppError, ErrorNumber, Field, FieldErrors, FieldProblem};
    use crate::codec::{MARK, PostcardEncoding, Unreadable};
    use leptos::server_fn::{Decodes, Encodes};
    use proptest::prelude::*;

    fn encode(error: &AppError) -> Vec<u8> {
        PostcardEncoding::encode(error).unwrap().into()
    }

    /// Decodes these bytes after the mark that every answer begins with.
    fn decode(bytes: &[u8]) -> Result<AppError, Unreadable> {
        PostcardEncoding::decode([&[MARK][..], bytes].concat().into())
    }

    /// Pages that are open while a new version is deployed read errors by these numbers: a new variant comes last, and one
    /// that goes leaves its number unused.
    #[test]
    fn every_error_keeps_its_bytes() {
        let (form, password) = (Field::FORM, Field::new("old_password"));
        let too_long = FieldProblem::TooLong { max: 500, actual: u32::MAX };
        let long = FieldErrors(vec![(form.clone(), FieldProblem::Unreadable), (password.clone(), too_long)]);
        let cases: [(AppError, &[u8]); 16] = [
            (AppError::SignInRequired, b"\x00"),
            (AppError::Forbidden, b"\x01"),
            (AppError::NotFound, b"\x02"),
            (AppError::field(form.clone(), FieldProblem::Empty), b"\x03\x01\x04form\x00"),
            (AppError::field(form.clone(), FieldProblem::ControlCharacter), b"\x03\x01\x04form\x02"),
            (AppError::field(form.clone(), FieldProblem::TooLarge), b"\x03\x01\x04form\x04"),
            (AppError::field(form.clone(), FieldProblem::NoDate), b"\x03\x01\x04form\x05"),
            (AppError::field(form, FieldProblem::Refused), b"\x03\x01\x04form\x06"),
            (AppError::Invalid(long), b"\x03\x02\x04form\x03\x0cold_password\x01\xf4\x03\xff\xff\xff\xff\x0f"),
            (AppError::Stale, b"\x04"),
            (AppError::AccountNotReady, b"\x05"),
            (AppError::RateLimited { seconds: 30 }, b"\x06\x1e"),
            (AppError::Unavailable, b"\x07"),
            (AppError::Internal(ErrorNumber(0)), b"\x08\x00"),
            (AppError::Internal(ErrorNumber(u32::MAX)), b"\x08\xff\xff\xff\xff\x0f"),
            (AppError::Network, b"\x09"),
        ];
        for (error, bytes) in cases {
            assert_eq!(encode(&error), [&[MARK][..], bytes].concat(), "{error:?}");
            assert_eq!(decode(bytes), Ok(error));
        }
    }

    #[test]
    fn anything_else_is_no_error_of_this_app() {
        let cases: [&[u8]; 14] = [
            b"",
            b"\x0a",
            b"\x80\x80\x80\x80\x10",
            b"\x02\x00",
            b"not-found",
            b"\x06",
            b"\x08",
            b"\x08\xff\xff\xff\xff\x1f",
            b"\x03",
            b"\x03\xff\xff\xff\xff\x0f",
            b"\x03\x01\x04form",
            b"\x03\x01\x04form\x07",
            b"\x03\x01\x04form\x01\x01",
            b"\x03\x01\x01\xff\x00",
        ];
        for bytes in cases {
            assert_eq!(decode(bytes), Err(Unreadable), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_field_that_no_form_could_have_is_no_error_of_this_app() {
        assert!(decode(b"\x03\x01\x04name\x00").is_ok());
        let too_long = "a".repeat(33);
        for name in ["", "Name", "name1", "first-name", "näme", "<b>", "call_0800_555", "name:name", "\0", &too_long] {
            let length = [u8::try_from(name.len()).unwrap()];
            let around: [(&[u8], &[u8]); 2] = [(b"\x03\x01", b"\x00"), (b"\x03\x02\x04form\x00", b"\x01\x01\x02")];
            for (before, problem) in around {
                let bytes = [before, &length, name.as_bytes(), problem].concat();
                assert_eq!(decode(&bytes), Err(Unreadable), "{}", bytes.escape_ascii());
            }
        }
    }

    #[test]
    fn a_sentence_is_about_the_field_or_the_error() {
        let title = Field::new("title");
        let empty = AppError::field(title.clone(), FieldProblem::Empty);
        assert_eq!(empty.sentence(&title), FieldProblem::Empty.to_string());
        for error in [empty, AppError::NotFound] {
            assert_eq!(error.sentence(&Field::FORM), error.to_string());
        }
    }

    proptest! {
        #[test]
        fn no_free_text_gets_through(variant in 0..12_u8, noise in any::<Vec<u8>>(), value in "[\0-\x05a-z]{0,40}") {
            for rest in [&noise[..], value.as_bytes()] {
                if let Ok(error) = decode(&[&[variant][..], rest].concat()) {
                    prop_assert_eq!(PostcardEncoding::decode(encode(&error).into()), Ok(error));
                }
            }
        }
    }
}
