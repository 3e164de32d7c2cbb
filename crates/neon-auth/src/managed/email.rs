//! The Managed generation: mails that confirm an address or sign in.
//! It asks for codes where it can: links lead to Neon's host, and what they prove stays there.

use super::Managed;
use super::problem::{about_the_address, unknown_is_wrong};
use crate::error::{NeonAuthError, Problem};
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
    ) -> Result<(), NeonAuthError> {
        if self.mails_links.load(Ordering::Relaxed) {
            let body = json!({ "email": email, "callbackURL": email_links.email_confirmed.as_str() });
            let answer = self.post(&["send-verification-email"], None, &body).await?;
            return match answer.check().map_err(about_the_address) {
                // Nothing is sent, and the caller does not learn why: it would say whether the account exists.
                Err(NeonAuthError::Problem(Problem::EmailConfirmed | Problem::UserGone)) => Ok(()),
                result => result,
            };
        }
        self.send_code(email, "email-verification").await
    }

    /// Signs the person in where the project is set up so.
    pub(crate) async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>, NeonAuthError> {
        // A link was followed to Neon's host, which has confirmed the address by itself.
        let Proof::Code { email, code } = proof else { return Err(NeonAuthError::Problem(Problem::NotOffered)) };
        let answer = self.post(&["email-otp", "verify-email"], None, &typed(email, code)).await?;
        self.entered(&answer).await.map_err(unknown_is_wrong).map_err(about_the_address)
    }

    pub(crate) async fn send_sign_in_code(
        &self,
        email: &str,
        _email_links: &EmailLinks,
    ) -> Result<SecretString, NeonAuthError> {
        self.send_code(email, "sign-in").await.map(|()| SecretString::default())
    }

    pub(crate) async fn sign_in_with_code(
        &self,
        email: &str,
        _kept: &SecretString,
        code: &SecretString,
    ) -> Result<Tokens, NeonAuthError> {
        let answer = self.post(&["sign-in", "email-otp"], None, &typed(email, code)).await?;
        let tokens = self.entered(&answer).await.map_err(unknown_is_wrong).map_err(about_the_address)?;
        tokens.ok_or(NeonAuthError::InvalidResponse("a sign-in without a session"))
    }

    async fn send_code(&self, email: &str, kind: &str) -> Result<(), NeonAuthError> {
        let body = json!({ "email": email, "type": kind });
        let answer = self.post(&["email-otp", "send-verification-otp"], None, &body).await?;
        answer.check().map_err(about_the_address)
    }
}

fn typed(email: &str, code: &SecretString) -> Value {
    json!({ "email": email, "otp": code.expose_secret().trim() })
}
