//! The Managed generation: mails that confirm an e-mail address or sign in.
//! It asks for codes where it can: links lead to Neon's host, and what they prove stays there.

use super::Managed;
use super::refusal::as_refusal_of_code;
use crate::error::{NeonAuthError, Refusal, Result};
use crate::values::{EmailLinks, Proof, Tokens};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

impl Managed {
    pub(crate) async fn send_verification(
        &self,
        email: &str,
        _tokens: Option<&Tokens>,
        email_links: &EmailLinks,
    ) -> Result<()> {
        if self.mails_links.load(Ordering::Relaxed) {
            let body = json!({ "email": email, "callbackURL": email_links.email_confirmed.as_str() });
            let response = self.post(&["send-verification-email"], None, &body).await?;
            return match response.check().map_err(NeonAuthError::malformed_as_invalid_email) {
                // Nothing is sent, and the caller does not learn why: it would say whether the account exists.
                Err(NeonAuthError::Refused(Refusal::EmailConfirmed | Refusal::UserGone)) => Ok(()),
                result => result,
            };
        }
        self.send_code(email, "email-verification").await
    }

    /// Confirms an e-mail address. Signs the user in where the project is set up so.
    pub(crate) async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>> {
        // A link was followed to Neon's host, which has confirmed the address by itself.
        let Proof::Code { email, code } = proof else { return Err(NeonAuthError::Refused(Refusal::NotOffered)) };
        let response = self.post(&["email-otp", "verify-email"], None, &code_body(email, code)).await?;
        self.session_from(&response).await.map_err(as_refusal_of_code)
    }

    pub(crate) async fn send_sign_in_code(&self, email: &str, _email_links: &EmailLinks) -> Result<SecretString> {
        self.send_code(email, "sign-in").await.map(|()| SecretString::default())
    }

    pub(crate) async fn sign_in_with_code(
        &self,
        email: &str,
        _nonce: &SecretString,
        code: &SecretString,
    ) -> Result<Tokens> {
        let response = self.post(&["sign-in", "email-otp"], None, &code_body(email, code)).await?;
        let tokens = self.session_from(&response).await.map_err(as_refusal_of_code)?;
        tokens.ok_or(NeonAuthError::InvalidResponse("a sign-in without a session"))
    }

    async fn send_code(&self, email: &str, kind: &str) -> Result<()> {
        let body = json!({ "email": email, "type": kind });
        let response = self.post(&["email-otp", "send-verification-otp"], None, &body).await?;
        response.check().map_err(NeonAuthError::malformed_as_invalid_email)
    }
}

fn code_body(email: &str, code: &SecretString) -> Value {
    json!({ "email": email, "otp": code.expose_secret().trim() })
}
