//! What goes into the verbs of Neon Auth and what comes out, in terms that both generations share.
//! It must not print a secret, nor know how one of the two sends it.

use crate::session::secret;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

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
    pub verifier: SecretString,
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
    pub reset_password: Url,
    pub sign_in: Url,
}

impl Landings {
    pub fn on(public_origin: &Url) -> Self {
        let page = |path: &str| {
            let mut page = public_origin.clone();
            page.set_path(path);
            page
        };
        Self {
            verify_email: page("/verify-email"),
            reset_password: page("/reset-password"),
            sign_in: page("/sign-in/code"),
        }
    }
}
