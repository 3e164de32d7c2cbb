//! The errors of a call to Neon Auth. An error never holds a body, a token or a URL: no text of the other side goes any
//! further.

use std::sync::Arc;

/// The reason why a call failed. The crate does not log it: the caller that gives up does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeonAuthError {
    /// It understood and refused.
    #[error("Neon Auth refused: {0:?}")]
    Refused(Refusal),
    /// It could not be asked, or could not answer. Nothing is known about what was asked.
    #[error("Neon Auth cannot be reached: {0}")]
    Unreachable(Outage),
    /// It answered something that its protocol does not have.
    #[error("Neon Auth sent an invalid response: {0}")]
    InvalidResponse(&'static str),
}

/// The result of a call.
pub type Result<T, E = NeonAuthError> = std::result::Result<T, E>;

/// The reason why there is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// The connection failed, in the words of the operating system or the TLS library.
    #[error("{0}")]
    Network(Arc<str>),
    /// The deadline has passed.
    #[error("no answer in time")]
    Timeout,
    /// An answer of the 5xx class.
    #[error("status {0}")]
    Status(u16),
    /// The settings that it keeps in the database could not be read.
    #[error("{0}")]
    Database(Arc<str>),
}

/// The reason why Neon Auth refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The password is wrong, or no account has this e-mail address.
    WrongPassword,
    /// An account has this e-mail address already.
    EmailKnown,
    /// This is no e-mail address.
    EmailInvalid,
    /// The e-mail address has to be confirmed before it signs in.
    EmailUnconfirmed,
    /// The e-mail address is confirmed already.
    EmailConfirmed,
    /// The password is too short.
    PasswordTooShort,
    /// The password is too long.
    PasswordTooLong,
    /// The project does not allow passwords.
    PasswordOff,
    /// The account signs in by other means only.
    NoPassword,
    /// The project does not allow new accounts.
    SignUpOff,
    /// The project refuses this new account.
    SignUpRefused,
    /// The account asks for a second factor.
    SecondFactor,
    /// The code was used, is too old, or belongs to another login.
    CodeInvalid,
    /// A mailed code that was never sent, or that another mail has replaced.
    MailedCodeWrong,
    /// A mailed code that was used or is too old.
    MailedCodeSpent,
    /// A mailed code that was guessed at too often; it is gone.
    MailedCodeLocked,
    /// The project has no such provider.
    ProviderUnknown,
    /// The provider does not work.
    ProviderUnavailable,
    /// The user cancelled at the provider.
    Cancelled,
    /// The login took too long at the provider.
    LoginTooLate,
    /// The e-mail address belongs to an account that signs in another way.
    Conflict,
    /// The app's origin is not among the project's trusted domains.
    AppNotTrusted,
    /// The account may not be used, or not yet.
    Restricted,
    /// The refresh token is dead: signed out elsewhere, password changed, or account deleted. Or it is another
    /// project's.
    SessionOver,
    /// The access token has expired.
    AccessTokenExpired,
    /// The session is valid, but began too long ago for this call: signing in again helps.
    SessionTooOld,
    /// The account does not exist.
    UserGone,
    /// There were too many calls. Neon Auth sees one IP address for all users of the app.
    RateLimited {
        /// The time to wait.
        seconds: u32,
    },
    /// This generation, or this project, does not do that.
    NotOffered,
    /// The request did not have the shape that the endpoint wants.
    Malformed,
    /// The project id or a key is wrong: only the app's owner can do something about it.
    Misconfigured,
    /// Any other refusal.
    Other,
}

impl NeonAuthError {
    /// Returns whether a user caused the error and can be told about it, so that it does not belong in the log.
    pub fn is_expected(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable(_)
                | Self::InvalidResponse(_)
                | Self::Refused(
                    Refusal::Misconfigured
                        | Refusal::AppNotTrusted
                        | Refusal::Malformed
                        | Refusal::RateLimited { .. }
                        | Refusal::Other
                )
        )
    }

    /// Returns whether the call may have been carried out nevertheless. After a refusal it was not.
    pub fn outcome_is_unknown(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::InvalidResponse(_))
    }

    /// Returns the same error, or `to` where it is the refusal `from`.
    pub(crate) fn replace(self, from: Refusal, to: Refusal) -> Self {
        if self == from.into() { to.into() } else { self }
    }

    /// Turns a refusal of the request's shape into one of the e-mail address: lengths are checked before anything is
    /// sent.
    pub(crate) fn malformed_as_invalid_email(self) -> Self {
        self.replace(Refusal::Malformed, Refusal::EmailInvalid)
    }
}

impl From<Refusal> for NeonAuthError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
