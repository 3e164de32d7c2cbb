//! What the doctor has found, and how it is shown: a line per check for people, one document for machines.
//! It must not be given a secret: what is in here is printed.

use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work, or must not.
    Failure,
}

#[derive(Clone, Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub outcome: Outcome,
    pub seen: String,
    /// The one thing to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub checks: Vec<Check>,
}

impl Report {
    pub fn ok(&mut self, name: &'static str, seen: impl Into<String>) {
        self.checks.push(Check { name, outcome: Outcome::Ok, seen: seen.into(), fix: None });
    }

    pub fn warning(&mut self, name: &'static str, seen: impl Into<String>, fix: impl Into<String>) {
        self.checks.push(Check { name, outcome: Outcome::Warning, seen: seen.into(), fix: Some(fix.into()) });
    }

    pub fn failure(&mut self, name: &'static str, seen: impl Into<String>, fix: impl Into<String>) {
        self.checks.push(Check { name, outcome: Outcome::Failure, seen: seen.into(), fix: Some(fix.into()) });
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|check| check.outcome == outcome).count()
    }

    pub fn is_healthy(&self) -> bool {
        self.count(Outcome::Failure) == 0
    }

    pub fn to_json(&self) -> String {
        let document = serde_json::json!({
            "healthy": self.is_healthy(),
            "failures": self.count(Outcome::Failure),
            "warnings": self.count(Outcome::Warning),
            "checks": self.checks,
        });
        format!("{document:#}")
    }

    pub fn for_people(&self, colours: bool) -> impl fmt::Display {
        ForPeople { report: self, colours }
    }
}

struct ForPeople<'a> {
    report: &'a Report,
    colours: bool,
}

impl fmt::Display for ForPeople<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.report.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
        for Check { name, outcome, seen, fix } in &self.report.checks {
            let (word, colour) = match outcome {
                Outcome::Ok => ("ok     ", "32"),
                Outcome::Warning => ("warning", "33"),
                Outcome::Failure => ("failure", "31"),
            };
            let word = if self.colours { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() };
            writeln!(f, "{word}  {name:width$}  {}", one_line(seen))?;
            if let Some(fix) = fix {
                writeln!(f, "{:9}{:width$}  Fix: {}", "", "", one_line(fix))?;
            }
        }
        let (failures, warnings) = (self.report.count(Outcome::Failure), self.report.count(Outcome::Warning));
        write!(f, "\n{} checks, {failures} failures, {warnings} warnings", self.report.checks.len())
    }
}

/// What another machine says must not reach the terminal as more than text.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::Report;

    fn report() -> Report {
        let mut report = Report::default();
        report.ok("database", "it answers");
        report.failure("keys", "none\u{1b}[31m\nof use", "wait");
        report
    }

    #[test]
    fn people_get_a_line_per_check_and_the_fix_below() {
        let text = report().for_people(false).to_string();
        assert_eq!(
            text,
            "ok       database  it answers\nfailure  keys      none [31m of use\n                   Fix: wait\n\n\
             2 checks, 1 failures, 0 warnings"
        );
        assert!(report().for_people(true).to_string().contains("\u{1b}[31mfailure\u{1b}[0m"));
    }

    #[test]
    fn machines_get_one_document() {
        let document: serde_json::Value = serde_json::from_str(&report().to_json()).unwrap();
        assert_eq!(document["healthy"], false);
        assert_eq!(
            document["checks"][0],
            serde_json::json!({"name": "database", "outcome": "ok", "seen": "it answers"})
        );
        assert_eq!(document["checks"][1]["fix"], "wait");
    }
}
