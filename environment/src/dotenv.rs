//! The file `.env`, for development: what the environment does not say already.
//! It must not change the environment of the process, nor expand variables.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;
use std::{fmt, io};

/// The variables of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DotEnv(HashMap<String, String>);

/// Why the file cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// The number of the first line that is none.
    Line(usize),
    File(io::Error),
}

impl DotEnv {
    /// No file is an empty one.
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Unreadable::File(error)),
        }
    }

    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut variables = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once('=').ok_or(Unreadable::Line(index + 1))?;
            let name = name.trim().trim_start_matches("export ").trim();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(Unreadable::Line(index + 1));
            }
            variables.insert(name.to_owned(), unquoted(value.trim()).to_owned());
        }
        Ok(Self(variables))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// In no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Quotes keep everything between them. Without them a comment may follow after a space.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner;
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}

/// Completes a sentence that begins with the file.
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "cannot be understood in line {number}"),
            Self::File(error) => write!(f, "cannot be read ({error})"),
        }
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::{DotEnv, Unreadable};

    #[test]
    fn values_may_be_quoted_and_commented() {
        let text = "# A comment\n\nA=1\nexport B = two # why\nC=\"with # inside\" # outside\nD='x=y'\nE=\nF=a#b\n";
        let read = DotEnv::parse(text).unwrap();
        for (name, value) in [("A", "1"), ("B", "two"), ("C", "with # inside"), ("D", "x=y"), ("E", ""), ("F", "a#b")] {
            assert_eq!(read.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn a_line_that_is_none_is_named_by_its_number() {
        for (text, number) in [("A=1\nnonsense\n", 2), ("A B=1", 1)] {
            assert!(matches!(DotEnv::parse(text), Err(Unreadable::Line(found)) if found == number), "{text}");
        }
    }
}
