//! What goes into the verbs of Neon Auth and what comes out, in terms that both generations share.

use super::renewal::{LoginSecret, Renewal};
use super::secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

/// What a sign-in yields. Neither part ever reaches the browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// The JWT, good for minutes. Only its own `exp` says for how many.
    #[serde(with = "secret")]
    pub access: SecretString,
    /// What gets the next one.
    pub renewal: Renewal,
}

impl Tokens {
    /// Returns the claims without verifying the signature; only for choosing an error message.
    pub(super) fn unverified_claims(&self) -> Option<Value> {
        let payload = self.access.expose_secret().split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

/// An e-mail address and a password as typed, checked for what Neon Auth could ever accept.
#[derive(Debug)]
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: SecretString,
}

impl Credentials {
    /// Returns the body that both generations take, to which a sign-up adds. The password is readable in it.
    pub(super) fn as_json(&self) -> Value {
        json!({ "email": self.email, "password": self.password.expose_secret() })
    }
}

/// What signs in to one account.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountMethods {
    /// Whether there is a password.
    pub password: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
}

/// How signing up or in with a password ends.
#[derive(Debug)]
pub enum SignInOutcome {
    /// The user is signed in.
    SignedIn(Tokens),
    /// The address has to be confirmed first. After a sign-up Neon Auth has mailed the proof if the account is new: later versions
    /// answer so for an address that is known, too. The tokens sign nobody in yet: they are good for sending another mail, and for
    /// coming in once the address is confirmed.
    ConfirmEmail(Option<Tokens>),
}

/// A login at a provider that begins: where the browser goes, and what to keep until it comes back.
#[derive(Debug)]
pub struct AuthorizationRequest {
    /// Where the browser continues.
    pub url: Url,
    /// Names this login when it comes back.
    pub state: SecretString,
    /// What finishes the login together with what it comes back with.
    pub secret: LoginSecret,
}

/// What the query of the callback says.
#[derive(Debug)]
pub enum CallbackParams {
    /// The login has succeeded.
    Arrived {
        /// The code or the verifier to exchange for tokens.
        proof: SecretString,
        /// Names the login that this browser began. Some redirects lose it.
        state: Option<String>,
    },
    /// The login has failed.
    Failed(super::Problem),
    /// Parameters are missing, repeated or empty.
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
    /// A code that was typed.
    Code {
        /// The address that the code was mailed to.
        email: String,
        /// As it was typed.
        code: SecretString,
    },
    /// A token that a link carried.
    Link(SecretString),
}

/// The pages of the app that mails link to, as absolute URLs.
#[derive(Clone, Debug)]
pub struct EmailLinks {
    /// Takes the proof that confirms an address.
    pub confirm_email: Url,
    /// After a link that Neon Auth looks at itself.
    pub email_confirmed: Url,
    /// Takes the proof that sets a new password.
    pub reset_password: Url,
    /// Takes the proof that signs in.
    pub sign_in: Url,
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Renewal, Tokens};
    use crate::answer::tests::any_json;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    pub fn with_access(token: &str) -> Tokens {
        Tokens { access: token.into(), renewal: Renewal::RefreshToken("refresh".into()) }
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
