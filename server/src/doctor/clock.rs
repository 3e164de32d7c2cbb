//! Whether other machines have the same time: tokens and sessions are about it.
//! It must not set a clock.

use super::report::Report;
use crate::neon_auth::Advice;
use time::{Duration, OffsetDateTime};

/// The verifier lets clocks differ by ten seconds.
const TOO_MUCH: Duration = Duration::seconds(10);
const NOTICEABLE: Duration = Duration::seconds(3);

pub fn check(name: &'static str, theirs: OffsetDateTime, report: &mut Report) {
    match advice(OffsetDateTime::now_utc(), theirs) {
        Some(Advice { breaks_sign_in: true, seen, fix }) => report.failure(name, seen, fix),
        Some(Advice { seen, fix, .. }) => report.warning(name, seen, fix),
        None => report.ok(name, "the same time as here"),
    }
}

/// What is wrong with the time of this machine, going by another one's.
pub fn advice(ours: OffsetDateTime, theirs: OffsetDateTime) -> Option<Advice> {
    let ahead = ours - theirs;
    let breaks_sign_in = ahead.abs() > TOO_MUCH;
    let direction = if ahead.is_negative() { "behind" } else { "ahead" };
    let outcome = if breaks_sign_in { ": signing in may fail" } else { "" };
    (ahead.abs() > NOTICEABLE).then(|| Advice {
        breaks_sign_in,
        seen: format!("this machine is {} seconds {direction}{outcome}", ahead.abs().whole_seconds()),
        fix: "let this machine keep its time by NTP (timedatectl set-ntp true)".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::advice;
    use time::{Duration, OffsetDateTime};

    #[test]
    fn more_than_the_verifier_forgives_breaks_sign_in() {
        let now = OffsetDateTime::UNIX_EPOCH;
        for (seconds, breaks_sign_in) in [(0, None), (-2, None), (5, Some(false)), (11, Some(true)), (-60, Some(true))]
        {
            let advice = advice(now, now + Duration::seconds(seconds));
            assert_eq!(advice.map(|advice| advice.breaks_sign_in), breaks_sign_in, "{seconds}");
        }
    }
}
