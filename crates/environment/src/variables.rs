//! Variables by name, from both places that have them.

use crate::DotEnv;
use std::ffi::OsString;

/// A function that returns the value of a variable of the environment.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The variables of the environment, and those of `.env` that the environment does not have.
#[derive(Clone, Copy)]
pub struct Variables<'a> {
    environment: Lookup<'a>,
    file: &'a DotEnv,
}

/// The place that a value is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The environment of the process.
    Environment,
    /// The file `.env`.
    File,
}

impl<'a> Variables<'a> {
    /// Returns the variables of `environment`, completed by those of `file`.
    pub fn new(environment: Lookup<'a>, file: &'a DotEnv) -> Self {
        Self { environment, file }
    }

    /// Returns the value of the variable, which may be empty. The environment comes before the file.
    pub fn get(&self, name: &str) -> Option<OsString> {
        (self.environment)(name).or_else(|| self.file.get(name).map(Into::into))
    }

    /// Returns the place that the value is from. A variable that is set to nothing, as in a template that was not
    /// filled in, counts as not set.
    pub fn source(&self, name: &str) -> Option<Source> {
        let is_blank = |value: &OsString| value.to_str().is_some_and(|text| text.trim().is_empty());
        self.get(name).filter(|value| !is_blank(value))?;
        Some(if (self.environment)(name).is_some() { Source::Environment } else { Source::File })
    }

    /// Returns the names that `.env` sets in vain: the environment has another value, and comes first.
    pub fn overridden(&self) -> Vec<&'a str> {
        let differs = |(name, value): &(&str, &str)| (self.environment)(name).is_some_and(|set| set != *value);
        let mut names: Vec<&str> = self.file.iter().filter(differs).map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }
}

/// Returns whether this is a variable of PostgreSQL's own programs, which a shell may have exported for `psql`, such as
/// `PGHOST` or `PGOPTIONS`. `PG_BIN` is a variable of this project.
pub fn is_libpq_variable(name: &str) -> bool {
    name.strip_prefix("PG").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::{Source, Variables, is_libpq_variable};
    use crate::DotEnv;
    use std::ffi::OsString;

    #[test]
    fn environment_overrides_the_file() {
        let file = DotEnv::parse("A=file\nB=file\nC=file\nD=file\n").unwrap();
        let environment = |name: &str| match name {
            "A" => Some(OsString::from("environment")),
            "B" => Some(OsString::from("file")),
            "C" => Some(OsString::from(" ")),
            _ => None,
        };
        let variables = Variables::new(&environment, &file);
        assert_eq!(variables.get("A"), Some("environment".into()));
        assert_eq!(variables.get("D"), Some("file".into()));
        assert_eq!(variables.get("E"), None);
        let sources = ["A", "B", "C", "D", "E"].map(|name| variables.source(name));
        assert_eq!(sources, [Some(Source::Environment), Some(Source::Environment), None, Some(Source::File), None]);
        assert_eq!(variables.overridden(), ["A", "C"]);
    }

    #[test]
    fn libpq_variables_are_recognised_by_name() {
        for theirs in ["PGHOST", "PGSSLMODE", "PGOPTIONS", "PGTZ"] {
            assert!(is_libpq_variable(theirs), "{theirs}");
        }
        for other in ["PG_BIN", "PG", "PGid", "DATABASE_URL", "OPGHOST"] {
            assert!(!is_libpq_variable(other), "{other}");
        }
    }
}
