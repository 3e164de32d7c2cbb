//! Neon Auth as the rest of the server sees it: one enum, one verb per thing that a person does.
//! It must not know sessions, cookies or pages; what a generation's wire looks like stays in that generation's files.

mod answer;
mod error;
mod jwks;
mod managed;
mod methods;
mod project_database;
pub mod secret;
mod sign_in_methods;
mod stack;
mod tally;
mod trust;
mod values;
mod wire;

pub use error::{NeonAuthError, Outage, Problem};
pub use jwks::{Keys, Unverified};
pub use managed::{Managed, ManagedSettings};
pub use methods::{Methods, REFRESH_EVERY};
pub use project_database::{DatabaseError, ProjectDatabase, ProjectSettings};
pub use sign_in_methods::{Mailed, PasswordRules, SignInMethods};
pub use stack::{Stack, StackSettings};
pub use tally::Tally;
pub use trust::{Advice, Introduction, addition};
pub use values::{AccountMethods, Credentials, Departure, Entry, Landings, Proof, Return, Tokens, one};
pub use wire::BaseUrlError;

use identity::Expected;
use secrecy::SecretString;
use std::sync::Arc;
use url::Url;

/// How a project is reached, and with that, of which generation it is.
#[derive(Clone, Debug)]
pub enum NeonAuthSettings {
    Stack(StackSettings),
    Managed(ManagedSettings),
}

/// A client of Neon Auth. Cheap to clone.
#[derive(Clone, Debug)]
pub enum NeonAuth {
    /// The generation built on Stack Auth, with `neon_auth.users_sync`.
    Stack(Stack),
    /// The generation built on Better Auth, with `neon_auth."user"`.
    Managed(Managed),
}

impl NeonAuth {
    /// Does not connect yet. `public_origin` is the app's own address, by which the second generation knows it.
    /// `database` is asked by the second generation only.
    pub fn new(
        settings: &NeonAuthSettings,
        public_origin: &Url,
        database: Arc<dyn ProjectDatabase>,
    ) -> Result<Self, BaseUrlError> {
        Ok(match settings {
            NeonAuthSettings::Stack(settings) => Self::Stack(Stack::new(settings.clone())?),
            NeonAuthSettings::Managed(settings) => Self::Managed(Managed::new(settings, public_origin, database)?),
        })
    }

    /// How all calls so far have ended.
    pub fn tally(&self) -> &Tally {
        match self {
            Self::Stack(stack) => stack.tally(),
            Self::Managed(managed) => managed.tally(),
        }
    }

    /// What the verifier demands of every token.
    pub fn expected(&self) -> Expected {
        match self {
            Self::Stack(stack) => stack.expected(),
            Self::Managed(managed) => managed.expected(),
        }
    }

    /// What sign-in probably offers, for as long as nobody has answered.
    pub fn presumed(&self) -> SignInMethods {
        match self {
            Self::Stack(_) => stack::presumed(),
            Self::Managed(_) => managed::presumed(),
        }
    }

    /// The ways to sign in that the project has switched on.
    pub async fn settings(&self) -> Result<SignInMethods, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.settings().await,
            Self::Managed(managed) => managed.settings().await,
        }
    }

    /// What the project says about itself, for the start and for the doctor.
    pub async fn introduction(&self) -> Result<Introduction, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.introduction().await,
            Self::Managed(managed) => managed.introduction().await,
        }
    }

    /// Whether the rights of the server's own key are there, without using them.
    pub async fn check_server_key(&self) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.check_server_key().await,
            // It has none.
            Self::Managed(_) => Ok(()),
        }
    }

    /// The public keys, as JSON.
    pub async fn jwks(&self) -> Result<Vec<u8>, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.jwks().await,
            Self::Managed(managed) => managed.jwks().await,
        }
    }

    /// Makes an account and signs it in, where the project allows that before the address is confirmed. An empty name is no
    /// name; without landings no link is mailed.
    pub async fn sign_up(
        &self,
        credentials: &Credentials,
        name: &str,
        landings: Option<&Landings>,
    ) -> Result<Entry, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_up(credentials, name, landings).await,
            Self::Managed(managed) => managed.sign_up(credentials, name, landings).await,
        }
    }

    /// Checks a password. It mails nothing where the address has to be confirmed first.
    pub async fn sign_in(&self, credentials: &Credentials) -> Result<Entry, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_in(credentials).await,
            Self::Managed(managed) => managed.sign_in(credentials).await,
        }
    }

    /// Begins a login at `provider`, which comes back to `callback`.
    pub async fn start_oauth(&self, provider: &str, callback: &Url) -> Result<Departure, NeonAuthError> {
        match self {
            Self::Stack(stack) => Ok(stack.start_oauth(provider, callback)),
            Self::Managed(managed) => managed.start_oauth(provider, callback).await,
        }
    }

    /// Reads the query of the address that a login comes back to. Nothing in it is to be believed.
    pub fn read_return(&self, query: &str) -> Return {
        match self {
            Self::Stack(_) => Stack::read_return(query),
            Self::Managed(_) => Managed::read_return(query),
        }
    }

    /// Whether a query can only come from a login that is on its way back.
    pub fn is_return(&self, query: &str) -> bool {
        match self {
            Self::Stack(_) => false,
            Self::Managed(_) => query.contains(managed::VERIFIER),
        }
    }

    /// Exchanges the proof that came back. `callback` is the one that the login began with.
    pub async fn finish_oauth(
        &self,
        proof: SecretString,
        verifier: SecretString,
        callback: &Url,
    ) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.finish_oauth(proof, verifier, callback).await,
            Self::Managed(managed) => managed.finish_oauth(&proof, &verifier).await,
        }
    }

    /// The next access token. [`Problem::SessionOver`] is definitive, as are [`Problem::UserGone`], [`Problem::Restricted`] and
    /// [`Problem::EmailUnconfirmed`]; every other error is not.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.refresh(tokens).await,
            Self::Managed(managed) => managed.refresh(tokens).await,
        }
    }

    /// Ends the session at Neon Auth. One that is over already is a success.
    pub async fn sign_out(&self, tokens: &Tokens) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_out(tokens).await,
            Self::Managed(managed) => managed.sign_out(tokens).await,
        }
    }

    /// Whether a proof is mailed only to an account that is named by its tokens.
    pub fn verifies_only_for_tokens(&self) -> bool {
        matches!(self, Self::Stack(_))
    }

    /// Whether sending a code gives something without which the code is worth nothing.
    pub fn has_nonces(&self) -> bool {
        matches!(self, Self::Stack(_))
    }

    /// Mails a proof that the address is theirs. [`Problem::NotOffered`] where that takes `tokens` and there are none.
    pub async fn send_verification(
        &self,
        email: &str,
        tokens: Option<&Tokens>,
        landings: &Landings,
    ) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.send_verification(email, tokens, landings).await,
            Self::Managed(managed) => managed.send_verification(email, landings).await,
        }
    }

    /// Confirms an address. Some projects sign the person in with it.
    pub async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.verify_email(proof).await.map(|()| None),
            Self::Managed(managed) => managed.verify_email(proof).await,
        }
    }

    /// Mails a code to sign in with. What comes back is kept until the code is typed; it may be empty.
    pub async fn send_sign_in_code(&self, email: &str, landings: &Landings) -> Result<SecretString, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.send_sign_in_code(email, landings).await,
            Self::Managed(managed) => managed.send_sign_in_code(email).await.map(|()| SecretString::default()),
        }
    }

    /// `kept` is what sending the code gave. A code that a link carried is taken only together with it: whoever follows a
    /// link that somebody else asked for must not be signed in as them.
    pub async fn sign_in_with_code(
        &self,
        email: &str,
        kept: &SecretString,
        code: &SecretString,
    ) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.sign_in_with_code(kept, code).await,
            Self::Managed(managed) => managed.sign_in_with_code(email, code).await,
        }
    }

    /// Mails what sets a new password. Says nothing about whether the address is known.
    pub async fn send_password_reset(&self, email: &str, landings: &Landings) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.send_password_reset(email, landings).await,
            Self::Managed(managed) => managed.send_password_reset(email).await,
        }
    }

    /// Uses a proof up, even when the password turns out to be refused: check its length first.
    pub async fn reset_password(&self, proof: &Proof, new: &SecretString) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.reset_password(proof, new).await,
            Self::Managed(managed) => managed.reset_password(proof, new).await,
        }
    }

    /// Asks what signs in to this account.
    pub async fn account_methods(&self, tokens: &Tokens) -> Result<AccountMethods, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.account_methods(tokens).await,
            Self::Managed(managed) => managed.account_methods(tokens).await,
        }
    }

    /// Ends all other sessions at Neon Auth. The tokens that come back replace those given.
    pub async fn change_password(
        &self,
        tokens: &Tokens,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.change_password(tokens, old, new).await,
            Self::Managed(managed) => managed.change_password(tokens, old, new).await,
        }
    }

    /// The first password of an account that signs in by other means. Where that is [`Problem::NotOffered`], a reset does
    /// the same.
    pub async fn set_password(&self, tokens: &Tokens, new: &SecretString) -> Result<Tokens, NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.set_password(tokens, new).await,
            Self::Managed(_) => Err(NeonAuthError::Problem(Problem::NotOffered)),
        }
    }

    /// Deletes the account. One that is gone already is a success. [`Problem::NotOffered`] where Neon Auth leaves that to
    /// the database, and [`Problem::SessionTooOld`] where it wants the password, or a session that has just begun.
    pub async fn delete_account(
        &self,
        user_id: &str,
        tokens: &Tokens,
        password: Option<&SecretString>,
    ) -> Result<(), NeonAuthError> {
        match self {
            Self::Stack(stack) => stack.delete_account(user_id).await,
            Self::Managed(managed) => managed.delete_account(user_id, tokens, password).await,
        }
    }
}
