//! Deleting the account: at Neon Auth first, then here, then every session of that person.
//! It must not touch anything here before Neon Auth has confirmed: half an account is worse than a whole one.

use super::return_to::ReturnTo;
use super::{Auth, failed, sign_in_first};
use crate::neon_auth::{NeonAuthError, Problem};
use crate::session::{BrowserSession, Person};
use app::account::problem::SignInProblem;
use app::db::Db;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form, Router};
use serde::Deserialize;

const PAGE: &str = "/account/delete";

/// Where Neon Auth leaves it to the database.
const MISSING_RIGHT: &str = r#"grant delete on neon_auth."user" to the role that owns this database"#;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    confirmation: String,
}

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
    Db: FromRef<S>,
{
    Router::new().route("/auth/account/delete", post(delete))
}

async fn delete(
    State(auth): State<Auth>,
    State(db): State<Db>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<DeleteForm>, FormRejection>,
) -> Response {
    let Some((_, person)) = session.signed_in().await else { return sign_in_first(PAGE) };
    match try_delete(&auth, &db, &session, &person, form).await {
        Ok(()) => Redirect::to("/account/deleted").into_response(),
        Err(problem) => failed(PAGE, problem, &ReturnTo::home()),
    }
}

async fn try_delete(
    auth: &Auth,
    db: &Db,
    session: &BrowserSession,
    person: &Person,
    form: Result<Form<DeleteForm>, FormRejection>,
) -> Result<(), SignInProblem> {
    let Form(form) = form.map_err(|_| SignInProblem::Unreadable)?;
    if !form.confirmation.trim().eq_ignore_ascii_case("delete") {
        return Err(SignInProblem::NotConfirmed);
    }
    // An account that is gone already is a success, so trying again goes on where the last attempt stopped.
    auth.neon_auth.delete_account(&person.user_id, &person.tokens).await.map_err(|error| {
        let fix = (error == NeonAuthError::Problem(Problem::NotOffered)).then_some(MISSING_RIGHT);
        tracing::error!(%error, fix, user = person.user_id, "an account was not deleted at Neon Auth");
        match error {
            error if error.leaves_open() => SignInProblem::DeletionUncertain,
            NeonAuthError::Problem(Problem::SessionTooOld) => SignInProblem::SignInAgain,
            _ => SignInProblem::NotDeleted,
        }
    })?;
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
