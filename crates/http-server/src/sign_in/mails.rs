//! Mails that a browser waits for: what was kept when they were sent, and what their links have brought.
//! It must not show any of it: pages learn that there is a mail, and no more than its address.

use neon_auth::{Tokens, secret};
use request::session::{Mail, Purpose};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a mail is waited for: as long as the session of an anonymous user lasts. What a mail brings is good for
/// longer: then its link is followed again.
const LIFETIME: Duration = Duration::hours(1);

/// The time from the request for a code until its nonce counts as there. Real calls take up to three seconds, and how
/// long shows whether the address is known: so a code that is typed sooner waits for this moment, and not for the end
/// of the call.
const NONCE_AFTER: Duration = Duration::seconds(4);

/// A mail that a browser waits for, or whose link it has followed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AwaitedMail {
    /// Tells it from the one before it, whose nonce may be on its way.
    pub(crate) id: Uuid,
    pub(crate) purpose: Purpose,
    /// Where it was sent. Empty when it was not asked for in this browser.
    pub(crate) email: String,
    /// What sending the mail gave. The typed code is worth nothing without it. May be empty.
    #[serde(with = "secret")]
    pub nonce: SecretString,
    /// What the link of the mail carried. Empty until it was followed.
    #[serde(with = "secret")]
    pub link: SecretString,
    /// The tokens of an account whose address is not confirmed. They open nothing here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    asked: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    since: OffsetDateTime,
}

impl AwaitedMail {
    /// Makes a mail that was asked for now.
    pub(crate) fn to(purpose: Purpose, email: &str) -> Self {
        let now = OffsetDateTime::now_utc();
        Self {
            id: Uuid::new_v4(),
            purpose,
            email: email.to_owned(),
            nonce: SecretString::default(),
            link: SecretString::default(),
            tokens: None,
            asked: now,
            since: now,
        }
    }

    /// Returns the mail with these tokens.
    pub(crate) fn with_tokens(self, tokens: Option<Tokens>) -> Self {
        Self { tokens, ..self }
    }

    /// Tells whether the link of the mail was followed.
    pub(crate) fn is_followed(&self) -> bool {
        !self.link.expose_secret().is_empty()
    }

    /// Tells whether the nonce may still be on its way.
    pub(crate) fn is_recent(&self) -> bool {
        !self.until_nonce().is_zero()
    }

    /// Returns how long it takes until the nonce counts as there.
    pub(crate) fn until_nonce(&self) -> std::time::Duration {
        // It was not asked for here, so nothing is on its way.
        if self.email.is_empty() {
            return std::time::Duration::ZERO;
        }
        (self.asked + NONCE_AFTER - OffsetDateTime::now_utc()).clamp(Duration::ZERO, NONCE_AFTER).unsigned_abs()
    }

    /// Tells whether the mail is still waited for.
    fn is_fresh(&self) -> bool {
        OffsetDateTime::now_utc() - self.since < LIFETIME
    }
}

/// All mails that a browser waits for, one for each purpose.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mails(Vec<AwaitedMail>);

impl Mails {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the mails, also over those that are too old.
    pub fn iter(&self) -> impl Iterator<Item = &AwaitedMail> {
        self.0.iter()
    }

    /// Adds a mail, which makes the last one of its purpose worthless.
    pub(crate) fn expect(&mut self, mail: AwaitedMail) {
        self.0.retain(|other| other.is_fresh() && other.purpose != mail.purpose);
        self.0.push(mail);
    }

    /// Keeps what sending this mail gave, unless another one was asked for since.
    pub(crate) fn keep_nonce(&mut self, id: Uuid, nonce: &SecretString) {
        for mail in self.0.iter_mut().filter(|mail| mail.id == id) {
            mail.nonce = nonce.clone();
        }
    }

    /// Keeps what the link of a mail carried, beside what was known of the mail when it was asked for.
    pub(crate) fn follow_link(&mut self, purpose: Purpose, link: SecretString) {
        let asked_for = self.of(purpose).cloned().unwrap_or_else(|| AwaitedMail::to(purpose, ""));
        self.expect(AwaitedMail { link, since: OffsetDateTime::now_utc(), ..asked_for });
    }

    /// Forgets what a link has brought, when it is used up or worth nothing.
    pub(crate) fn forget_link(&mut self, purpose: Purpose) {
        for mail in self.0.iter_mut().filter(|mail| mail.purpose == purpose) {
            mail.link = SecretString::default();
        }
        self.0.retain(|mail| !mail.email.is_empty() || mail.is_followed());
    }

    /// Forgets the mail of this purpose.
    pub(crate) fn forget(&mut self, purpose: Purpose) {
        self.0.retain(|mail| mail.purpose != purpose);
    }

    /// Returns the mail of this purpose, if it is still waited for.
    pub(crate) fn of(&self, purpose: Purpose) -> Option<&AwaitedMail> {
        self.0.iter().find(|mail| mail.purpose == purpose && mail.is_fresh())
    }

    /// Returns the mails as pages may know them.
    pub(crate) fn shown(&self) -> Vec<Mail> {
        let fresh = self.0.iter().filter(|mail| mail.is_fresh());
        fresh
            .map(|mail| Mail { purpose: mail.purpose, email: mail.email.clone(), followed: mail.is_followed() })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{AwaitedMail, LIFETIME, Mails, NONCE_AFTER};
    use request::session::Purpose::{ConfirmEmail, ResetPassword, SignIn};
    use secrecy::ExposeSecret;
    use time::{Duration, OffsetDateTime};

    #[test]
    fn a_link_is_kept_with_the_mail_of_its_purpose() {
        let mut mails = Mails::default();
        let mail = AwaitedMail::to(SignIn, "ada@example.test");
        let id = mail.id;
        mails.expect(mail);
        mails.keep_nonce(id, &"nonce".into());
        mails.follow_link(SignIn, "link".into());
        mails.follow_link(ResetPassword, "other".into());
        let mail = mails.of(SignIn).unwrap();
        assert_eq!((mail.nonce.expose_secret(), mail.link.expose_secret()), ("nonce", "link"));
        assert_eq!(mail.email, "ada@example.test");

        mails.forget_link(SignIn);
        mails.forget_link(ResetPassword);
        assert!(!mails.of(SignIn).unwrap().is_followed(), "the address is still known");
        assert!(mails.of(ResetPassword).is_none(), "nothing was known of this one but its link");
        mails.expect(AwaitedMail::to(SignIn, "bob@example.test"));
        assert_eq!(mails.0.len(), 1, "the last one counts");
        mails.keep_nonce(id, &"late".into());
        assert_eq!(mails.of(SignIn).unwrap().nonce.expose_secret(), "", "that of the mail before");
    }

    #[test]
    fn an_awaited_mail_expires() {
        let mut late = AwaitedMail::to(ConfirmEmail, "ada@example.test");
        late.since = OffsetDateTime::now_utc() - LIFETIME;
        let mut mails = Mails(vec![late]);
        assert!(mails.of(ConfirmEmail).is_none() && mails.shown().is_empty());
        mails.follow_link(ConfirmEmail, "link".into());
        assert_eq!(mails.of(ConfirmEmail).unwrap().email, "");
    }

    #[test]
    fn waiting_for_a_nonce_is_bounded() {
        let mut mail = AwaitedMail::to(SignIn, "ada@example.test");
        assert!(mail.is_recent() && mail.until_nonce() <= NONCE_AFTER);
        mail.asked += Duration::days(1);
        assert_eq!(mail.until_nonce(), NONCE_AFTER, "by another clock");
        mail.asked = OffsetDateTime::now_utc() - NONCE_AFTER;
        assert!(!mail.is_recent());
        assert!(!AwaitedMail::to(SignIn, "").is_recent(), "not asked for in this browser");
    }

    #[test]
    fn pages_see_no_secret() {
        let mut mails = Mails::default();
        let mail = AwaitedMail::to(SignIn, "ada@example.test");
        let id = mail.id;
        mails.expect(mail);
        mails.keep_nonce(id, &"secret-nonce".into());
        mails.follow_link(SignIn, "secret-link".into());
        assert!(!format!("{:?} {mails:?}", mails.shown()).contains("secret-"));
    }
}
