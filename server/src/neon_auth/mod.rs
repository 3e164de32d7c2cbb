//! Neon Auth as the rest of the server sees it: one enum, one verb per thing that a person does.
//! It must not know sessions, cookies or pages; what a generation's wire looks like stays in that generation's file.

mod error;
mod jwks;
mod methods;
mod stack;
mod stack_oauth;
mod wire;

pub use error::{NeonAuthError, Outage, Problem};
pub use jwks::Keys;
pub use methods::Methods;
pub use stack::{Stack, StackSettings};
pub use wire::OriginError;

use crate::session::secret;
use app::db::Expected;
use app::session::SignInMethods;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

/// A client of Neon Auth. Cheap to clone.
#[derive(Clone, Debug)]
pub enum NeonAuth {
    /// The generation built on Stack Auth, with `neon_auth.users_sync`.
    Stack(Stack),
}

/// What a sign-in yields. Neither part ever reaches the browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// The JWT, good for minutes. Only its own `exp` says for how many.
    #[serde(with = "secret")]
    pub access: SecretString,
    /// What gets the next one, good for as long as Neon Auth's session.
    #[serde(with = "secret")]
    pub refresh: SecretString,
}

/// An e-mail address and a password as typed, checked for what Neon Auth could ever accept.
#[derive(Debug)]
pub struct Credentials {
    pub email: String,
    pub password: SecretString,
}

/// Where to send the browser, and what to remember until it comes back.
#[derive(Debug)]
pub struct Departure {
    pub authorize: Url,
    pub state: SecretString,
    pub verifier: SecretString,
}

impl NeonAuth {
    /// What the verifier demands of every token.
    pub fn expected(&self) -> Expected {
        match self {
            Self::Stack(stack) => stack.expected(),
        }
    }

    /// The ways to sign in that the project has switched on.
    pub async fn settings(&self) -> Result<SignInMethods, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.settings().await,
        }
    }

    /// The public keys, as JSON.
    pub async fn jwks(&self) -> Result<Vec<u8>, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.jwks().await,
        }
    }

    /// Makes an account and signs it in. An empty name is no name.
    pub async fn sign_up(&self, credentials: &Credentials, name: &str) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_up(credentials, name).await,
        }
    }

    pub async fn sign_in(&self, credentials: &Credentials) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_in(credentials).await,
        }
    }

    /// Begins a login at `provider`, which comes back to `callback`.
    pub fn start_oauth(&self, provider: &str, callback: &Url) -> Result<Departure, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.start_oauth(provider, callback),
        }
    }

    /// Exchanges the code that came back. `callback` is the one that the login began with.
    pub async fn finish_oauth(
        &self,
        code: SecretString,
        verifier: SecretString,
        callback: &Url,
    ) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.finish_oauth(code, verifier, callback).await,
        }
    }

    /// The next access token. [`Problem::SessionOver`] is definitive; every other error is not.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.refresh(tokens).await,
        }
    }

    /// Ends the session at Neon Auth. One that is over already is a success.
    pub async fn sign_out(&self, tokens: &Tokens) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_out(tokens).await,
        }
    }

    /// Deletes the account. One that is gone already is a success.
    pub async fn delete_account(&self, user_id: &str) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.delete_account(user_id).await,
        }
    }
}
