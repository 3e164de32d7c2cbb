//! Signing up and in with an e-mail address and a password.
//! It must not keep or log a password, nor say at sign-in which of the two was wrong.

use super::form::{SignInForm, SignUpForm};
use super::return_to::ReturnTo;
use super::{Refused, email, onwards};
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use neon_auth::SignInOutcome;
use request::account::{Notice, SignInProblem};
use request::session::Purpose;

/// Signs in, or asks for the proof of the address.
pub async fn sign_in(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    match try_sign_in(&auth, &session, &form).await? {
        Outcome::SignedIn => Ok(onwards(&return_to)),
        Outcome::ConfirmEmail(mail) => {
            // Here the password has shown whose account it is, so the mail can be waited for.
            let sent = email::send_proof(&auth, &mail, &return_to).await;
            email::ask_for_proof(&session, mail, sent.map(|()| Notice::MailSent), &return_to).await
        }
    }
}

/// Signs up, and in, or asks for the proof of the address.
pub async fn sign_up(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<SignUpForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    match try_sign_up(&auth, &session, &form, &return_to).await {
        Ok(Outcome::SignedIn) => Ok(onwards(&return_to)),
        Ok(Outcome::ConfirmEmail(mail)) => email::ask_for_proof(&session, mail, Ok(Notice::SignedUp), &return_to).await,
        Err(SignInProblem::SignedUpOnly) => Err(Refused::on("/sign-in", SignInProblem::SignedUpOnly)),
        Err(problem) => Err(problem.into()),
    }
}

/// How signing in or up ends.
enum Outcome {
    SignedIn,
    ConfirmEmail(AwaitedMail),
}

async fn try_sign_in(auth: &Auth, session: &BrowserSession, form: &SignInForm) -> Result<Outcome, SignInProblem> {
    let credentials = form.credentials(auth.methods().passwords)?;
    let outcome = auth.neon_auth.sign_in(&credentials).await.map_err(|error| auth.told(error))?;
    enter(auth, session, &credentials.email, outcome).await
}

async fn try_sign_up(
    auth: &Auth,
    session: &BrowserSession,
    form: &SignUpForm,
    return_to: &ReturnTo,
) -> Result<Outcome, SignInProblem> {
    let name = form.name()?;
    let credentials = form.credentials(auth.methods().passwords)?;
    let email_links = auth.email_links(return_to.as_str());
    let outcome = auth.neon_auth.sign_up(&credentials, &name, Some(&email_links)).await.map_err(|error| {
        match auth.told_or(SignInProblem::SignUpUncertain, error) {
            // Managed Neon Auth has one answer for both.
            SignInProblem::SignUpOff if !auth.methods().password => SignInProblem::PasswordOff,
            problem => problem,
        }
    })?;
    enter(auth, session, &credentials.email, outcome).await.map_err(|_| SignInProblem::SignedUpOnly)
}

/// Begins a session, unless the address has to be confirmed first.
async fn enter(
    auth: &Auth,
    session: &BrowserSession,
    email: &str,
    outcome: SignInOutcome,
) -> Result<Outcome, SignInProblem> {
    match outcome {
        SignInOutcome::SignedIn(tokens) => auth.admit(session, tokens, Vec::new()).await.map(|()| Outcome::SignedIn),
        SignInOutcome::ConfirmEmail(tokens) => {
            Ok(Outcome::ConfirmEmail(AwaitedMail::to(Purpose::ConfirmEmail, email).with_tokens(tokens)))
        }
    }
}
