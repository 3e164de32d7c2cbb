//! The file `.env`, for development: what the environment does not say already.
//! It must not change the environment of the process, nor expand variables.

use super::vars::{ConfigError, Problem};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

/// No file is an empty one.
pub fn read(path: &Path) -> Result<HashMap<String, String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_err(|line| unreadable(format!("cannot be understood in line {line}"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(HashMap::new()),
        Err(error) => Err(unreadable(format!("cannot be read ({error})"))),
    }
}

fn unreadable(what: String) -> ConfigError {
    let fix = "lines of the form NAME=value, or remove it".to_owned();
    ConfigError(vec![Problem { variable: ".env", what, fix }])
}

/// The variables, or the number of the first line that is none.
fn parse(text: &str) -> Result<HashMap<String, String>, usize> {
    let mut variables = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or(index + 1)?;
        let name = name.trim().trim_start_matches("export ").trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(index + 1);
        }
        variables.insert(name.to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(variables)
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

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn values_may_be_quoted_and_commented() {
        let text = "# A comment\n\nA=1\nexport B = two # why\nC=\"with # inside\" # outside\nD='x=y'\nE=\nF=a#b\n";
        let read = parse(text).unwrap();
        for (name, value) in [("A", "1"), ("B", "two"), ("C", "with # inside"), ("D", "x=y"), ("E", ""), ("F", "a#b")] {
            assert_eq!(read[name], value, "{name}");
        }
    }

    #[test]
    fn lines_may_end_as_on_windows() {
        let read = parse("# A comment\r\nA=1\r\n\r\nB=\"two\"\r\nC=three # why\r\n").unwrap();
        for (name, value) in [("A", "1"), ("B", "two"), ("C", "three")] {
            assert_eq!(read[name], value, "{name}");
        }
    }

    #[test]
    fn a_line_that_is_none_is_named_by_its_number() {
        assert_eq!(parse("A=1\nnonsense\n"), Err(2));
        assert_eq!(parse("A B=1"), Err(1));
    }
}
