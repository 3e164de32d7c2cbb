//! `AppError` on the wire: one line of words such as `unavailable`, `rate-limited 30` or `invalid form:too-long:500:612`.
//! It must not let a word through that is neither in a list here nor a name of a field: anyone can craft the line.
//!
//! Derived code for the same enums would be 1 kB more for the browser to load.

use super::{AppError, Field, FieldErrors, Problem, Ref};
use std::fmt::Write;

/// The errors without parts.
const PLAIN: [(&str, AppError); 7] = [
    ("sign-in-required", AppError::SignInRequired),
    ("forbidden", AppError::Forbidden),
    ("not-found", AppError::NotFound),
    ("stale", AppError::Stale),
    ("account-not-ready", AppError::AccountNotReady),
    ("unavailable", AppError::Unavailable),
    ("network", AppError::Network),
];

const PROBLEMS: [(&str, Problem); 4] = [
    ("empty", Problem::Empty),
    ("control-character", Problem::ControlCharacter),
    ("unreadable", Problem::Unreadable),
    ("too-large", Problem::TooLarge),
];

/// A line that says no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an error of this app")]
pub struct UnknownError;

impl TryFrom<String> for AppError {
    type Error = UnknownError;

    fn try_from(line: String) -> Result<Self, UnknownError> {
        read(&line).ok_or(UnknownError)
    }
}

impl From<AppError> for String {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::Invalid(FieldErrors(problems)) => {
                let mut line = "invalid".to_owned();
                for (field, problem) in problems {
                    line.push(' ');
                    line.push_str(field.as_str());
                    line.push(':');
                    match problem {
                        Problem::TooLong { max, actual } => _ = write!(line, "too-long:{max}:{actual}"),
                        plain => line.push_str(word(&PROBLEMS, plain)),
                    }
                }
                line
            }
            AppError::RateLimited { seconds } => format!("rate-limited {seconds}"),
            AppError::Internal(Ref(number)) => format!("internal {number}"),
            plain => word(&PLAIN, plain).to_owned(),
        }
    }
}

fn read(line: &str) -> Option<AppError> {
    let Some((word, rest)) = line.split_once(' ') else { return named(&PLAIN, line) };
    Some(match word {
        "invalid" => AppError::Invalid(FieldErrors(rest.split(' ').map(field_problem).collect::<Option<_>>()?)),
        "rate-limited" => AppError::RateLimited { seconds: rest.parse().ok()? },
        "internal" => AppError::Internal(Ref(rest.parse().ok()?)),
        _ => return None,
    })
}

fn field_problem(pair: &str) -> Option<(Field, Problem)> {
    let (field, problem) = pair.split_once(':')?;
    let problem = match problem.strip_prefix("too-long:").and_then(|lengths| lengths.split_once(':')) {
        Some((max, actual)) => Problem::TooLong { max: max.parse().ok()?, actual: actual.parse().ok()? },
        None => named(&PROBLEMS, problem)?,
    };
    Some((Field::parse(field)?, problem))
}

fn named<T: Clone>(list: &[(&str, T)], wanted: &str) -> Option<T> {
    list.iter().find(|(word, _)| *word == wanted).map(|(_, value)| value.clone())
}

/// Every value has its word: a test goes through them.
fn word<T: PartialEq>(list: &[(&'static str, T)], wanted: &T) -> &'static str {
    list.iter().find(|(_, value)| value == wanted).map_or("", |(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::{AppError, Field, FieldErrors, PLAIN, PROBLEMS, Problem, Ref, UnknownError};
    use proptest::prelude::*;

    #[test]
    fn every_error_is_read_as_it_was_written() {
        let plain = PLAIN.into_iter().map(|(_, error)| error);
        let long = Problem::TooLong { max: 500, actual: u32::MAX };
        let problems = PROBLEMS.map(|(_, problem)| problem).into_iter().chain([long]);
        let invalid: Vec<_> = problems
            .flat_map(|problem| [Field::FORM, Field::new("old_password")].map(|field| (field, problem)))
            .collect();
        let with_parts = [
            AppError::Invalid(FieldErrors(invalid)),
            AppError::RateLimited { seconds: 30 },
            AppError::Internal(Ref(u32::MAX)),
        ];
        for error in plain.chain(with_parts) {
            let line = String::from(error.clone());
            assert!(line.is_ascii() && !line.contains(": ") && !line.ends_with(' '), "{line}");
            assert_eq!(AppError::try_from(line), Ok(error));
        }
    }

    #[test]
    fn anything_else_is_no_error_of_ours() {
        for line in [
            "",
            " ",
            "NotFound",
            "not-found ",
            "not-found 1",
            "internal",
            "internal 99999999999999",
            "internal <script>",
            "invalid",
            "invalid ",
            "invalid form",
            "invalid form:",
            "invalid form:too-long:1",
            "invalid form:too-long:1:-1",
            "invalid form:empty ",
            "conflict task",
            "conflict password",
            "rate-limited soon",
        ] {
            assert_eq!(AppError::try_from(line.to_owned()), Err(UnknownError), "{line:?}");
        }
    }

    #[test]
    fn an_odd_field_name_is_no_error_of_ours() {
        assert!(AppError::try_from("invalid name:empty".to_owned()).is_ok(), "any name that a form could have");
        let too_long = "a".repeat(33);
        for name in ["", "Name", "name1", "first-name", "näme", "<b>", "call_0800_555", "name:name", "\0", &too_long] {
            for line in [format!("invalid {name}:empty"), format!("invalid form:empty {name}:too-long:1:2")] {
                assert_eq!(AppError::try_from(line.clone()), Err(UnknownError), "{line:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_line_that_is_read_is_one_that_we_write(noise in any::<String>(), words in "[a-z-]{1,12}( [a-z0-9:,=-]{0,20}){0,3}") {
            for line in [noise, words] {
                if let Ok(error) = AppError::try_from(line.clone()) {
                    prop_assert_eq!(String::from(error), line);
                }
            }
        }
    }
}
