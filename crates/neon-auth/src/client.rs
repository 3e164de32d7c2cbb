//! The client of Neon Auth: one enum over both generations, one method per action of a user.
//! What a generation sends and receives stays in that generation's files.

#[cfg(feature = "managed")]
use super::managed::Managed;
#[cfg(feature = "stack")]
use super::stack::Stack;
use super::{
    AccountMethods, AuthorizationRequest, CallCounters, CallbackParams, Credentials, EmailLinks, LoginSecret,
    ProjectInfo, Proof, Result, SignInMethods, SignInOutcome, Tokens,
};
use identity::Expected;
use secrecy::SecretString;
use url::Url;

/// Calls a method of the client whose generation it is.
macro_rules! delegate {
    ($self:ident.$method:ident($($argument:expr),*)$(.$wait:tt)?) => {
        match $self {
            #[cfg(feature = "stack")]
            Self::Stack(client) => client.$method($($argument),*)$(.$wait)?,
            #[cfg(feature = "managed")]
            Self::Managed(client) => client.$method($($argument),*)$(.$wait)?,
        }
    };
}

/// A client of Neon Auth. Cheap to clone.
#[derive(Clone, Debug)]
pub enum NeonAuth {
    /// The generation built on Stack Auth, with `neon_auth.users_sync`.
    #[cfg(feature = "stack")]
    Stack(Stack),
    /// The generation built on Better Auth, with `neon_auth."user"`.
    #[cfg(feature = "managed")]
    Managed(Managed),
}

impl NeonAuth {
    /// Returns how all calls so far have ended.
    pub fn call_counters(&self) -> &CallCounters {
        delegate!(self.call_counters())
    }

    /// Returns what the verifier demands of every token.
    pub fn expected(&self) -> Expected {
        delegate!(self.expected())
    }

    /// Returns what sign-in probably offers, until Neon Auth has answered.
    pub fn default_methods(&self) -> SignInMethods {
        delegate!(self.default_methods())
    }

    /// Asks which ways to sign in the project has switched on.
    pub async fn settings(&self) -> Result<SignInMethods> {
        delegate!(self.settings().await)
    }

    /// Asks what the project says about itself, for a check of the set-up.
    pub async fn project_info(&self) -> Result<ProjectInfo> {
        delegate!(self.project_info().await)
    }

    /// Checks that the secret server key has its rights, without using them.
    pub async fn check_server_key(&self) -> Result<()> {
        delegate!(self.check_server_key().await)
    }

    /// Fetches the public keys, as JSON.
    pub async fn jwks(&self) -> Result<Vec<u8>> {
        delegate!(self.jwks().await)
    }

    /// Makes an account and signs it in, where the project allows that before the e-mail address is confirmed. An empty
    /// name is no name; without links none is mailed.
    pub async fn sign_up(
        &self,
        credentials: &Credentials,
        name: &str,
        email_links: Option<&EmailLinks>,
    ) -> Result<SignInOutcome> {
        delegate!(self.sign_up(credentials, name, email_links).await)
    }

    /// Signs in with a password. It mails nothing where the e-mail address has to be confirmed first.
    pub async fn sign_in(&self, credentials: &Credentials) -> Result<SignInOutcome> {
        delegate!(self.sign_in(credentials).await)
    }

    /// Begins a login at `provider`, which comes back to `callback`.
    pub async fn start_oauth(&self, provider: &str, callback: &Url) -> Result<AuthorizationRequest> {
        delegate!(self.start_oauth(provider, callback).await)
    }

    /// Reads the query of the callback URL. Nothing in it is trusted.
    pub fn read_callback(&self, query: &str) -> CallbackParams {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => Stack::read_callback(query),
            #[cfg(feature = "managed")]
            Self::Managed(_) => Managed::read_callback(query),
        }
    }

    /// Returns whether a query can only be that of a callback.
    pub fn is_callback(&self, query: &str) -> bool {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => Stack::is_callback(query),
            #[cfg(feature = "managed")]
            Self::Managed(_) => Managed::is_callback(query),
        }
    }

    /// Exchanges the proof that came back. `secret` is what the login began with, and so is `callback`.
    pub async fn finish_oauth(&self, proof: SecretString, secret: &LoginSecret, callback: &Url) -> Result<Tokens> {
        delegate!(self.finish_oauth(proof, secret, callback).await)
    }

    /// Fetches the next access token. [`Refusal::SessionOver`] is definitive, as are [`Refusal::UserGone`],
    /// [`Refusal::Restricted`] and [`Refusal::EmailUnconfirmed`]; every other error is not.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        delegate!(self.refresh(tokens).await)
    }

    /// Ends the session at Neon Auth. One that is over already is a success.
    pub async fn sign_out(&self, tokens: &Tokens) -> Result<()> {
        delegate!(self.sign_out(tokens).await)
    }

    /// Returns whether a proof is mailed only to an account that is named by its tokens.
    pub fn verifies_only_for_tokens(&self) -> bool {
        self.is_stack()
    }

    /// Returns whether sending a code returns a nonce that signing in with the code needs.
    pub fn has_nonces(&self) -> bool {
        self.is_stack()
    }

    /// Returns whether the account page can set a first password. Elsewhere it is set like a forgotten one, by mail.
    pub fn sets_first_password(&self) -> bool {
        self.is_stack()
    }

    fn is_stack(&self) -> bool {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => true,
            #[cfg(feature = "managed")]
            Self::Managed(_) => false,
        }
    }

    /// Mails a proof that the e-mail address is theirs. [`Refusal::NotOffered`] where that takes `tokens` and there are
    /// none.
    pub async fn send_verification(
        &self,
        email: &str,
        tokens: Option<&Tokens>,
        email_links: &EmailLinks,
    ) -> Result<()> {
        delegate!(self.send_verification(email, tokens, email_links).await)
    }

    /// Confirms an e-mail address. Some projects sign the user in with it.
    pub async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>> {
        delegate!(self.verify_email(proof).await)
    }

    /// Mails a code to sign in with, and returns the nonce to keep until the code is typed; it may be empty.
    pub async fn send_sign_in_code(&self, email: &str, email_links: &EmailLinks) -> Result<SecretString> {
        delegate!(self.send_sign_in_code(email, email_links).await)
    }

    /// Signs in with a mailed code. `nonce` is what sending the code returned. A code that a link carried is accepted
    /// only together with it: a user who follows a link of another user's mail must not be signed in as that user.
    pub async fn sign_in_with_code(&self, email: &str, nonce: &SecretString, code: &SecretString) -> Result<Tokens> {
        delegate!(self.sign_in_with_code(email, nonce, code).await)
    }

    /// Mails the code or link that sets a new password. Succeeds whether the e-mail address is known or not.
    pub async fn send_password_reset(&self, email: &str, email_links: &EmailLinks) -> Result<()> {
        delegate!(self.send_password_reset(email, email_links).await)
    }

    /// Sets a new password. It uses the proof up even where the password is refused: check its length first.
    pub async fn reset_password(&self, proof: &Proof, new: &SecretString) -> Result<()> {
        delegate!(self.reset_password(proof, new).await)
    }

    /// Asks which ways to sign in this account has.
    pub async fn account_methods(&self, tokens: &Tokens) -> Result<AccountMethods> {
        delegate!(self.account_methods(tokens).await)
    }

    /// Changes the password, and ends all other sessions at Neon Auth. The tokens that come back replace those given.
    pub async fn change_password(&self, tokens: &Tokens, old: &SecretString, new: &SecretString) -> Result<Tokens> {
        delegate!(self.change_password(tokens, old, new).await)
    }

    /// Sets the first password of an account that signs in by other means. Where that is [`Refusal::NotOffered`], a
    /// reset does the same.
    pub async fn set_password(&self, tokens: &Tokens, new: &SecretString) -> Result<Tokens> {
        delegate!(self.set_password(tokens, new).await)
    }

    /// Deletes the account. One that is gone already is a success. [`Refusal::NotOffered`] where Neon Auth leaves that
    /// to the database, and [`Refusal::SessionTooOld`] where it wants the password, or a session that has just begun.
    pub async fn delete_account(&self, user_id: &str, tokens: &Tokens, password: Option<&SecretString>) -> Result<()> {
        delegate!(self.delete_account(user_id, tokens, password).await)
    }
}
