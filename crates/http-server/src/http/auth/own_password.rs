//! The password of a signed-in user: changed, or set for the first time.
//! It must not leave another device signed in.

use super::form::OwnPasswordForm;
use super::return_to::ReturnTo;
use super::{Refused, done, sign_in_first};
use crate::sign_in::{Auth, BrowserSession, Person};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use neon_auth::{NeonAuthError, Refusal, Tokens};
use request::account::{Notice, SignInProblem};

const PAGE: &str = "/account/password";

/// Changes the password.
pub async fn change(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<OwnPasswordForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Some((_, person)) = session.signed_in().await else { return Ok(sign_in_first(PAGE)) };
    let Form(form) = form?;
    let (old, new) = (&form.old_password, form.password(auth.methods().passwords)?);
    let tokens = auth.neon_auth.change_password(&person.tokens, old, &new).await.map_err(|error| match error {
        NeonAuthError::Refused(Refusal::WrongPassword) => SignInProblem::OldPasswordWrong,
        error => auth.told_or(SignInProblem::PasswordUncertain, error),
    })?;
    // Neon Auth has ended the others by itself.
    go_on_alone(&auth, &session, &person, tokens).await?;
    Ok(done("/account", Notice::PasswordChanged, &ReturnTo::home()))
}

/// Sets the first password of an account that signs in by other means. Where Neon Auth has no such call, the page
/// offers a mail instead.
pub async fn set(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<OwnPasswordForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Some((_, person)) = session.signed_in().await else { return Ok(sign_in_first(PAGE)) };
    let Form(form) = form?;
    let new = form.password(auth.methods().passwords)?;
    let tokens = auth
        .neon_auth
        .set_password(&person.tokens, &new)
        .await
        .map_err(|error| auth.told_or(SignInProblem::PasswordUncertain, error))?;
    let others = go_on_alone(&auth, &session, &person, tokens).await?;
    others.into_iter().for_each(|person| auth.sign_out_at_neon_auth(person));
    Ok(done("/account", Notice::PasswordChanged, &ReturnTo::home()))
}

/// Begins a new session here, and ends every other one. Returns who was signed in there.
async fn go_on_alone(
    auth: &Auth,
    session: &BrowserSession,
    person: &Person,
    tokens: Tokens,
) -> Result<Vec<Person>, Refused> {
    let not_ended = Refused::on("/account", SignInProblem::DevicesNotEnded);
    let next = Person { user_id: person.user_id.clone(), tokens };
    session.sign_in(next, Vec::new()).await.map_err(|_| not_ended)?;
    let (here, _) = session.signed_in().await.ok_or(not_ended)?;
    let ended = auth.sessions.end_other_devices(&person.user_id, &here).await;
    ended.map_err(|error| {
        tracing::error!(%error, user = person.user_id, "a password was changed, and sessions were not");
        not_ended
    })
}
