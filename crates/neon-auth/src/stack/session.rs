//! The Stack generation: sessions after the sign-in, and the end of an account.

use super::{Stack, accept};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::response::ApiResponse;
use crate::values::Tokens;
use crate::wire::{UNBUILDABLE, sensitive};
use http::Method;
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde::Deserialize;

#[derive(Deserialize)]
struct AccessToken {
    access_token: String,
}

impl Stack {
    /// Fetches the next access token. The old one is not sent: an expired one would fail the call before the refresh
    /// token is looked at.
    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        accept(self.renew(tokens).await?)
    }

    /// Ends the session that the access token names. An expired one is renewed first.
    pub(crate) async fn sign_out(&self, tokens: &Tokens) -> Result<()> {
        let request = self.client_request(Method::DELETE, &["auth", "sessions", "current"])?;
        match self.call_as_user(tokens, request).await {
            Err(NeonAuthError::Refused(Refusal::SessionOver | Refusal::UserGone)) => Ok(()),
            result => result.map(drop),
        }
    }

    pub(crate) async fn delete_account(
        &self,
        user_id: &str,
        _tokens: &Tokens,
        _password: Option<&SecretString>,
    ) -> Result<()> {
        let request = self.server_request(Method::DELETE, &["users", user_id])?;
        match self.wire.call(request).await?.check() {
            Err(NeonAuthError::Refused(Refusal::UserGone)) => Ok(()),
            result => result,
        }
    }

    /// Makes a call with the access token. When that has expired it is renewed and the call made once more. Returns the
    /// tokens that were used last.
    pub(super) async fn call_as_user(&self, tokens: &Tokens, request: RequestBuilder) -> Result<(ApiResponse, Tokens)> {
        let again = request.try_clone().ok_or(UNBUILDABLE)?;
        let first = self.wire.call(with_access_header(request, &tokens.access)?).await?;
        match first.check() {
            Err(NeonAuthError::Refused(Refusal::AccessTokenExpired)) => {}
            outcome => return outcome.map(|()| (first, tokens.clone())),
        }
        let tokens = self.renew(tokens).await?;
        let second = self.wire.call(with_access_header(again, &tokens.access)?).await?;
        second.check().map(|()| (second, tokens))
    }

    /// Fetches the next access token, unchecked. Refresh tokens are not rotated: the old one stays.
    pub(super) async fn renew(&self, tokens: &Tokens) -> Result<Tokens> {
        let request = self
            .client_request(Method::POST, &["auth", "sessions", "current", "refresh"])?
            .header("x-stack-refresh-token", sensitive(tokens.renewal.refresh_token()?)?);
        let next: AccessToken = self.wire.call(request).await?.json("a refreshed token")?;
        Ok(Tokens { access: next.access_token.into(), renewal: tokens.renewal.clone() })
    }
}

/// Adds the access token to a request. Restricted users are allowed as well: they may confirm their e-mail address and
/// sign out, and it does not sign them in.
fn with_access_header(request: RequestBuilder, access: &SecretString) -> Result<RequestBuilder> {
    Ok(request.header("x-stack-access-token", sensitive(access)?).header("x-stack-allow-restricted-user", "true"))
}
