//! Signing up and in with an e-mail address and a password.
//! It must not keep or log a password, nor say at sign-in which of the two was wrong.

use super::email;
use super::extract::AuthForm;
use super::fields::{self, PasswordForm};
use super::redirect::Refused;
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use axum::response::Response;
use neon_auth::{Credentials, SignInOutcome};
use request::account::{Notice, SignInProblem};
use request::routes::SIGN_IN;
use request::session::Purpose;

/// Signs in, or asks for the proof of the address.
pub async fn sign_in(AuthForm { auth, session, form }: AuthForm<PasswordForm>) -> Result<Response, Refused> {
    let email = fields::email(&form.email)?;
    // A password that no account can have is a wrong one: signing in says nothing about the rules of signing up.
    let password = fields::password(&form.password, auth.methods().passwords);
    let credentials = Credentials { email, password: password.map_err(|_| SignInProblem::WrongPassword)? };
    let outcome = auth.neon_auth.sign_in(&credentials).await.map_err(|error| auth.user_message(error))?;
    match finish_sign_in(&auth, &session, &credentials.email, outcome).await? {
        None => Ok(form.return_to.redirect()),
        Some(mail) => {
            // Here the password has shown whose account it is, so the mail can be waited for.
            let sent = email::send_proof(&auth, &mail, &form.return_to).await;
            email::ask_for_proof(&session, mail, sent.map(|()| Notice::MailSent), &form.return_to).await
        }
    }
}

/// Signs up, and in, or asks for the proof of the address.
pub async fn sign_up(AuthForm { auth, session, form }: AuthForm<PasswordForm>) -> Result<Response, Refused> {
    let (name, email) = (fields::name(&form.name)?, fields::email(&form.email)?);
    let credentials = Credentials { email, password: fields::password(&form.password, auth.methods().passwords)? };
    let email_links = auth.email_links(form.return_to.as_str());
    let outcome = auth.neon_auth.sign_up(&credentials, &name, Some(&email_links)).await.map_err(|error| {
        match auth.user_message_or(SignInProblem::SignUpUncertain, error) {
            // Managed Neon Auth has one answer for both.
            SignInProblem::SignUpOff if !auth.methods().password => SignInProblem::PasswordOff,
            problem => problem,
        }
    })?;
    match finish_sign_in(&auth, &session, &credentials.email, outcome).await {
        Ok(None) => Ok(form.return_to.redirect()),
        Ok(Some(mail)) => email::ask_for_proof(&session, mail, Ok(Notice::SignedUp), &form.return_to).await,
        Err(_) => Err(Refused::on(SIGN_IN, SignInProblem::SignedUpOnly)),
    }
}

/// Begins a session, unless the address has to be confirmed first: then the mail is returned that does it.
async fn finish_sign_in(
    auth: &Auth,
    session: &BrowserSession,
    email: &str,
    outcome: SignInOutcome,
) -> Result<Option<AwaitedMail>, SignInProblem> {
    match outcome {
        SignInOutcome::SignedIn(tokens) => auth.establish_session(session, tokens, Vec::new()).await.map(|()| None),
        SignInOutcome::ConfirmEmail(tokens) => {
            Ok(Some(AwaitedMail::to(Purpose::ConfirmEmail, email).with_tokens(tokens)))
        }
    }
}
