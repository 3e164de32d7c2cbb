//! The Stack generation: sessions after the sign-in, and the end of an account.

use super::{Stack, accept};
use crate::answer::Answer;
use crate::error::{NeonAuthError, Problem};
use crate::values::Tokens;
use crate::wire::sensitive;
use http::Method;
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde::Deserialize;

#[derive(Deserialize)]
struct AccessToken {
    access_token: String,
}

impl Stack {
    /// Sent without the access token: an expired one would fail the call before the refresh token is looked at.
    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        accept(self.renewed(tokens).await?)
    }

    /// The session to end is named by the access token, which must not have expired: else it is renewed first.
    pub(crate) async fn sign_out(&self, tokens: &Tokens) -> Result<(), NeonAuthError> {
        let ended =
            self.as_user(tokens, |stack| stack.as_client(Method::DELETE, &["auth", "sessions", "current"])).await;
        match ended {
            Err(NeonAuthError::Problem(Problem::SessionOver | Problem::UserGone)) => Ok(()),
            result => result.map(drop),
        }
    }

    pub(crate) async fn delete_account(
        &self,
        user_id: &str,
        _tokens: &Tokens,
        _password: Option<&SecretString>,
    ) -> Result<(), NeonAuthError> {
        let request = self.as_server(Method::DELETE, &["users", user_id])?;
        match self.call(request).await?.check() {
            Err(NeonAuthError::Problem(Problem::UserGone)) => Ok(()),
            result => result,
        }
    }

    /// A call that needs the access token. When that has expired it is renewed and the call made once more; the tokens
    /// that served come back.
    pub(super) async fn as_user(
        &self,
        tokens: &Tokens,
        request: impl Fn(&Self) -> Result<RequestBuilder, NeonAuthError>,
    ) -> Result<(Answer, Tokens), NeonAuthError> {
        let first = self.call(with_access(request(self)?, &tokens.access)?).await?;
        match first.check() {
            Err(NeonAuthError::Problem(Problem::AccessTokenExpired)) => {}
            outcome => return outcome.map(|()| (first, tokens.clone())),
        }
        let tokens = self.renewed(tokens).await?;
        let second = self.call(with_access(request(self)?, &tokens.access)?).await?;
        second.check().map(|()| (second, tokens))
    }

    /// Refresh tokens are not rotated here: the old one stays.
    pub(super) async fn renewed(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        let request = self
            .as_client(Method::POST, &["auth", "sessions", "current", "refresh"])?
            .header("x-stack-refresh-token", sensitive(tokens.renewal.refresh_token()?)?);
        let next: AccessToken = self.call(request).await?.json("a refreshed token")?;
        Ok(Tokens { access: next.access_token.into(), renewal: tokens.renewal.clone() })
    }
}

/// Restricted users too may confirm their address and sign out. They are not let in by it.
fn with_access(request: RequestBuilder, access: &SecretString) -> Result<RequestBuilder, NeonAuthError> {
    Ok(request.header("x-stack-access-token", sensitive(access)?).header("x-stack-allow-restricted-user", "true"))
}
