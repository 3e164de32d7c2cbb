//! The ways to sign in that a project may have switched on.
//! It must not be asked whether somebody may sign in: Neon Auth decides that each time.

/// What sign-in offers, as the project is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInMethods {
    pub password: bool,
    pub sign_up: bool,
    /// Whether a code that is mailed signs people in.
    pub email_code: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
    /// What the mail contains that confirms an address.
    pub verification: Mailed,
    /// What the mail contains that sets a new password.
    pub reset: Mailed,
    /// Whether the codes in mails are digits and nothing else.
    pub codes_are_digits: bool,
    pub passwords: PasswordRules,
    /// False until Neon Auth has answered once: the rest is then a guess.
    pub known: bool,
}

/// How the proof in a mail comes back: typed, or by following a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    Code,
    Link,
}

/// What a generation accepts as a password. Beyond these limits some versions fall over instead of refusing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    pub min_chars: usize,
    pub max_chars: usize,
    pub max_bytes: usize,
}

/// Returns whether an id is a plain word: it goes into addresses and labels, and anything else is not offered.
pub fn is_provider_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
