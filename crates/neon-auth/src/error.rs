//! What can come of a call to Neon Auth, closed: no text of the other side goes any further.
//! It must not hold a body, a token or an address.

use std::sync::Arc;

/// Whoever gives up because of it writes it into the log: nobody before has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeonAuthError {
    /// It understood and refused.
    #[error("Neon Auth refused: {0:?}")]
    Problem(Problem),
    /// It could not be asked, or could not answer. Nothing is known about what was asked.
    #[error("Neon Auth cannot be reached: {0}")]
    Unreachable(Outage),
    /// It answered something that its protocol does not have.
    #[error("Neon Auth answered nonsense: {0}")]
    Nonsense(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// In the words of this machine.
    #[error("{0}")]
    Network(Arc<str>),
    #[error("no answer in time")]
    Timeout,
    /// An answer of the 5xx class.
    #[error("status {0}")]
    Status(u16),
    /// What it keeps in the database was not there to be read.
    #[error("{0}")]
    Database(Arc<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    WrongPassword,
    EmailKnown,
    EmailInvalid,
    /// The address has to be confirmed before it signs in.
    EmailUnconfirmed,
    EmailConfirmed,
    PasswordTooShort,
    PasswordTooLong,
    PasswordOff,
    /// The account signs in by other means only.
    NoPassword,
    SignUpOff,
    SignUpRefused,
    SecondFactor,
    /// The code was used, is too old, or belongs to another login.
    CodeInvalid,
    /// A mailed code that nobody was sent, or that another mail has replaced.
    MailedCodeWrong,
    /// A mailed code that was used or is too old.
    MailedCodeSpent,
    /// A mailed code that was guessed at too often; it is gone.
    MailedCodeLocked,
    ProviderUnknown,
    ProviderUnavailable,
    Cancelled,
    LoginTooLate,
    /// The address belongs to an account that signs in another way.
    Conflict,
    /// `PUBLIC_ORIGIN` is not among the project's trusted domains.
    AppNotTrusted,
    /// The account may not be used, or not yet.
    Restricted,
    /// The refresh token is dead: signed out elsewhere, password changed, or account deleted. Or it is another project's.
    SessionOver,
    AccessTokenExpired,
    /// Good, but begun too long ago for what was asked: signing in again helps.
    SessionTooOld,
    UserGone,
    /// By Neon Auth, which sees one address for everybody here.
    RateLimited {
        seconds: u32,
    },
    /// This generation, or this project, does not do that.
    NotOffered,
    /// The request did not have the shape that the endpoint wants.
    Malformed,
    /// The project id or a key is wrong: only the app's owner can do something about it.
    Misconfigured,
    Other,
}

impl NeonAuthError {
    /// Whether a person caused it, who has been told: then there is nothing for the log.
    pub fn is_expected(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable(_)
                | Self::Nonsense(_)
                | Self::Problem(
                    Problem::Misconfigured
                        | Problem::AppNotTrusted
                        | Problem::Malformed
                        | Problem::RateLimited { .. }
                        | Problem::Other
                )
        )
    }

    /// Whether what was asked for may have been done all the same. A refusal says that it was not.
    pub fn leaves_open(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Nonsense(_))
    }

    /// For a call that completes another one, which was carried out: its refusal is none of the first.
    pub(super) fn of_a_later_call(self) -> Self {
        match self {
            Self::Problem(_) => Self::Nonsense("a refusal to complete what was done"),
            error => error,
        }
    }
}
