//! How often clients may try what reaches Neon Auth.

use super::vars::{Unreadable, Vars};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// The rates at which clients may try what reaches Neon Auth. By default they are below what Neon Auth itself allows,
/// since it sees one address for all of them: the server's.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Passwords and the way to a provider, by address.
    pub sign_in: Rate,
    /// Mails with a code, and codes typed, by address and again by account.
    pub code: Rate,
    /// Attempts on one account, whatever address they come from.
    pub account: Rate,
    /// Forms of anonymous clients that are kept for the time after the sign-in, by address.
    pub form: Rate,
    /// Everything else under `/auth`, by address.
    pub other: Rate,
}

/// A number of attempts at once, and then one in every such time. Printed as in a variable: attempts and seconds, such
/// as `3/10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Attempts at once.
    pub burst: NonZeroU32,
    /// How long it takes until one more attempt is possible.
    pub every: Duration,
}

impl Rates {
    pub(super) fn read(vars: &mut Vars<'_>) -> Self {
        let fix = "attempts and seconds such as 3/10: three at once, then one every ten seconds";
        Self {
            sign_in: vars.parsed("RATE_SIGN_IN", Rate::of(3, 10), fix),
            code: vars.parsed("RATE_CODE", Rate::of(3, 60), fix),
            account: vars.parsed("RATE_ACCOUNT", Rate::of(5, 60), fix),
            form: vars.parsed("RATE_FORM", Rate::of(10, 60), fix),
            other: vars.parsed("RATE_OTHER", Rate::of(30, 1), fix),
        }
    }
}

impl Rate {
    const fn of(burst: u32, seconds: u64) -> Self {
        let Some(burst) = NonZeroU32::new(burst) else { panic!("a burst of none") };
        Self { burst, every: Duration::from_secs(seconds) }
    }
}

impl FromStr for Rate {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let (burst, seconds) = text.split_once('/').ok_or(Unreadable)?;
        let burst = burst.trim().parse().map_err(|_| Unreadable)?;
        let seconds: u64 = seconds.trim().parse().map_err(|_| Unreadable)?;
        let every = Duration::from_secs(seconds);
        if (1..=86_400).contains(&seconds) { Ok(Self { burst, every }) } else { Err(Unreadable) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.burst, self.every.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Unreadable};

    #[test]
    fn a_rate_is_attempts_and_seconds() {
        assert_eq!("3/10".parse(), Ok(Rate::of(3, 10)));
        assert_eq!(" 1 / 3600 ".parse(), Ok(Rate::of(1, 3600)));
        for text in ["", "3", "0/10", "3/0", "-1/10", "3/10s", "3/86401", "off"] {
            assert_eq!(text.parse::<Rate>(), Err(Unreadable), "{text}");
        }
    }
}
