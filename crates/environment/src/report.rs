//! The report of a doctor: its checks, as a line of text each or as one JSON document.
//! It must not be given a secret: what is in here is printed.

use serde::Serialize;
use serde_json::json;
use std::fmt;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckOutcome {
    /// All is well.
    Ok,
    /// It works, and an operator should look at it.
    Warning,
    /// It does not work, or is not safe.
    Failure,
}

/// One check, and its result.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The name of the check: a word or two, or a variable.
    pub name: &'static str,
    /// The result of the check.
    pub outcome: CheckOutcome,
    /// The finding, in words.
    pub seen: String,
    /// The one thing to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// The checks of a doctor, and how they are shown.
#[derive(Debug, Default)]
pub struct Report {
    /// The checks, in the order in which they ran.
    pub checks: Vec<Check>,
}

impl Check {
    /// Returns a check that found nothing wrong.
    pub fn ok(name: &'static str, seen: impl Into<String>) -> Self {
        Self { name, outcome: CheckOutcome::Ok, seen: seen.into(), fix: None }
    }

    /// Returns a check that found something to look at, and what to do about it.
    pub fn warning(name: &'static str, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, outcome: CheckOutcome::Warning, seen: seen.into(), fix: Some(fix.into()) }
    }

    /// Returns a check that found a fault, and what to do about it.
    pub fn failure(name: &'static str, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, outcome: CheckOutcome::Failure, seen: seen.into(), fix: Some(fix.into()) }
    }
}

impl Report {
    /// Adds a check that found nothing wrong.
    pub fn ok(&mut self, name: &'static str, seen: impl Into<String>) {
        self.checks.push(Check::ok(name, seen));
    }

    /// Adds a check that found something to look at, and what to do about it.
    pub fn warning(&mut self, name: &'static str, seen: impl Into<String>, fix: impl Into<String>) {
        self.checks.push(Check::warning(name, seen, fix));
    }

    /// Adds a check that found a fault, and what to do about it.
    pub fn failure(&mut self, name: &'static str, seen: impl Into<String>, fix: impl Into<String>) {
        self.checks.push(Check::failure(name, seen, fix));
    }

    /// Returns the report without the checks that found nothing wrong.
    pub fn without_passed(mut self) -> Self {
        self.checks.retain(|check| check.outcome != CheckOutcome::Ok);
        self
    }

    /// Returns how many checks have this outcome.
    fn count(&self, outcome: CheckOutcome) -> usize {
        self.checks.iter().filter(|check| check.outcome == outcome).count()
    }

    /// Returns whether no check failed. A warning is no failure.
    pub fn is_healthy(&self) -> bool {
        self.count(CheckOutcome::Failure) == 0
    }

    /// Returns the document for machines: all checks, and how many of them failed or warn.
    pub fn to_json(&self) -> String {
        let document = json!({
            "healthy": self.is_healthy(),
            "failures": self.count(CheckOutcome::Failure),
            "warnings": self.count(CheckOutcome::Warning),
            "checks": self.checks,
        });
        format!("{document:#}")
    }

    /// Returns the lines of all checks, and how many there are.
    pub fn to_text(&self, colours: bool) -> String {
        let (failures, warnings) = (self.count(CheckOutcome::Failure), self.count(CheckOutcome::Warning));
        format!("{}\n{} checks, {failures} failures, {warnings} warnings", self.lines(colours), self.checks.len())
    }

    /// Returns a line for each check, and one more for its fix.
    pub fn lines(&self, colours: bool) -> impl fmt::Display {
        Lines { report: self, colours }
    }
}

struct Lines<'a> {
    report: &'a Report,
    colours: bool,
}

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.report.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
        for Check { name, outcome, seen, fix } in &self.report.checks {
            let (word, colour) = match outcome {
                CheckOutcome::Ok => ("ok     ", "32"),
                CheckOutcome::Warning => ("warning", "33"),
                CheckOutcome::Failure => ("failure", "31"),
            };
            let word = if self.colours { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() };
            writeln!(f, "{word}  {name:width$}  {}", one_line(seen))?;
            if let Some(fix) = fix {
                writeln!(f, "{:9}{:width$}  Fix: {}", "", "", one_line(fix))?;
            }
        }
        Ok(())
    }
}

/// Replaces control characters with spaces: the text of another machine must not control the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Report, json};
    use serde_json::Value;

    fn report() -> Report {
        let mut report = Report::default();
        report.ok("database", "it answers");
        report.failure("keys", "none\u{1b}[31m\nof use", "wait");
        report
    }

    #[test]
    fn text_has_a_line_per_check_with_its_fix() {
        let text = report().to_text(false);
        assert_eq!(
            text,
            "ok       database  it answers\nfailure  keys      none [31m of use\n                   Fix: wait\n\n\
             2 checks, 1 failures, 0 warnings"
        );
        assert!(report().to_text(true).contains("\u{1b}[31mfailure\u{1b}[0m"));
    }

    #[test]
    fn json_is_one_document() {
        let document: Value = serde_json::from_str(&report().to_json()).unwrap();
        assert_eq!(document["healthy"], false);
        assert_eq!(document["checks"][0], json!({"name": "database", "outcome": "ok", "seen": "it answers"}));
        assert_eq!(document["checks"][1]["fix"], "wait");
    }

    #[test]
    fn passed_checks_can_be_left_out() {
        let left = report().without_passed();
        assert_eq!(left.lines(false).to_string(), "failure  keys  none [31m of use\n               Fix: wait\n");
        assert!(!left.is_healthy());
    }
}
