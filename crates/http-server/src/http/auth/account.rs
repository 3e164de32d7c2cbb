//! Deleting the account: at Neon Auth first, then here, then every session of that person.
//! Nothing here is touched before Neon Auth has confirmed: half an account is worse than a whole one.

use super::extract::{AuthForm, CurrentUser};
use super::redirect::Refused;
use crate::sign_in::{Auth, Person};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use neon_auth::{AccountMethods, NeonAuthError, Refusal, secret};
use request::account::SignInProblem;
use request::routes::ACCOUNT_DELETED;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The fix where Neon Auth leaves the deletion to the database, and that refuses it.
const MISSING_RIGHT: &str = r#"grant delete on neon_auth."user" to the role that owns this database"#;

/// The form that deletes the account.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    confirmation: String,
    /// Wanted where the session alone is not enough.
    #[serde(deserialize_with = "secret::deserialize")]
    old_password: SecretString,
}

/// Deletes the account.
pub async fn delete(
    State(AppState { db, .. }): State<AppState>,
    CurrentUser { person, .. }: CurrentUser,
    AuthForm { auth, session, form }: AuthForm<DeleteForm>,
) -> Result<Redirect, Refused> {
    if !form.confirmation.trim().eq_ignore_ascii_case("delete") {
        return Err(SignInProblem::NotConfirmed.into());
    }
    let password = (!form.old_password.expose_secret().is_empty()).then_some(&form.old_password);
    // An account that is gone already is a success, so trying again goes on where the last attempt stopped.
    if let Err(error) = auth.neon_auth.delete_account(&person.user_id, &person.tokens, password).await {
        return Err(refusal(&auth, &person, &error).await.into());
    }
    tracing::info!(user = person.user_id, "account deleted at Neon Auth");
    // This session stays until the end: it is what a second attempt is made with.
    db.forget_user(&person.user_id).await.map_err(|error| {
        tracing::error!(%error, user = person.user_id, "the data of a deleted account was not removed");
        SignInProblem::HalfDeleted
    })?;
    auth.sessions.store().delete_all_of(&person.user_id).await.map_err(|error| {
        tracing::error!(%error, user = person.user_id, "the sessions of a deleted account were not ended");
        SignInProblem::HalfDeleted
    })?;
    session.end().await.ok();
    Ok(Redirect::to(ACCOUNT_DELETED))
}

/// Returns what the user reads when Neon Auth has not deleted the account.
async fn refusal(auth: &Auth, person: &Person, error: &NeonAuthError) -> SignInProblem {
    match error {
        NeonAuthError::Refused(Refusal::WrongPassword | Refusal::PasswordTooLong) => SignInProblem::OldPasswordWrong,
        NeonAuthError::Refused(Refusal::SessionTooOld | Refusal::NoPassword) => reauthentication(auth, person).await,
        error => {
            let fix = (*error == NeonAuthError::Refused(Refusal::NotOffered)).then_some(MISSING_RIGHT);
            tracing::error!(%error, fix, user = person.user_id, "an account was not deleted at Neon Auth");
            if error.outcome_is_unknown() { SignInProblem::DeletionUncertain } else { SignInProblem::NotDeleted }
        }
    }
}

/// Returns how the user authenticates once more. A sign-in that has just begun serves every account, a password is less
/// to do.
async fn reauthentication(auth: &Auth, person: &Person) -> SignInProblem {
    match auth.neon_auth.account_methods(&person.tokens).await {
        Ok(AccountMethods { password: true, .. }) => SignInProblem::PasswordNeeded,
        Ok(_) | Err(NeonAuthError::Refused(Refusal::SessionOver | Refusal::UserGone)) => SignInProblem::SignInAgain,
        Err(error) => {
            tracing::warn!(%error, "whether an account has a password is not known");
            SignInProblem::SignInAgain
        }
    }
}
