//! The file `.env`, for development: what the environment does not say already.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The mark that editors of Windows begin a file with.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The variables of the file `.env`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DotEnv(HashMap<String, String>);

/// The reason why the file cannot be used. Each message completes a sentence that begins with the file.
#[derive(Debug, thiserror::Error)]
pub enum DotEnvError {
    /// A line that does not set a variable, by its number. The first line is 1.
    #[error("cannot be understood in line {0}")]
    Line(usize),
    /// Another encoding than UTF-8.
    #[error("is {0}")]
    Encoding(&'static str),
    /// An error of the file system.
    #[error("cannot be read ({0})")]
    File(io::Error),
}

impl DotEnv {
    /// Reads the file. One that does not exist counts as empty.
    pub fn read(path: &Path) -> Result<Self, DotEnvError> {
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(decode(&bytes)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(DotEnvError::File(error)),
        }
    }

    /// Reads lines of the form `NAME=value`. Quotes and comments are left out, and variables are not expanded.
    pub fn parse(text: &str) -> Result<Self, DotEnvError> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut variables = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once('=').ok_or(DotEnvError::Line(index + 1))?;
            let name = name.trim().trim_start_matches("export ").trim();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(DotEnvError::Line(index + 1));
            }
            variables.insert(name.to_owned(), unquote(value).to_owned());
        }
        Ok(Self(variables))
    }

    /// Returns the value of the variable.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns all names and values, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decode(bytes: &[u8]) -> Result<&str, DotEnvError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(DotEnvError::Encoding("UTF-16"));
    }
    std::str::from_utf8(bytes).map_err(|_| DotEnvError::Encoding("no UTF-8"))
}

/// Returns the value without its quotes, which keep everything between them. Without quotes, a comment may follow after
/// a space.
fn unquote(raw: &str) -> &str {
    let value = raw.trim();
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner;
        }
    }
    let is_comment = |(at, _): &(usize, &str)| raw[..*at].ends_with(char::is_whitespace);
    raw.match_indices('#').find(is_comment).map_or(value, |(at, _)| raw[..at].trim())
}

impl DotEnvError {
    /// Returns what to do about it, as an instruction.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Line(_) | Self::File(_) => "write lines of the form NAME=value, or remove the file",
            Self::Encoding(_) => "save it as UTF-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DotEnv, DotEnvError, decode};

    #[test]
    fn values_may_be_quoted_and_commented() {
        let text = "# A comment\n\nA=1\nexport B = two # why\nC=\"with # inside\" # outside\nD='x=y'\nE=\nF=a#b\nG= # none\nH=a\t# why\nI=#1\n";
        let read = DotEnv::parse(text).unwrap();
        for (name, value) in [("A", "1"), ("B", "two"), ("C", "with # inside"), ("D", "x=y"), ("E", ""), ("F", "a#b")] {
            assert_eq!(read.get(name), Some(value), "{name}");
        }
        assert_eq!([read.get("G"), read.get("H"), read.get("I")], [Some(""), Some("a"), Some("#1")]);
    }

    #[test]
    fn windows_files_are_read_the_same() {
        let here = DotEnv::parse("A=1\nB=\"two\"\n# C\nD=x # y\n").unwrap();
        for bytes in
            [b"\xef\xbb\xbfA=1\nB=\"two\"\n# C\nD=x # y\n", &b"\xef\xbb\xbfA=1\r\nB=\"two\"\r\n# C\r\nD=x # y\r\n"[..]]
        {
            assert_eq!(DotEnv::parse(decode(bytes).unwrap()).unwrap(), here);
        }
        for (bytes, found) in [(&b"\xff\xfeA\0=\0"[..], "is UTF-16"), (b"A=\xe4\n", "is no UTF-8")] {
            let error = decode(bytes).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.fix()), (found, "save it as UTF-8"));
        }
    }

    #[test]
    fn invalid_lines_are_named_by_number() {
        for (text, number) in [("A=1\nnonsense\n", 2), ("A B=1", 1)] {
            assert!(matches!(DotEnv::parse(text), Err(DotEnvError::Line(found)) if found == number), "{text}");
        }
    }
}
