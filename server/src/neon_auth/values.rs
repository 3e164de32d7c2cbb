//! What goes into the verbs of Neon Auth and what comes out, in terms that both generations share.
//! It must not print a secret, nor know how one of the two sends it.

use crate::session::secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Url, form_urlencoded};

/// What a sign-in yields. Neither part ever reaches the browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// The JWT, good for minutes. Only its own `exp` says for how many.
    #[serde(with = "secret")]
    pub access: SecretString,
    /// What gets the next one, good for as long as Neon Auth's session.
    #[serde(with = "secret")]
    pub refresh: SecretString,
}

impl Tokens {
    /// What the access token says, believed by nobody: for refusing with a reason, never for allowing.
    pub(super) fn unverified_claims(&self) -> Option<Value> {
        let payload = self.access.expose_secret().split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

/// An e-mail address and a password as typed, checked for what Neon Auth could ever accept.
#[derive(Debug)]
pub struct Credentials {
    pub email: String,
    pub password: SecretString,
}

/// How signing up ends.
#[derive(Debug)]
pub enum Entry {
    SignedIn(Tokens),
    /// The account is there, and the address has to be confirmed by the mail that was just sent.
    ConfirmEmail,
}

/// Where to send the browser, and what to remember until it comes back.
#[derive(Debug)]
pub struct Departure {
    pub authorize: Url,
    pub state: SecretString,
    /// What finishes the login together with what it comes back with.
    pub verifier: SecretString,
}

/// What the address says that a login comes back to.
#[derive(Debug)]
pub enum Return {
    /// `state` names the login that this browser began. Some ways back lose it.
    Arrived {
        proof: SecretString,
        state: Option<String>,
    },
    Failed(super::Problem),
    Incomplete,
}

/// All values of a parameter.
pub(super) fn values(query: &str, wanted: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).collect()
}

/// The value of a parameter that is there once.
pub(super) fn one(query: &str, wanted: &str) -> Option<String> {
    let mut found = values(query, wanted);
    found.pop().filter(|_| found.is_empty())
}

/// How a mailed proof comes back: typed together with its address, or carried by a link.
#[derive(Debug)]
pub enum Proof {
    Code { email: String, code: SecretString },
    Link(SecretString),
}

/// The app's own pages that mails link to: absolute, on `PUBLIC_ORIGIN`.
#[derive(Clone, Debug)]
pub struct Landings {
    pub verify_email: Url,
    /// After a link that Neon Auth looks at itself.
    pub email_confirmed: Url,
    pub reset_password: Url,
    pub sign_in: Url,
}

impl Landings {
    pub fn on(public_origin: &Url) -> Self {
        let page = |path: &str| {
            let mut page = public_origin.clone();
            let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
            page.set_path(path);
            page.set_query(query);
            page
        };
        Self {
            verify_email: page("/verify-email"),
            email_confirmed: page("/sign-in?done=email-confirmed"),
            reset_password: page("/reset-password"),
            sign_in: page("/sign-in/code"),
        }
    }
}
