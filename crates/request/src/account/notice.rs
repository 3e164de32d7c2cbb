//! What was done to an account: the closed codes of `?done=` and the sentence for each.
//! It must not carry free text: anyone can write the URL, so an unknown code is no notice at all.

use strum::{EnumIter, EnumString, IntoStaticStr};

/// Something that a person asked for and that has happened.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Notice {
    #[error("That device is signed out.")]
    DeviceEnded,
    #[error("All other devices are signed out.")]
    OtherDevicesEnded,
    #[error("We have sent you a mail. It may take a minute to arrive.")]
    MailSent,
    #[error(
        "If there was no account with this address yet, a mail that confirms it is on its way. It may take a minute to arrive. \
         If there was one, sign in instead."
    )]
    SignedUp,
    #[error("If there is an account with this address, a mail is on its way. It may take a minute to arrive.")]
    MailSentPerhaps,
    #[error("Your e-mail address is confirmed. You can sign in now.")]
    EmailConfirmed,
    #[error("Your e-mail address is confirmed.")]
    EmailConfirmedHere,
    #[error("Your new password is set, and you are signed out on all other devices.")]
    PasswordChanged,
    #[error("Your new password is set. You can sign in with it now.")]
    PasswordReset,
}

impl Notice {
    /// Returns the value of `?done=`.
    pub fn code(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::Notice;
    use strum::IntoEnumIterator;

    #[test]
    fn every_code_is_its_own_and_leads_back() {
        for notice in Notice::iter() {
            assert_eq!(notice.code().parse(), Ok(notice));
        }
        assert!("<script>".parse::<Notice>().is_err());
    }
}
