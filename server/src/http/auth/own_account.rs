//! What pages ask about the account of whoever is signed in, answered from their session.
//! It must not change anything: forms do that, through routes.

use crate::session::{BrowserSession, Person, Store};
use app::account::device::Device;
use app::account::own::OwnAccount;
use app::error::AppError;
use app::failure::internal;
use async_trait::async_trait;
use tower_sessions::session::Id;

/// The account behind one request.
pub struct SessionAccount {
    store: Store,
    session: BrowserSession,
}

impl SessionAccount {
    pub fn new(store: Store, session: BrowserSession) -> Self {
        Self { store, session }
    }

    async fn person(&self) -> Result<(Id, Person), AppError> {
        self.session.signed_in().await.ok_or(AppError::SignInRequired)
    }
}

#[async_trait]
impl OwnAccount for SessionAccount {
    async fn devices(&self) -> Result<Vec<Device>, AppError> {
        let (here, person) = self.person().await?;
        self.store.devices(&person.user_id, &here).await.map_err(|error| internal(&error))
    }
}
