//! The Stack generation: signing up and in with a password, and everything that changes one. The caller has checked its
//! length, since a refused password uses a mailed code up.

use super::refusal::malformed_as_wrong_code;
use super::{Stack, TokenPair, accept};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::values::{AccountMethods, Credentials, EmailLinks, Proof, SignInOutcome, Tokens};
use crate::wire::sensitive;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Me {
    has_password: bool,
    #[serde(default)]
    oauth_providers: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    id: String,
}

impl Stack {
    pub(crate) async fn sign_up(
        &self,
        credentials: &Credentials,
        name: &str,
        email_links: Option<&EmailLinks>,
    ) -> Result<SignInOutcome> {
        let mut body = credentials.as_json();
        if let Some(email_links) = email_links {
            body["verification_callback_url"] = email_links.confirm_email.as_str().into();
        }
        let tokens = self.with_password("sign-up", &body).await?;
        // The account exists now: a name that could not be set is no reason to say that signing up failed.
        let renamed = if name.is_empty() { Ok(tokens.clone()) } else { self.set_name(&tokens, name).await };
        let tokens = renamed.unwrap_or_else(|error| {
            tracing::warn!(%error, "the name of a new account was not set");
            tokens
        });
        outcome(tokens)
    }

    pub(crate) async fn sign_in(&self, credentials: &Credentials) -> Result<SignInOutcome> {
        outcome(self.with_password("sign-in", &credentials.as_json()).await?)
    }

    pub(crate) async fn send_password_reset(&self, email: &str, email_links: &EmailLinks) -> Result<()> {
        let body = json!({ "email": email, "callback_url": email_links.reset_password.as_str() });
        let response = self.post(&["auth", "password", "send-reset-code"], &body).await?;
        match response.check().map_err(NeonAuthError::malformed_as_invalid_email) {
            // Older versions say it when they do not know the address.
            Err(NeonAuthError::Refused(Refusal::UserGone)) => Ok(()),
            result => result,
        }
    }

    pub(crate) async fn reset_password(&self, proof: &Proof, new: &SecretString) -> Result<()> {
        let body = json!({ "code": proof.code().expose_secret(), "password": new.expose_secret() });
        self.post(&["auth", "password", "reset"], &body).await?.check().map_err(malformed_as_wrong_code)
    }

    pub(crate) async fn account_methods(&self, tokens: &Tokens) -> Result<AccountMethods> {
        let (response, _) = self.call_as_user(tokens, self.client_request(Method::GET, &["users", "me"])?).await?;
        let Me { has_password, oauth_providers } = response.json("a user")?;
        let providers = oauth_providers.into_iter().map(|Provider { id }| id).collect();
        Ok(AccountMethods { password: has_password, providers })
    }

    /// Changes the password. The refresh token names the one session that stays.
    pub(crate) async fn change_password(
        &self,
        tokens: &Tokens,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<Tokens> {
        let body = json!({ "old_password": old.expose_secret(), "new_password": new.expose_secret() });
        let request = self
            .client_request(Method::POST, &["auth", "password", "update"])?
            .header("x-stack-refresh-token", sensitive(tokens.renewal.refresh_token()?)?)
            .json(&body);
        self.call_as_user(tokens, request).await.map(|(_, tokens)| tokens)
    }

    pub(crate) async fn set_password(&self, tokens: &Tokens, new: &SecretString) -> Result<Tokens> {
        let body = json!({ "password": new.expose_secret() });
        let request = self.client_request(Method::POST, &["auth", "password", "set"])?.json(&body);
        self.call_as_user(tokens, request).await.map(|(_, tokens)| tokens)
    }

    /// Returns tokens that may be those of a user who has to confirm the address first.
    async fn with_password(&self, verb: &str, body: &Value) -> Result<Tokens> {
        let tokens = self.post(&["auth", "password", verb], body).await?.json::<TokenPair>("a pair of tokens");
        tokens.map(Tokens::from).map_err(NeonAuthError::malformed_as_invalid_email)
    }

    /// Sets the display name and gets a token that has it.
    async fn set_name(&self, tokens: &Tokens, name: &str) -> Result<Tokens> {
        let body = json!({ "display_name": name });
        let request = self.client_request(Method::PATCH, &["users", "me"])?.json(&body);
        let (_, tokens) = self.call_as_user(tokens, request).await?;
        self.renew(&tokens).await
    }
}

/// Returns the outcome that tokens mean: a user who has to confirm the address gets tokens as well.
fn outcome(tokens: Tokens) -> Result<SignInOutcome> {
    match accept(tokens.clone()) {
        Err(NeonAuthError::Refused(Refusal::EmailUnconfirmed)) => Ok(SignInOutcome::ConfirmEmail(Some(tokens))),
        result => result.map(SignInOutcome::SignedIn),
    }
}
