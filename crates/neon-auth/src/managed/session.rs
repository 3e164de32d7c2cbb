//! The Managed generation: sessions after the sign-in, and the end of an account.

use super::{Managed, accept, cookies, token};
use crate::error::{NeonAuthError, Problem};
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

/// A success that has deleted nothing.
const MAILED: &str = "Verification email sent";

impl Managed {
    /// `null` with status 200 is how a session that is over answers. Now and then the session is prolonged, and its
    /// cookie set again.
    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        let session = tokens.renewal.session_cookie()?;
        let answer = self.get(&["get-session"], Some(session)).await?;
        if answer.json::<Value>("a session")?.is_null() {
            return Err(NeonAuthError::Problem(self.why_over(tokens).await));
        }
        let session = cookies::session(&answer.headers).unwrap_or_else(|| session.clone());
        let access = match token(&answer) {
            Some(token) => token,
            None => self.token(&session).await?,
        };
        accept(Tokens { access, renewal: Renewal::SessionCookie(session) })
    }

    /// An account that was deleted, perhaps by an attempt whose answer was lost, has no row any more. Users are there as soon as
    /// Neon Auth knows them, so none of a missing row is on its way.
    async fn why_over(&self, tokens: &Tokens) -> Problem {
        let claims = tokens.unverified_claims();
        let Some(user_id) = claims.as_ref().and_then(|claims| claims["sub"].as_str()) else {
            return Problem::SessionOver;
        };
        match self.database.is_user_gone(user_id).await {
            Ok(true) => Problem::UserGone,
            Ok(false) => Problem::SessionOver,
            Err(error) => {
                tracing::warn!(%error, "whether the account of a session is gone is not known");
                Problem::SessionOver
            }
        }
    }

    pub(super) async fn token(&self, session: &SecretString) -> Result<SecretString, NeonAuthError> {
        Ok(self.get(&["token"], Some(session)).await?.json::<Token>("a token")?.token.into())
    }

    pub(crate) async fn sign_out(&self, tokens: &Tokens) -> Result<(), NeonAuthError> {
        let Ok(session) = tokens.renewal.session_cookie() else { return Ok(()) };
        match self.post(&["sign-out"], Some(session), &json!({})).await?.check() {
            Err(NeonAuthError::Problem(Problem::SessionOver)) => Ok(()),
            result => result,
        }
    }

    /// Where the project does not let people delete themselves, the row is deleted: it is the account. The same when the
    /// session has ended with the account in an earlier attempt, or where it would wait for a link in a mail.
    pub(crate) async fn delete_account(
        &self,
        user_id: &str,
        tokens: &Tokens,
        password: Option<&SecretString>,
    ) -> Result<(), NeonAuthError> {
        let body = password.map_or_else(|| json!({}), |password| json!({ "password": password.expose_secret() }));
        let answer = self.post(&["delete-user"], Some(tokens.renewal.session_cookie()?), &body).await?;
        // It may be there, and in another session they may delete it themselves.
        let otherwise = match answer.json::<Deletion>("the end of an account") {
            Ok(deletion) if deletion.message == MAILED => Problem::NotOffered,
            Ok(_) => return Ok(()),
            Err(NeonAuthError::Problem(Problem::NotOffered)) => Problem::NotOffered,
            Err(NeonAuthError::Problem(Problem::SessionOver)) => Problem::SessionTooOld,
            Err(error) => return Err(error),
        };
        self.database.delete_user(user_id).await.map_err(|error| match error {
            DatabaseError::Forbidden(_) => NeonAuthError::Problem(otherwise),
            error => error.into(),
        })
    }
}
