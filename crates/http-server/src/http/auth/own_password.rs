//! The password of a signed-in user: changed, or set for the first time.
//! It must not leave another device signed in.

use super::extract::{AuthForm, CurrentUser};
use super::fields::{self, OwnPasswordForm};
use super::redirect::{Refused, redirect_with_notice};
use super::return_to::ReturnTo;
use crate::sign_in::{Auth, BrowserSession, Person};
use axum::response::Response;
use neon_auth::{NeonAuthError, Refusal, Tokens};
use request::account::{Notice, SignInProblem};
use request::routes::ACCOUNT;

/// Changes the password.
pub async fn change(
    CurrentUser { person, .. }: CurrentUser,
    AuthForm { auth, session, form }: AuthForm<OwnPasswordForm>,
) -> Result<Response, Refused> {
    let (old, new) = (&form.old_password, fields::password(&form.password, auth.methods().passwords)?);
    let tokens = auth.neon_auth.change_password(&person.tokens, old, &new).await.map_err(|error| match error {
        NeonAuthError::Refused(Refusal::WrongPassword) => SignInProblem::OldPasswordWrong,
        error => auth.user_message_or(SignInProblem::PasswordUncertain, error),
    })?;
    // Neon Auth has ended the others by itself.
    end_other_sessions(&auth, &session, &person, tokens).await?;
    Ok(redirect_with_notice(ACCOUNT, Notice::PasswordChanged, &ReturnTo::home()))
}

/// Sets the first password of an account that signs in by other means. Where Neon Auth has no such call, the page
/// offers a mail instead.
pub async fn set(
    CurrentUser { person, .. }: CurrentUser,
    AuthForm { auth, session, form }: AuthForm<OwnPasswordForm>,
) -> Result<Response, Refused> {
    let new = fields::password(&form.password, auth.methods().passwords)?;
    let set = auth.neon_auth.set_password(&person.tokens, &new).await;
    let tokens = set.map_err(|error| auth.user_message_or(SignInProblem::PasswordUncertain, error))?;
    let others = end_other_sessions(&auth, &session, &person, tokens).await?;
    others.into_iter().for_each(|person| auth.sign_out_at_neon_auth(person));
    Ok(redirect_with_notice(ACCOUNT, Notice::PasswordChanged, &ReturnTo::home()))
}

/// Begins a new session here, and ends every other one. Returns who was signed in there.
async fn end_other_sessions(
    auth: &Auth,
    session: &BrowserSession,
    person: &Person,
    tokens: Tokens,
) -> Result<Vec<Person>, Refused> {
    let not_ended = Refused::on(ACCOUNT, SignInProblem::DevicesNotEnded);
    let next = Person { user_id: person.user_id.clone(), tokens };
    session.sign_in(next, Vec::new()).await.map_err(|_| not_ended)?;
    let (here, _) = session.signed_in().await.ok_or(not_ended)?;
    auth.sessions.end_other_devices(&person.user_id, &here).await.map_err(|error| {
        tracing::error!(%error, user = person.user_id, "a password was changed, and other sessions were not ended");
        not_ended
    })
}
