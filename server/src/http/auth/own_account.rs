//! What pages ask about the account of whoever is signed in, answered from their session.
//! It must not change anything: forms do that, through routes.

use super::Auth;
use crate::neon_auth::NeonAuth;
use crate::session::{BrowserSession, Person};
use app::account::device::Device;
use app::account::own::{OwnAccount, OwnPassword};
use app::error::AppError;
use app::failure::internal;
use async_trait::async_trait;
use tower_sessions::session::Id;

/// The account behind one request.
pub struct SessionAccount {
    auth: Auth,
    session: BrowserSession,
}

impl SessionAccount {
    pub fn new(auth: Auth, session: BrowserSession) -> Self {
        Self { auth, session }
    }

    async fn person(&self) -> Result<(Id, Person), AppError> {
        self.session.signed_in().await.ok_or(AppError::SignInRequired)
    }
}

#[async_trait]
impl OwnAccount for SessionAccount {
    async fn devices(&self) -> Result<Vec<Device>, AppError> {
        let (here, person) = self.person().await?;
        self.auth.sessions.store().devices(&person.user_id, &here).await.map_err(|error| internal(&error))
    }

    async fn password(&self) -> Result<OwnPassword, AppError> {
        let (_, person) = self.person().await?;
        let has_one = self.auth.neon_auth.has_password(&person.tokens).await.map_err(|error| {
            tracing::warn!(%error, "whether an account has a password is not known");
            AppError::Unavailable
        })?;
        Ok(match (has_one, &self.auth.neon_auth) {
            (true, _) => OwnPassword::Change,
            (false, NeonAuth::Stack(_)) => OwnPassword::Set,
            (false, NeonAuth::Managed(_)) => OwnPassword::AskForMail,
        })
    }
}
