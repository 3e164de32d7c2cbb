//! What the server provides to the pages of an account: answers about the sign-in of the client that only it can give.
//! It must not take a person's id: it is made for one request, and knows whose that is.

use super::Device;
use crate::AppError;
use async_trait::async_trait;
use leptos::prelude::use_context;
use std::sync::Arc;

/// The account of the person who is signed in.
#[async_trait]
pub trait OwnAccount: Send + Sync {
    /// Returns where the person is signed in: here first, then where they were last.
    async fn devices(&self) -> Result<Vec<Device>, AppError>;

    /// Asks Neon Auth what the person can do about their password.
    async fn password(&self) -> Result<OwnPassword, AppError>;

    /// Asks Neon Auth for the ids of the providers that sign in to this account. None where it does not say.
    async fn providers(&self) -> Option<Vec<String>>;
}

/// What a person can do about their password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPassword {
    /// Change the one that there is.
    Change,
    /// Set the first one, right here.
    Set,
    /// Set the first one with what a mail says.
    AskForMail,
}

/// Returns the account of the person who is signed in.
pub fn own_account() -> Result<Arc<dyn OwnAccount>, AppError> {
    use_context::<Arc<dyn OwnAccount>>().ok_or(AppError::Unavailable)
}
