//! What goes into the verbs of Neon Auth and what comes out, in terms that both generations share.
//! It must not print a secret, nor know how one of the two sends it.

use super::secret;
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

/// What signs in to one account.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountMethods {
    pub password: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
}

/// How signing up or in with a password ends.
#[derive(Debug)]
pub enum Entry {
    SignedIn(Tokens),
    /// The address has to be confirmed first. After a sign-up Neon Auth has mailed the proof if the account is new: later versions
    /// answer so for an address that is known, too. The tokens are those of nobody yet: good for sending another mail, and for
    /// coming in once the address is confirmed.
    ConfirmEmail(Option<Tokens>),
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
pub fn one(query: &str, wanted: &str) -> Option<String> {
    let mut found = values(query, wanted);
    found.pop().filter(|_| found.is_empty())
}

/// How a mailed proof comes back: typed together with its address, or carried by a link.
#[derive(Debug)]
pub enum Proof {
    Code { email: String, code: SecretString },
    Link(SecretString),
}

/// Where mails link to: the app's own addresses, absolute, on `PUBLIC_ORIGIN`.
#[derive(Clone, Debug)]
pub struct Landings {
    pub confirm_email: Url,
    /// After a link that Neon Auth looks at itself.
    pub email_confirmed: Url,
    pub reset_password: Url,
    pub sign_in: Url,
}

impl Landings {
    pub fn on(public_origin: &Url) -> Self {
        let landing = |name: &str| {
            let mut landing = public_origin.clone();
            landing.set_path(&format!("/auth/mailed/{name}"));
            landing
        };
        Self {
            confirm_email: landing("confirm-email"),
            email_confirmed: landing("email-confirmed"),
            reset_password: landing("reset-password"),
            sign_in: landing("sign-in"),
        }
    }

    /// The same, and from there to a path of the app: the mail may be opened in a browser that knows nothing of it.
    pub fn leading_to(&self, path: &str) -> Self {
        let leading = |landing: &Url| {
            let mut landing = landing.clone();
            landing.query_pairs_mut().append_pair("return_to", path);
            landing
        };
        Self {
            confirm_email: leading(&self.confirm_email),
            email_confirmed: leading(&self.email_confirmed),
            reset_password: leading(&self.reset_password),
            sign_in: leading(&self.sign_in),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::Tokens;
    use crate::neon_auth::answer::tests::any_json;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    pub fn with_access(token: &str) -> Tokens {
        Tokens { access: token.into(), refresh: "refresh".into() }
    }

    /// Signed by nobody.
    pub fn saying(claims: &Value) -> Tokens {
        with_access(&format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims.to_string())))
    }

    #[test]
    fn what_is_no_token_says_nothing() {
        for token in ["", ".", "..", "e30", "a.b.c", "e30.e30=.x", "e30.!.x", "\u{0}.\u{0}", "é.é.é", "e30.W10K\n.x"]
        {
            assert_eq!(with_access(token).unverified_claims(), None, "{token:?}");
        }
        let deep = URL_SAFE_NO_PAD.encode("[".repeat(100_000));
        assert_eq!(with_access(&format!("e30.{deep}.x")).unverified_claims(), None);
        assert_eq!(with_access("e30.e30.x").unverified_claims(), Some(json!({})));
    }

    proptest! {
        #[test]
        fn a_token_says_what_is_in_its_middle(noise in any::<String>(), bytes in any::<Vec<u8>>(), claims in any_json()) {
            prop_assert_eq!(saying(&claims).unverified_claims(), Some(claims));
            _ = with_access(&noise).unverified_claims();
            let middle = with_access(&format!("{noise}.{}.{noise}", URL_SAFE_NO_PAD.encode(&bytes)));
            if !noise.contains('.') {
                prop_assert_eq!(middle.unverified_claims(), serde_json::from_slice(&bytes).ok());
            }
        }
    }
}
