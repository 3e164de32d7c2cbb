//! Compares the clocks: the time of Neon Auth is in every token, that of the database ends sessions.

use super::Report;
use http_server::sign_in::VISIT;
use neon_auth::Advice;
use time::{Duration, OffsetDateTime};

/// The verifier lets clocks differ by ten seconds.
const MAX_SKEW: Duration = Duration::seconds(10);
const MIN_REPORTED_SKEW: Duration = Duration::seconds(3);

/// The clock that this machine's is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The clock of Neon Auth, whose time is in every token.
    NeonAuth,
    /// The clock of the database, which ends sessions.
    Database,
}

/// Compares the time of this machine with `theirs`.
pub(crate) fn check(clock: Clock, theirs: OffsetDateTime, report: &mut Report) {
    let name = match clock {
        Clock::NeonAuth => "Neon Auth clock",
        Clock::Database => "database clock",
    };
    match advice(clock, OffsetDateTime::now_utc(), theirs) {
        Some(Advice { breaks_sign_in: true, seen, fix }) => report.failure(name, seen, fix),
        Some(Advice { seen, fix, .. }) => report.warning(name, seen, fix),
        None => report.ok(name, "the same time as here"),
    }
}

/// Returns what is wrong with the time of this machine, compared with another one's, if anything is.
pub fn advice(clock: Clock, ours: OffsetDateTime, theirs: OffsetDateTime) -> Option<Advice> {
    let ahead = ours - theirs;
    let is_behind = ahead.is_negative();
    let (breaks_sign_in, consequence) = match clock {
        Clock::NeonAuth if ahead.abs() > MAX_SKEW => (true, ": signing in may fail"),
        Clock::NeonAuth => (false, ""),
        // This machine says until when a session lasts, the database when that is. A visitor's lasts as long as they
        // may take at a provider or with a mail.
        Clock::Database if -ahead >= VISIT => (true, ": who signs in through a provider or by mail does not get in"),
        Clock::Database if is_behind => (false, ": sessions end that much too soon"),
        Clock::Database => (false, ": sessions end that much too late"),
    };
    let direction = if is_behind { "behind" } else { "ahead" };
    (ahead.abs() > MIN_REPORTED_SKEW).then(|| Advice {
        breaks_sign_in,
        seen: format!("this machine is {} seconds {direction}{consequence}", ahead.abs().whole_seconds()),
        fix: "let this machine keep its time by NTP (timedatectl set-ntp true)".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Clock, advice};
    use time::{Duration, OffsetDateTime};

    fn advice_for(clock: Clock, theirs_ahead: i64) -> Option<(bool, String)> {
        let now = OffsetDateTime::UNIX_EPOCH;
        let advice = advice(clock, now, now + Duration::seconds(theirs_ahead))?;
        Some((advice.breaks_sign_in, advice.seen))
    }

    #[test]
    fn skew_of_each_clock_has_its_own_consequence() {
        for (clock, seconds, expected) in [
            (Clock::NeonAuth, 0, None),
            (Clock::NeonAuth, -2, None),
            (Clock::NeonAuth, 5, Some((false, "this machine is 5 seconds behind"))),
            (Clock::NeonAuth, 11, Some((true, "this machine is 11 seconds behind: signing in may fail"))),
            (Clock::NeonAuth, -60, Some((true, "this machine is 60 seconds ahead: signing in may fail"))),
            (Clock::Database, 3, None),
            (Clock::Database, 60, Some((false, "this machine is 60 seconds behind: sessions end that much too soon"))),
            (
                Clock::Database,
                -7200,
                Some((false, "this machine is 7200 seconds ahead: sessions end that much too late")),
            ),
            (
                Clock::Database,
                3600,
                Some((
                    true,
                    "this machine is 3600 seconds behind: who signs in through a provider or by mail does not get in",
                )),
            ),
        ] {
            let expected = expected.map(|(breaks, seen)| (breaks, seen.to_owned()));
            assert_eq!(advice_for(clock, seconds), expected, "{clock:?} {seconds}");
        }
    }
}
