//! The password of a signed-in user: changed, or set for the first time.
//! It must not leave another device signed in.

use super::form::OwnPasswordForm;
use super::return_to::ReturnTo;
use super::{done, failed, sign_in_first};
use crate::sign_in::{Auth, BrowserSession, Person};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use neon_auth::{NeonAuthError, Problem, Tokens};
use request::account::{Notice, SignInProblem};

const PAGE: &str = "/account/password";

/// Changes the password.
pub async fn change(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<OwnPasswordForm>, FormRejection>,
) -> Response {
    let Some((_, person)) = session.signed_in().await else { return sign_in_first(PAGE) };
    let changed = async {
        let form = read(form)?;
        let (old, new) = (&form.old_password, form.password(auth.methods().passwords)?);
        let tokens = auth.neon_auth.change_password(&person.tokens, old, &new).await.map_err(|error| match error {
            NeonAuthError::Problem(Problem::WrongPassword) => SignInProblem::OldPasswordWrong,
            error => auth.told_or(SignInProblem::PasswordUncertain, error),
        })?;
        // Neon Auth has ended the others by itself.
        go_on_alone(&auth, &session, &person, tokens).await.map(drop)
    };
    answer(changed.await)
}

/// Sets the first password of an account that signs in by other means. Where Neon Auth has no such call, the page
/// offers a mail instead.
pub async fn set(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<OwnPasswordForm>, FormRejection>,
) -> Response {
    let Some((_, person)) = session.signed_in().await else { return sign_in_first(PAGE) };
    let set = async {
        let new = read(form)?.password(auth.methods().passwords)?;
        let tokens = auth
            .neon_auth
            .set_password(&person.tokens, &new)
            .await
            .map_err(|error| auth.told_or(SignInProblem::PasswordUncertain, error))?;
        let others = go_on_alone(&auth, &session, &person, tokens).await?;
        others.into_iter().for_each(|person| auth.sign_out_at_neon_auth(person));
        Ok(())
    };
    answer(set.await)
}

fn read(form: Result<Form<OwnPasswordForm>, FormRejection>) -> Result<OwnPasswordForm, SignInProblem> {
    form.map(|Form(form)| form).map_err(|_| SignInProblem::Unreadable)
}

/// Begins a new session here, and ends every other one. Returns who was signed in there.
async fn go_on_alone(
    auth: &Auth,
    session: &BrowserSession,
    person: &Person,
    tokens: Tokens,
) -> Result<Vec<Person>, SignInProblem> {
    let next = Person { user_id: person.user_id.clone(), tokens };
    session.sign_in(next, Vec::new()).await.map_err(|_| SignInProblem::DevicesNotEnded)?;
    let Some((here, _)) = session.signed_in().await else { return Err(SignInProblem::DevicesNotEnded) };
    let ended = auth.sessions.end_other_devices(&person.user_id, &here).await;
    ended.map_err(|error| {
        tracing::error!(%error, user = person.user_id, "a password was changed, and sessions were not");
        SignInProblem::DevicesNotEnded
    })
}

fn answer(changed: Result<(), SignInProblem>) -> Response {
    match changed {
        Ok(()) => done("/account", Notice::PasswordChanged, &ReturnTo::home()),
        Err(problem @ SignInProblem::DevicesNotEnded) => failed("/account", problem, &ReturnTo::home()),
        Err(problem) => failed(PAGE, problem, &ReturnTo::home()),
    }
}
