//! The one error that crosses the wire, and every sentence that a person reads about it.
//! It must not carry free text: what crosses the wire can come from anybody, so each part is a closed enum, a number, or the name of
//! a field, which is compared and never shown.

mod field;
mod line;

pub use field::Field;
pub use line::UnknownError;

use crate::wire::{FromJson, PlainJson};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What went wrong, in terms that decide what the person can do next.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(try_from = "String", into = "String")]
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
    Internal(Ref),
    #[error("The connection was interrupted. Please check it and try again.")]
    Network,
}

impl AppError {
    /// Returns the error that has one problem, with one field.
    pub fn field(field: Field, problem: Problem) -> Self {
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
    type Encoder = PlainJson;

    /// Translates Leptos' own failures: an unreachable server in the browser, unreadable input on the server. What cannot be
    /// deserialized is the answer in the browser, and the request on the server.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Self::field(Field::FORM, Problem::Unreadable)
            }
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Network
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::field(Field::FORM, Problem::Unreadable)
            }
            _ => Self::Internal(Ref(0)),
        }
    }
}

/// As `serde` reads it.
impl FromJson for AppError {
    fn from_json(token: &str) -> Option<Self> {
        String::from_json(token).and_then(|line| Self::try_from(line).ok())
    }
}

/// The number that a person sees and that the log line of the same failure carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ref(
    /// Shown with eight digits.
    pub u32,
);

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Every problem of one submission, so that all fields are marked at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(
    /// In the order of the form. The first about a field is the one that is shown.
    pub Vec<(Field, Problem)>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
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
}
