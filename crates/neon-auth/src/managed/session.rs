//! The Managed generation: sessions after the sign-in, and the end of an account.

use super::{Managed, accept, cookies, token};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::project_database::DatabaseError;
use crate::renewal::Renewal;
use crate::values::Tokens;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct Deletion {
    #[serde(default)]
    message: Value,
}

/// The message of a success that has deleted nothing yet.
const DELETION_MAILED: &str = "Verification email sent";

impl Managed {
    /// Fetches the next access token. The response is `null` with status 200 when the session is over; now and then the
    /// session is prolonged, and its cookie set again.
    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        let session = tokens.renewal.session_cookie()?;
        let response = self.get(&["get-session"], Some(session)).await?;
        if response.json::<Value>("a session")?.is_null() {
            return Err(NeonAuthError::Refused(self.session_end_reason(tokens).await));
        }
        let session = cookies::session(&response.headers).unwrap_or_else(|| session.clone());
        let access = match token(&response) {
            Some(token) => token,
            None => self.token(&session).await?,
        };
        accept(Tokens { access, renewal: Renewal::SessionCookie(session) })
    }

    /// Returns why a session is over: the account is gone, or only the session. A deleted account has no row any more;
    /// a new one has its row at once.
    async fn session_end_reason(&self, tokens: &Tokens) -> Refusal {
        let claims = tokens.unverified_claims();
        let Some(user_id) = claims.as_ref().and_then(|claims| claims["sub"].as_str()) else {
            return Refusal::SessionOver;
        };
        match self.database.is_user_gone(user_id).await {
            Ok(true) => Refusal::UserGone,
            Ok(false) => Refusal::SessionOver,
            Err(error) => {
                tracing::warn!(%error, "cannot check whether the account of an ended session still exists");
                Refusal::SessionOver
            }
        }
    }

    pub(super) async fn token(&self, session: &SecretString) -> Result<SecretString> {
        Ok(self.get(&["token"], Some(session)).await?.json::<Token>("a token")?.token.into())
    }

    pub(crate) async fn sign_out(&self, tokens: &Tokens) -> Result<()> {
        let Ok(session) = tokens.renewal.session_cookie() else { return Ok(()) };
        match self.post(&["sign-out"], Some(session), &json!({})).await?.check() {
            Err(NeonAuthError::Refused(Refusal::SessionOver)) => Ok(()),
            result => result,
        }
    }

    /// Deletes the account. Where the project does not allow users to delete themselves, its row is deleted, which is
    /// the account; the same where the session has ended in an earlier attempt, or where deletion would wait for a link
    /// in a mail.
    pub(crate) async fn delete_account(
        &self,
        user_id: &str,
        tokens: &Tokens,
        password: Option<&SecretString>,
    ) -> Result<()> {
        let body = password.map_or_else(|| json!({}), |password| json!({ "password": password.expose_secret() }));
        let response = self.post(&["delete-user"], Some(tokens.renewal.session_cookie()?), &body).await?;
        // It may be there, and in another session they may delete it themselves.
        let refusal_if_forbidden = match response.json::<Deletion>("the end of an account") {
            Ok(deletion) if deletion.message == DELETION_MAILED => Refusal::NotOffered,
            Ok(_) => return Ok(()),
            Err(NeonAuthError::Refused(Refusal::NotOffered)) => Refusal::NotOffered,
            Err(NeonAuthError::Refused(Refusal::SessionOver)) => Refusal::SessionTooOld,
            Err(error) => return Err(error),
        };
        self.database.delete_user(user_id).await.map_err(|error| match error {
            DatabaseError::Forbidden(_) => NeonAuthError::Refused(refusal_if_forbidden),
            error => error.into(),
        })
    }
}
