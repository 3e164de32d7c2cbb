//! Whether other machines have the same time: tokens and sessions are about it.
//! It must not set a clock.

use super::report::Report;
use time::{Duration, OffsetDateTime};

/// The verifier lets clocks differ by ten seconds.
const TOO_MUCH: Duration = Duration::seconds(10);
const NOTICEABLE: Duration = Duration::seconds(3);

pub fn check(name: &'static str, theirs: OffsetDateTime, report: &mut Report) {
    compare(name, OffsetDateTime::now_utc(), theirs, report);
}

fn compare(name: &'static str, ours: OffsetDateTime, theirs: OffsetDateTime, report: &mut Report) {
    let ahead = ours - theirs;
    let seen = || {
        let direction = if ahead.is_negative() { "behind" } else { "ahead" };
        format!("this machine is {} seconds {direction}", ahead.abs().whole_seconds())
    };
    let fix = "let this machine keep its time by NTP (timedatectl set-ntp true)";
    match ahead.abs() {
        skew if skew > TOO_MUCH => report.failure(name, format!("{}: tokens will be refused", seen()), fix),
        skew if skew > NOTICEABLE => report.warning(name, seen(), fix),
        _ => report.ok(name, "the same time as here"),
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::doctor::report::{Outcome, Report};
    use time::{Duration, OffsetDateTime};

    #[test]
    fn more_than_the_verifier_forgives_is_a_failure() {
        let now = OffsetDateTime::UNIX_EPOCH;
        for (seconds, outcome) in [
            (0, Outcome::Ok),
            (-2, Outcome::Ok),
            (5, Outcome::Warning),
            (11, Outcome::Failure),
            (-60, Outcome::Failure),
        ] {
            let mut report = Report::default();
            compare("clock", now, now + Duration::seconds(seconds), &mut report);
            assert_eq!(report.checks[0].outcome, outcome, "{seconds}");
        }
    }
}
