//! Who is asking: resolved by the server before anything renders, read here by pages and server functions.

use crate::account::SignInProblem;
use crate::{AppError, FormState};
use identity::Claims;
use leptos::prelude::use_context;
pub use neon_auth::{Mailed, PasswordRules, SignInMethods};
use rls::Db;

/// The client behind this request, with what the session keeps for one page view.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// The identity.
    pub user: SignedIn,
    /// The form that the page shows again.
    pub form: Option<FormState>,
    /// The mails that this browser waits for, or whose links it has followed.
    pub mails: Vec<Mail>,
    /// Why their last sign-in was ended by Neon Auth, for the page to sign in on.
    pub ended: Option<SignInProblem>,
}

impl Viewer {
    /// Returns the claims of the signed-in user, or the error that says why there are none.
    pub fn into_claims(self) -> Result<Claims, AppError> {
        match self.user {
            SignedIn::Yes(claims) => Ok(claims),
            SignedIn::No => Err(AppError::SignInRequired),
            SignedIn::Unavailable => Err(AppError::Unavailable),
        }
    }

    /// Returns the mail that this browser waits for, or whose link it has followed.
    pub fn mail(&self, purpose: Purpose) -> Option<&Mail> {
        self.mails.iter().find(|mail| mail.purpose == purpose)
    }
}

/// Whether the client is signed in.
#[derive(Clone, Debug, Default)]
pub enum SignedIn {
    /// An anonymous user.
    #[default]
    No,
    /// The user of these claims.
    Yes(Claims),
    /// There is a session, but its token has expired and Neon Auth cannot be reached to renew it.
    Unavailable,
}

/// What a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Purpose {
    /// It confirms an e-mail address.
    ConfirmEmail,
    /// It signs in.
    SignIn,
    /// It sets a new password.
    ResetPassword,
}

/// A mail, as far as a page may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What it is for.
    pub purpose: Purpose,
    /// Where it was sent. Empty when it was asked for elsewhere.
    pub email: String,
    /// Whether its link was followed here: then there is nothing to type.
    pub followed: bool,
}

/// Returns the viewer of this request.
pub fn viewer() -> Viewer {
    use_context::<Viewer>().unwrap_or_default()
}

/// Guards server functions and pages that need an identity: returns the claims, or the error that says why there are none.
pub fn require_user() -> Result<Claims, AppError> {
    viewer().into_claims()
}

/// Returns the database of this server.
pub fn db() -> Result<Db, AppError> {
    use_context::<Db>().ok_or(AppError::Unavailable)
}

/// Returns what the sign-in page can offer right now.
pub fn sign_in_methods() -> SignInMethods {
    use_context::<SignInMethods>().unwrap_or_default()
}
