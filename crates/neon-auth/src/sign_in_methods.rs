//! The ways to sign in that a project may have switched on.
//! They are for showing: whether a user may sign in is decided by Neon Auth each time.

/// The ways to sign in that the project has switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInMethods {
    /// Whether a password signs in.
    pub password: bool,
    /// Whether new accounts are allowed.
    pub sign_up: bool,
    /// Whether a mailed code signs in.
    pub email_code: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
    /// The proof in the mail that confirms an e-mail address.
    pub verification: Mailed,
    /// The proof in the mail that sets a new password.
    pub reset: Mailed,
    /// Whether the codes in mails are digits and nothing else.
    pub codes_are_digits: bool,
    /// The limits of a password.
    pub passwords: PasswordRules,
    /// False until Neon Auth has answered once: the rest is then a guess.
    pub known: bool,
}

/// The methods of a new project of the Stack generation, whose passwords go through bcrypt: that ends at 72 bytes. They
/// hold for either generation, where it is not known which it is.
impl Default for SignInMethods {
    fn default() -> Self {
        Self {
            password: true,
            sign_up: true,
            email_code: false,
            providers: Vec::new(),
            verification: Mailed::Link,
            reset: Mailed::Link,
            codes_are_digits: false,
            passwords: PasswordRules { min_chars: 8, max_chars: 70, max_bytes: 71 },
            known: false,
        }
    }
}

/// The kind of proof in a mail: a code to type, or a link to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// A code to type.
    Code,
    /// A link to follow.
    Link,
}

/// The limits of the passwords of a generation. Beyond them some versions fail instead of refusing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// The least number of characters.
    pub min_chars: usize,
    /// The largest number of characters.
    pub max_chars: usize,
    /// The largest number of bytes.
    pub max_bytes: usize,
}

/// Returns whether an id is a plain word: it goes into URLs and labels, and anything else is not offered.
pub fn is_provider_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
