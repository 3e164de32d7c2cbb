//! What one session holds, typed: the person's tokens, logins and mails on their way, a form to show again.
//! It must not reach the browser, nor a log: it is written to the encrypted row and nowhere else.

use super::mails::Mails;
use neon_auth::{LoginSecret, Tokens, secret};
use request::account::SignInProblem;
use request::form::OldInput;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How long a login may take at the provider: as long as Neon Auth remembers it.
pub const LOGIN_LIFETIME: Duration = Duration::minutes(10);

/// Several tabs may each start a login; more than this is not a person.
pub const MAX_LOGINS: usize = 4;

/// A kept form is for the page that its writer comes back to after the sign-in. Later it would only puzzle.
pub const FORM_LIFETIME: Duration = Duration::minutes(10);

/// The contents of one session.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// The user who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Logins that have left for a provider, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logins: Vec<PendingLogin>,
    /// Mails that the browser waits for.
    #[serde(skip_serializing_if = "Mails::is_empty")]
    pub mails: Mails,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) form: Option<StoredForm>,
    /// Why the sign-in has ended, until the user has read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<SignInProblem>,
}

/// A user who is signed in, with the tokens that show it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// `sub` of the verified token.
    pub user_id: String,
    /// The access token, and what renews it.
    pub tokens: Tokens,
}

/// A login that has left for the provider and is expected back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingLogin {
    /// The `state` of the request, by which the login is found when it comes back.
    #[serde(with = "secret")]
    pub state: SecretString,
    /// What finishes the login.
    pub secret: LoginSecret,
    /// The path of the app that it leads to.
    pub(crate) return_to: String,
    /// When it left.
    #[serde(with = "time::serde::timestamp")]
    pub started: OffsetDateTime,
}

/// A form that waits for a sign-in, and since when.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredForm {
    #[serde(flatten)]
    form: OldInput,
    /// The path of the page that shows it again.
    #[serde(default)]
    page: String,
    #[serde(with = "time::serde::timestamp")]
    kept: OffsetDateTime,
}

impl StoredForm {
    pub fn is_of(&self, page: &str) -> bool {
        self.page == page
    }
}

impl Content {
    /// Adds a login; the oldest makes room.
    pub(crate) fn expect_login(&mut self, login: PendingLogin) {
        self.forget_late_logins();
        if self.logins.len() >= MAX_LOGINS {
            self.logins.remove(0);
        }
        self.logins.push(login);
    }

    /// Takes out the login with this `state`, so that it can be finished once. Without a state it has to be the only
    /// one.
    pub(crate) fn claim_login(&mut self, state: Option<&str>) -> Option<PendingLogin> {
        self.forget_late_logins();
        let position = match state {
            Some(state) => self.logins.iter().position(|login| constant_time_eq(login.state.expose_secret(), state))?,
            None if self.logins.len() == 1 => 0,
            None => return None,
        };
        Some(self.logins.remove(position))
    }

    fn forget_late_logins(&mut self) {
        let now = OffsetDateTime::now_utc();
        self.logins.retain(|login| now - login.started < LOGIN_LIFETIME);
    }

    /// Keeps a form of the page at this path, in place of the one before.
    pub(crate) fn keep_form(&mut self, form: OldInput, page: &str) {
        self.form = Some(StoredForm { form, page: page.to_owned(), kept: OffsetDateTime::now_utc() });
    }

    /// Takes the form out. One that is too old is dropped.
    pub(crate) fn take_form(&mut self) -> Option<OldInput> {
        let stored = self.form.take()?;
        (OffsetDateTime::now_utc() - stored.kept < FORM_LIFETIME).then_some(stored.form)
    }
}

/// Compares in a time that does not depend on where the two differ.
fn constant_time_eq(expected: &str, given: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Content, FORM_LIFETIME, LOGIN_LIFETIME, MAX_LOGINS, PendingLogin};
    use crate::sign_in::sessions::user_id;
    use neon_auth::{LoginSecret, Renewal, Tokens};
    use request::form::OldInput;
    use secrecy::ExposeSecret;
    use sessions::record;
    use time::{Duration, OffsetDateTime};

    fn login(state: &str, age: Duration) -> PendingLogin {
        PendingLogin {
            state: state.into(),
            secret: LoginSecret::PkceVerifier("verifier-secret".into()),
            return_to: "/".to_owned(),
            started: OffsetDateTime::now_utc() - age,
        }
    }

    #[test]
    fn a_login_is_claimed_once_by_its_state_before_it_expires() {
        let mut content = Content::default();
        content.expect_login(login("first", Duration::ZERO));
        content.expect_login(login("second", Duration::ZERO));
        content.logins.push(login("late", LOGIN_LIFETIME));
        assert!(content.claim_login(Some("third")).is_none());
        assert!(content.claim_login(Some("")).is_none());
        assert!(content.claim_login(Some("late")).is_none());
        assert!(content.claim_login(None).is_none(), "ambiguous without a state");
        assert!(content.claim_login(Some("first")).is_some());
        assert!(content.claim_login(Some("first")).is_none());
        assert!(content.claim_login(None).is_some_and(|login| login.state.expose_secret() == "second"));
        assert!(content.claim_login(None).is_none());
        assert!(record::encode(&content).unwrap().is_empty());
    }

    #[test]
    fn the_oldest_login_is_dropped() {
        let mut content = Content::default();
        for number in 0..=MAX_LOGINS {
            content.expect_login(login(&number.to_string(), Duration::ZERO));
        }
        assert_eq!(content.logins.len(), MAX_LOGINS);
        assert!(content.claim_login(Some("0")).is_none());
        assert!(content.claim_login(Some("1")).is_some());
    }

    #[test]
    fn a_kept_form_is_taken_once_before_it_expires() {
        let mut content = Content::default();
        content.keep_form(OldInput::default(), "/notes");
        assert_eq!((content.take_form(), content.take_form()), (Some(OldInput::default()), None));
        // A session that somebody is signed in to lives longer than the form.
        content.keep_form(OldInput::default(), "/notes");
        content.form.as_mut().unwrap().kept -= FORM_LIFETIME;
        assert_eq!(content.take_form(), None);
    }

    #[test]
    fn content_round_trips_and_hides_secrets() {
        let tokens = Tokens { access: "jwt-secret".into(), renewal: Renewal::RefreshToken("refresh-secret".into()) };
        let content = Content {
            person: Some(super::Person { user_id: "u1".to_owned(), tokens }),
            logins: vec![login("state-secret", Duration::ZERO)],
            ..Content::default()
        };
        assert!(!format!("{content:?}").contains("secret\""));
        let data = record::encode(&content).unwrap();
        assert_eq!(user_id(&data), Some("u1"));
        let mut back = record::decode::<Content>(data).unwrap();
        assert!(back.claim_login(Some("state-secret")).is_some());
    }
}
