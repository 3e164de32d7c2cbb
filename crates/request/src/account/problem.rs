//! Why a sign-in or sign-up failed: a sentence for each reason, and the closed code of `?error=` where a link or a
//! provider leads back.
//! It must not carry free text: anyone can write the URL, so an unknown code is no problem at all.

use crate::duration;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// What a person can be told about a sign-in that did not happen.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    thiserror::Error,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum SignInProblem {
    #[error("This e-mail address and password do not match. Please check both and try again.")]
    WrongPassword,
    #[error("There is already an account with this e-mail address. Sign in instead.")]
    EmailKnown,
    #[error("This is not a complete e-mail address.")]
    EmailInvalid,
    #[error("The name is too long or contains a character that cannot be stored.")]
    NameInvalid,
    #[error("The password is too short: at least 8 characters.")]
    PasswordTooShort,
    #[error("The password is too long. Please choose a shorter one.")]
    PasswordTooLong,
    #[error("New accounts cannot be created at the moment. If you already have one, sign in.")]
    SignUpOff,
    #[error(
        "The sign-in service did not answer, so we cannot tell whether your account was created. Try to sign in with this \
         address and password; if that fails, repeat this."
    )]
    SignUpUncertain,
    #[error("Your account is created, but you are not signed in yet. Please sign in.")]
    SignedUpOnly,
    #[error("The account could not be created with these details.")]
    SignUpRefused,
    #[error("Signing in with a password is switched off here. Please use one of the other ways.")]
    PasswordOff,
    #[error("This is not your current password.")]
    OldPasswordWrong,
    #[error("This account has no password yet.")]
    NoPassword,
    #[error("This code is not right. Please check it, or ask for a new mail.")]
    CodeWrong,
    #[error("This was used already, or is too old. Please ask for a new mail.")]
    CodeSpent,
    #[error("There were too many wrong codes, so none is valid any more. Please ask for a new mail.")]
    CodeLocked,
    #[error("This link is not complete, or not one of ours. Please ask for a new mail.")]
    LinkWrong,
    #[error("Please follow the link in the mail once more.")]
    LinkMissing,
    #[error("This address is confirmed already. You can sign in.")]
    EmailConfirmed,
    #[error(
        "The sign-in service did not answer, so we cannot tell whether the address is confirmed. Please repeat this; if that \
         fails, try to sign in."
    )]
    ConfirmationUncertain,
    #[error(
        "The sign-in service did not answer, so we cannot tell whether this was used up. Please repeat this; if that fails, \
         ask for a new mail."
    )]
    CodeUncertain,
    #[error(
        "The sign-in service did not answer, so we cannot tell whether a mail was sent. If none arrives, ask for it again."
    )]
    MailUncertain,
    #[error(
        "The e-mail address of this account has to be confirmed first. If it has a password, sign in with it, and we send you \
         a mail."
    )]
    EmailUnconfirmed,
    #[error(
        "The sign-in service did not answer, so we cannot tell whether the new password is set. Try to sign in with it; \
         if that fails, repeat this."
    )]
    PasswordUncertain,
    #[error("Your new password is set, but your other devices are not signed out yet. Please sign them out here.")]
    DevicesNotEnded,
    #[error("We cannot tell whether the sign-out has reached everything. Please repeat it in a moment.")]
    SignOutUncertain,
    #[error("This is not offered here.")]
    NotOffered,
    #[error(
        "This account asks for a second factor, which this app cannot check yet. Please use another way to sign in."
    )]
    SecondFactor,
    #[error("You cancelled the sign-in. Nothing was changed: you can try again.")]
    Cancelled,
    #[error("This sign-in took too long, was already used or belongs to another browser. Please start again.")]
    Expired,
    #[error("There is already an account with this e-mail address. Sign in the way you did the first time.")]
    Conflict,
    #[error("This way of signing in is not offered here. Please choose one of those below.")]
    ProviderUnknown,
    #[error("The chosen provider is not answering at the moment. Please try again or use another way.")]
    ProviderUnavailable,
    #[error("This app's address is not on the list that its sign-in service trusts. Its owner has to add it.")]
    AppNotTrusted,
    #[error("This account is restricted and cannot sign in. Please contact the people who run this app.")]
    Restricted,
    #[error("This account was deleted.")]
    AccountDeleted,
    #[error("Your sign-in is too old for this. Please sign in once more, and then repeat it.")]
    SignInAgain,
    #[error("Your sign-in is too old for this. Please type your password as well.")]
    PasswordNeeded,
    #[error("Too many attempts. Please wait {} and try again.", duration(*seconds))]
    RateLimited { seconds: u32 },
    #[error("This form could not be read. Please fill it in again.")]
    Unreadable,
    #[error("Please type the word delete.")]
    NotConfirmed,
    #[error("The account could not be deleted right now, and nothing here was. Please try again in a moment.")]
    NotDeleted,
    #[error("We cannot tell whether the account was deleted. Please try again in a moment: that finishes it.")]
    DeletionUncertain,
    #[error(
        "Your account is closed, but removing its data did not finish. Please try again; if you leave, it is \
         finished within minutes by itself."
    )]
    HalfDeleted,
    #[error("Signing in is not possible right now. Please try again in a moment.")]
    Unavailable,
}

impl SignInProblem {
    /// Returns the value of `?error=`.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the HTTP status of a form that failed for this reason.
    pub fn status(self) -> u16 {
        match self {
            Self::EmailKnown | Self::Conflict => 409,
            Self::RateLimited { .. } => 429,
            Self::SignUpUncertain
            | Self::ConfirmationUncertain
            | Self::CodeUncertain
            | Self::MailUncertain
            | Self::PasswordUncertain
            | Self::DevicesNotEnded
            | Self::SignOutUncertain
            | Self::ProviderUnavailable
            | Self::NotDeleted
            | Self::DeletionUncertain
            | Self::HalfDeleted
            | Self::Unavailable => 503,
            _ => 422,
        }
    }

    /// Returns the name of the control that this is about, or none where it is about the whole form.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::EmailKnown | Self::EmailInvalid => Some("email"),
            Self::NameInvalid => Some("name"),
            Self::PasswordTooShort | Self::PasswordTooLong => Some("password"),
            Self::OldPasswordWrong | Self::PasswordNeeded => Some("old_password"),
            Self::CodeWrong => Some("code"),
            Self::NotConfirmed => Some("confirmation"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SignInProblem;
    use strum::IntoEnumIterator;

    #[test]
    fn every_code_is_its_own_and_leads_back() {
        for problem in SignInProblem::iter() {
            assert_eq!(problem.code().parse(), Ok(problem));
            assert!(problem.code().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
        assert!("<script>".parse::<SignInProblem>().is_err());
    }
}
