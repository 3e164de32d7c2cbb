//! Deleting the account: at Neon Auth first, then here, then every session of that person.
//! Nothing here is touched before Neon Auth has confirmed: half an account is worse than a whole one.

use super::{Refused, sign_in_first};
use crate::sign_in::{Auth, BrowserSession, Person};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use neon_auth::{AccountMethods, NeonAuthError, Refusal, secret};
use request::account::SignInProblem;
use rls::Db;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

const PAGE: &str = "/account/delete";

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
    State(auth): State<Auth>,
    State(db): State<Db>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<DeleteForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Some((_, person)) = session.signed_in().await else { return Ok(sign_in_first(PAGE)) };
    let Form(form) = form?;
    try_delete(&auth, &db, &session, &person, &form).await?;
    Ok(Redirect::to("/account/deleted").into_response())
}

async fn try_delete(
    auth: &Auth,
    db: &Db,
    session: &BrowserSession,
    person: &Person,
    form: &DeleteForm,
) -> Result<(), SignInProblem> {
    if !form.confirmation.trim().eq_ignore_ascii_case("delete") {
        return Err(SignInProblem::NotConfirmed);
    }
    let password = (!form.old_password.expose_secret().is_empty()).then_some(&form.old_password);
    // An account that is gone already is a success, so trying again goes on where the last attempt stopped.
    if let Err(error) = auth.neon_auth.delete_account(&person.user_id, &person.tokens, password).await {
        return Err(refused(auth, person, &error).await);
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
    Ok(())
}

/// Returns what the person is told when Neon Auth has not deleted the account.
async fn refused(auth: &Auth, person: &Person, error: &NeonAuthError) -> SignInProblem {
    match error {
        NeonAuthError::Refused(Refusal::WrongPassword | Refusal::PasswordTooLong) => SignInProblem::OldPasswordWrong,
        NeonAuthError::Refused(Refusal::SessionTooOld | Refusal::NoPassword) => proof_wanted(auth, person).await,
        error => {
            let fix = (*error == NeonAuthError::Refused(Refusal::NotOffered)).then_some(MISSING_RIGHT);
            tracing::error!(%error, fix, user = person.user_id, "an account was not deleted at Neon Auth");
            if error.outcome_is_unknown() { SignInProblem::DeletionUncertain } else { SignInProblem::NotDeleted }
        }
    }
}

/// Returns how the person proves once more who they are. A sign-in that has just begun serves every account, a password
/// is less to do.
async fn proof_wanted(auth: &Auth, person: &Person) -> SignInProblem {
    match auth.neon_auth.account_methods(&person.tokens).await {
        Ok(AccountMethods { password: true, .. }) => SignInProblem::PasswordNeeded,
        Ok(_) | Err(NeonAuthError::Refused(Refusal::SessionOver | Refusal::UserGone)) => SignInProblem::SignInAgain,
        Err(error) => {
            tracing::warn!(%error, "whether an account has a password is not known");
            SignInProblem::SignInAgain
        }
    }
}
