//! The Stack generation: mails that confirm an e-mail address or sign in, with links to the app's own pages.

use super::refusal::malformed_as_wrong_code;
use super::{Stack, TokenPair, accept};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::values::{EmailLinks, Proof, Tokens};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// The length of a full code, as links carry it. A typed code is shorter, and is sent together with the nonce.
const FULL_CODE_LENGTH: usize = 45;

/// The length of the nonce: a full code without the six characters that are typed.
const NONCE_LENGTH: usize = 39;

#[derive(Deserialize)]
struct NonceBody {
    nonce: String,
}

impl Stack {
    pub(crate) async fn send_verification(
        &self,
        email: &str,
        tokens: Option<&Tokens>,
        email_links: &EmailLinks,
    ) -> Result<()> {
        let tokens = tokens.ok_or(Refusal::NotOffered)?;
        let body = json!({ "email": email, "callback_url": email_links.confirm_email.as_str() });
        let request = self.client_request(Method::POST, &["contact-channels", "send-verification-code"])?.json(&body);
        self.call_as_user(tokens, request).await.map(drop).map_err(NeonAuthError::malformed_as_invalid_email)
    }

    pub(crate) async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>> {
        let body = json!({ "code": proof.code().expose_secret() });
        let response = self.post(&["contact-channels", "verify"], &body).await?;
        // The address of the account is another one by now, which is said in plain text. The code is used up.
        if response.status == StatusCode::BAD_REQUEST && !response.is_json {
            return Err(NeonAuthError::Refused(Refusal::MailedCodeSpent));
        }
        response.check().map_err(malformed_as_wrong_code).map(|()| None)
    }

    /// Mails a code, and returns the nonce that signing in with it needs.
    pub(crate) async fn send_sign_in_code(&self, email: &str, email_links: &EmailLinks) -> Result<SecretString> {
        let body = json!({ "email": email, "callback_url": email_links.sign_in.as_str() });
        let response = self.post(&["auth", "otp", "send-sign-in-code"], &body).await?;
        // What a project forbids is refused in plain text.
        if response.status == StatusCode::FORBIDDEN && !response.is_json {
            return Err(NeonAuthError::Refused(Refusal::NotOffered));
        }
        match response.json::<NonceBody>("a nonce").map_err(NeonAuthError::malformed_as_invalid_email) {
            Ok(NonceBody { nonce }) => Ok(nonce.into()),
            // No account, or one that has to confirm the address first: no mail is sent, and the caller does not learn
            // why. A code that is typed all the same is looked for like any other.
            Err(NeonAuthError::Refused(Refusal::UserGone | Refusal::SignUpOff | Refusal::EmailKnown)) => {
                Ok(decoy_nonce())
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn sign_in_with_code(
        &self,
        _email: &str,
        nonce: &SecretString,
        code: &SecretString,
    ) -> Result<Tokens> {
        let (code, nonce) = (code.expose_secret(), nonce.expose_secret());
        let full_code = if code.len() != FULL_CODE_LENGTH {
            format!("{code}{nonce}")
        } else if !nonce.is_empty() && code.to_lowercase().ends_with(&nonce.to_lowercase()) {
            code.to_owned()
        } else {
            // Of a mail that another user asked for: it would sign this user in as that one.
            return Err(NeonAuthError::Refused(Refusal::CodeInvalid));
        };
        let response = self.post(&["auth", "otp", "sign-in"], &json!({ "code": full_code })).await?;
        accept(response.json::<TokenPair>("a pair of tokens").map_err(malformed_as_wrong_code)?.into())
    }
}

/// Returns a nonce of the usual length that belongs to no code.
fn decoy_nonce() -> SecretString {
    let digits = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat();
    digits[..NONCE_LENGTH].into()
}

impl Proof {
    /// Returns the code, which is the same to this generation typed or in a link.
    pub(super) fn code(&self) -> &SecretString {
        match self {
            Self::Code { code, .. } | Self::Link(code) => code,
        }
    }
}
