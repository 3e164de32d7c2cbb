//! The inputs and outputs of calls to Neon Auth, in terms that both generations share.

use super::renewal::{LoginSecret, Renewal};
use super::secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

/// The tokens of a sign-in. Neither ever reaches the browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// The JWT, good for minutes. Only its own `exp` says for how many.
    #[serde(with = "secret")]
    pub access: SecretString,
    /// The secret that gets the next access token.
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

/// The ways to sign in to one account.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountMethods {
    /// Whether there is a password.
    pub password: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
}

/// The outcome of signing up or in with a password.
#[derive(Debug)]
pub enum SignInOutcome {
    /// The user is signed in.
    SignedIn(Tokens),
    /// The e-mail address has to be confirmed first. After a sign-up Neon Auth has mailed the proof if the account is
    /// new: later versions respond so for an e-mail address that is known, too. The tokens do not sign in yet: they are
    /// good for sending another mail, and for coming in once the address is confirmed.
    ConfirmEmail(Option<Tokens>),
}

/// A login at a provider that begins: the URL to send the browser to, and the secrets to keep until it comes back.
#[derive(Debug)]
pub struct AuthorizationRequest {
    /// The URL that the browser is sent to.
    pub url: Url,
    /// Names this login when it comes back.
    pub state: SecretString,
    /// The secret that finishes the login, together with the proof in the callback.
    pub secret: LoginSecret,
}

/// The parameters of the callback.
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
    Failed(super::Refusal),
    /// Parameters are missing, repeated or empty.
    Incomplete,
}

/// Returns all values of a query parameter.
pub(super) fn values(query: &str, wanted: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).collect()
}

/// Returns the value of a query parameter that occurs exactly once.
pub(super) fn single_value(query: &str, wanted: &str) -> Option<String> {
    let mut found = values(query, wanted);
    found.pop().filter(|_| found.is_empty())
}

/// A mailed proof as it comes back: typed together with its e-mail address, or carried by a link.
#[derive(Debug)]
pub enum Proof {
    /// A code that was typed.
    Code {
        /// The e-mail address that the code was mailed to.
        email: String,
        /// The code as it was typed.
        code: SecretString,
    },
    /// A token that a link carried.
    Link(SecretString),
}

/// The pages of the app that mails link to, as absolute URLs.
#[derive(Clone, Debug)]
pub struct EmailLinks {
    /// Takes the proof that confirms an e-mail address.
    pub confirm_email: Url,
    /// The page after a link that Neon Auth checks itself.
    pub email_confirmed: Url,
    /// Takes the proof that sets a new password.
    pub reset_password: Url,
    /// Takes the proof that signs in.
    pub sign_in: Url,
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Renewal, Tokens};
    use crate::response::tests::any_json;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    pub fn with_access_token(token: &str) -> Tokens {
        Tokens { access: token.into(), renewal: Renewal::RefreshToken("refresh".into()) }
    }

    /// Returns tokens with these claims, without a valid signature.
    pub fn with_claims(claims: &Value) -> Tokens {
        with_access_token(&format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims.to_string())))
    }

    #[test]
    fn malformed_tokens_have_no_claims() {
        for token in ["", ".", "..", "e30", "a.b.c", "e30.e30=.x", "e30.!.x", "\u{0}.\u{0}", "é.é.é", "e30.W10K\n.x"]
        {
            assert_eq!(with_access_token(token).unverified_claims(), None, "{token:?}");
        }
        let deep = URL_SAFE_NO_PAD.encode("[".repeat(100_000));
        assert_eq!(with_access_token(&format!("e30.{deep}.x")).unverified_claims(), None);
        assert_eq!(with_access_token("e30.e30.x").unverified_claims(), Some(json!({})));
    }

    proptest! {
        #[test]
        fn unverified_claims_are_the_payload(noise in any::<String>(), bytes in any::<Vec<u8>>(), claims in any_json()) {
            prop_assert_eq!(with_claims(&claims).unverified_claims(), Some(claims));
            _ = with_access_token(&noise).unverified_claims();
            let middle = with_access_token(&format!("{noise}.{}.{noise}", URL_SAFE_NO_PAD.encode(&bytes)));
            if !noise.contains('.') {
                prop_assert_eq!(middle.unverified_claims(), serde_json::from_slice(&bytes).ok());
            }
        }
    }
}
