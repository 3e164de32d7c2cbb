//! Reading variables so that all problems are found in one go.
//! It must not put a value into a message: it may be a secret.

use environment::Variables;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

const MISSING: &str = "is missing";

/// Variables, with the problems that were found in them.
pub struct Vars<'a> {
    variables: Variables<'a>,
    problems: Vec<Problem>,
}

/// A problem of one variable, with its fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {what}: {fix}.")]
pub struct Problem {
    /// The name of the variable, or of the file `.env`.
    pub variable: &'static str,
    /// What is wrong, as the rest of a sentence that begins with the name. It holds no value: that may be a secret.
    pub what: String,
    /// What to do, as an instruction.
    pub fix: String,
}

/// All problems of a configuration. It prints a line for each.
#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is not complete; .env.example describes every variable{}", lines(.0))]
pub struct ConfigError(pub Vec<Problem>);

/// A value that cannot be read. Its variable is named by the code that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl<'a> Vars<'a> {
    pub fn new(variables: Variables<'a>) -> Self {
        Self { variables, problems: Vec::new() }
    }

    /// Returns the first of `names` that is set. Set to nothing, as in a template that was not filled in, is not set.
    pub fn optional(&mut self, names: &[&'static str]) -> Option<String> {
        names.iter().find_map(|name| {
            let value = self.variables.get(name)?;
            let Some(text) = value.to_str() else {
                self.wrong(name, "is not valid UTF-8", "text");
                return None;
            };
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        })
    }

    /// Returns the first of `names` that is set, and reports the first of them if none is.
    pub fn required(&mut self, names: &[&'static str], fix: &str) -> Option<String> {
        let value = self.optional(names);
        let reported = |problem: &Problem| names.contains(&problem.variable);
        if value.is_none() && !self.problems.iter().any(reported) {
            self.wrong(names[0], MISSING, fix);
        }
        value
    }

    /// Reads a value that has a default. `fix` describes what it may be.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, default: T, fix: &str) -> T {
        let Some(text) = self.optional(&[name]) else { return default };
        text.parse().unwrap_or_else(|_| {
            self.wrong(name, "cannot be read", fix);
            default
        })
    }

    /// Reads a number in this range.
    pub fn number<T>(&mut self, name: &'static str, default: T, range: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + fmt::Display + Copy,
    {
        let fix = format!("a number from {} to {}", range.start(), range.end());
        let number = self.parsed(name, default, &fix);
        if range.contains(&number) {
            return number;
        }
        self.wrong(name, "is out of range", &fix);
        default
    }

    /// Reads whole seconds in this range.
    pub fn seconds(&mut self, name: &'static str, default: u64, range: RangeInclusive<u64>) -> Duration {
        Duration::from_secs(self.number(name, default, range))
    }

    /// Remembers a problem. `fix` completes "set it to …".
    pub fn wrong(&mut self, variable: &'static str, what: &str, fix: &str) {
        self.report(Problem::of_value(variable, what, fix));
    }

    /// Remembers a problem as it is.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Counts the variables that are missing.
    pub fn missing(&self) -> usize {
        self.problems.iter().filter(|problem| problem.what == MISSING).count()
    }

    /// Returns all problems. Where the environment has hidden a value of `.env`, that is said with it.
    pub fn problems(self) -> Vec<Problem> {
        let Self { variables, mut problems } = self;
        let overridden = variables.overridden();
        for problem in problems.iter_mut().filter(|problem| overridden.contains(&problem.variable)) {
            problem.what.push_str(" (your environment has it too, and comes before .env)");
        }
        problems
    }

    /// Returns `value`, or the problems if there were any.
    pub fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        let problems = self.problems();
        if problems.is_empty() { Ok(value) } else { Err(ConfigError(problems)) }
    }
}

impl Problem {
    /// Describes a value that has to be another one. `right` completes "set it to …".
    pub(crate) fn of_value(variable: &'static str, what: impl Into<String>, right: &str) -> Self {
        Self { variable, what: what.into(), fix: format!("set it to {right}") }
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  - {problem}")).collect()
}
