//! The Managed generation: signing up and in with a password, and everything that changes one. The caller has checked
//! its length.

use super::Managed;
use super::refusal::{as_refusal_of_code, follow_up_refusal_as_invalid};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::values::{AccountMethods, Credentials, EmailLinks, Proof, SignInOutcome, Tokens};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

/// One way to sign in to an account: a password or a provider.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    provider_id: String,
}

impl Managed {
    /// Signs up. Without a session in the response the user is not signed in, and the user in its body may be made up:
    /// later versions respond so for an e-mail address that is known already.
    pub(crate) async fn sign_up(
        &self,
        credentials: &Credentials,
        name: &str,
        email_links: Option<&EmailLinks>,
    ) -> Result<SignInOutcome> {
        let mut body = credentials.as_json();
        body["name"] = name.into();
        if let Some(email_links) = email_links {
            body["callbackURL"] = email_links.email_confirmed.as_str().into();
        }
        let response = self.post(&["sign-up", "email"], None, &body).await?;
        Ok(self
            .session_from(&response)
            .await
            .map_err(NeonAuthError::malformed_as_invalid_email)?
            .map_or(SignInOutcome::ConfirmEmail(None), SignInOutcome::SignedIn))
    }

    pub(crate) async fn sign_in(&self, credentials: &Credentials) -> Result<SignInOutcome> {
        match self.with_password(credentials).await {
            Err(NeonAuthError::Refused(Refusal::EmailUnconfirmed)) => Ok(SignInOutcome::ConfirmEmail(None)),
            result => result.map(SignInOutcome::SignedIn),
        }
    }

    async fn with_password(&self, credentials: &Credentials) -> Result<Tokens> {
        let response = self.post(&["sign-in", "email"], None, &credentials.as_json()).await?;
        if let Some(tokens) = self.session_from(&response).await.map_err(NeonAuthError::malformed_as_invalid_email)? {
            return Ok(tokens);
        }
        // An account with a second factor gets no session yet.
        match response.json::<Value>("a sign-in")?.get("twoFactorRedirect") {
            Some(Value::Bool(true)) => Err(NeonAuthError::Refused(Refusal::SecondFactor)),
            _ => Err(NeonAuthError::InvalidResponse("a sign-in without a session")),
        }
    }

    /// Mails a code. Succeeds whether the e-mail address is known or not.
    pub(crate) async fn send_password_reset(&self, email: &str, _email_links: &EmailLinks) -> Result<()> {
        let body = json!({ "email": email });
        match self.post(&["email-otp", "request-password-reset"], None, &body).await?.check() {
            // As it was called before.
            Err(NeonAuthError::Refused(Refusal::NotOffered)) => {
                self.post(&["forget-password", "email-otp"], None, &body).await?.check()
            }
            result => result,
        }
        .map_err(NeonAuthError::malformed_as_invalid_email)
    }

    /// Sets a new password. The other sessions would go on after this, so the new password is used once, to end them.
    pub(crate) async fn reset_password(&self, proof: &Proof, new: &SecretString) -> Result<()> {
        match proof {
            Proof::Code { email, code } => {
                let body =
                    json!({ "email": email, "otp": code.expose_secret().trim(), "password": new.expose_secret() });
                let response = self.post(&["email-otp", "reset-password"], None, &body).await?;
                response.check().map_err(as_refusal_of_code)?;
                self.end_all_sessions(&Credentials { email: email.clone(), password: new.clone() }).await;
                Ok(())
            }
            Proof::Link(token) => {
                let body = json!({ "token": token.expose_secret(), "newPassword": new.expose_secret() });
                self.post(&["reset-password"], None, &body).await?.check()
            }
        }
    }

    pub(crate) async fn account_methods(&self, tokens: &Tokens) -> Result<AccountMethods> {
        let response = self.get(&["list-accounts"], Some(tokens.renewal.session_cookie()?)).await?;
        let accounts: Vec<Account> = response.json("a list of accounts")?;
        let (passwords, providers): (Vec<_>, Vec<_>) =
            accounts.into_iter().map(|account| account.provider_id).partition(|id| id == "credential");
        Ok(AccountMethods { password: !passwords.is_empty(), providers })
    }

    pub(crate) async fn change_password(
        &self,
        tokens: &Tokens,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<Tokens> {
        let body = json!({
            "currentPassword": old.expose_secret(),
            "newPassword": new.expose_secret(),
            "revokeOtherSessions": true,
        });
        let response = self.post(&["change-password"], Some(tokens.renewal.session_cookie()?), &body).await?;
        match self.session_from(&response).await? {
            Some(tokens) => Ok(tokens),
            // It went on with the same session.
            None => self.refresh(tokens).await.map_err(follow_up_refusal_as_invalid),
        }
    }

    /// Returns that a reset has to do it: there is no endpoint for this.
    pub(crate) async fn set_password(&self, _tokens: &Tokens, _new: &SecretString) -> Result<Tokens> {
        Err(NeonAuthError::Refused(Refusal::NotOffered))
    }

    /// Ends all sessions of an account. A failure is only logged: the password is set already.
    async fn end_all_sessions(&self, credentials: &Credentials) {
        let ended = async {
            let tokens = self.with_password(credentials).await?;
            self.post(&["revoke-sessions"], Some(tokens.renewal.session_cookie()?), &json!({})).await?.check()
        };
        if let Err(error) = ended.await {
            tracing::warn!(%error, "the sessions from before a new password were not ended");
        }
    }
}
