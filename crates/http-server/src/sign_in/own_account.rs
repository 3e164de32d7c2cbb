//! What pages ask about the account of the signed-in user, answered from their session. Only a session that turns out
//! to be over ends here: everything else is changed by forms, through routes.

use super::auth::Auth;
use super::browser_session::BrowserSession;
use super::content::Person;
use async_trait::async_trait;
use neon_auth::{AccountMethods, NeonAuthError, Refusal};
use request::account::{Device, OwnAccount, OwnPassword};
use request::{AppError, internal};
use tower_sessions::session::Id;

/// The account of the user of one request.
pub struct SessionAccount {
    auth: Auth,
    session: BrowserSession,
}

impl SessionAccount {
    pub fn new(auth: Auth, session: BrowserSession) -> Self {
        Self { auth, session }
    }

    /// Returns the user, with the id of the session, or the error that there is none.
    async fn person(&self) -> Result<(Id, Person), AppError> {
        self.session.signed_in().await.ok_or(AppError::SignInRequired)
    }
}

#[async_trait]
impl OwnAccount for SessionAccount {
    async fn devices(&self) -> Result<Vec<Device>, AppError> {
        let (here, person) = self.person().await?;
        self.auth.sessions.devices(&person.user_id, &here).await.map_err(|error| internal(&error))
    }

    async fn password(&self) -> Result<OwnPassword, AppError> {
        let (_, person) = self.person().await?;
        match self.auth.neon_auth.account_methods(&person.tokens).await {
            Ok(AccountMethods { password: true, .. }) => Ok(OwnPassword::Change),
            Ok(_) if self.auth.neon_auth.sets_first_password() => Ok(OwnPassword::Set),
            Ok(_) => Ok(OwnPassword::AskForMail),
            Err(NeonAuthError::Refused(Refusal::SessionOver | Refusal::UserGone)) => {
                self.session.end().await.map_err(|_| AppError::Unavailable)?;
                Err(AppError::SignInRequired)
            }
            Err(error) => {
                tracing::warn!(%error, "whether an account has a password is not known");
                Err(AppError::Unavailable)
            }
        }
    }

    async fn providers(&self) -> Option<Vec<String>> {
        let (_, person) = self.person().await.ok()?;
        match self.auth.neon_auth.account_methods(&person.tokens).await {
            Ok(methods) => Some(methods.providers),
            Err(error) => {
                if !error.is_expected() {
                    tracing::warn!(%error, "which providers sign in to an account is not known");
                }
                None
            }
        }
    }
}
