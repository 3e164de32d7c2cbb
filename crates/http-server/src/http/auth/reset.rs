//! A new password for a person who has lost the old one.
//! It must not say whether an address is known, nor use a proof up for a password that would be refused.

use super::form::{EmailForm, ResetForm};
use super::return_to::ReturnTo;
use super::{Refused, about_link, done, forget_used, keep_mail, onwards};
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use neon_auth::{Credentials, SignInOutcome};
use request::account::{Notice, SignInProblem};
use request::session::{Mailed, Purpose};
use secrecy::SecretString;

const FORGOT_PAGE: &str = "/forgot-password";
/// The page that asks for the proof and the new password.
pub const RESET_PAGE: &str = "/reset-password";

/// Mails the proof that a new password takes.
pub async fn forgot(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    let email = form.email()?;
    // Managed Neon Auth would mail a code all the same, and set a password that does not sign in.
    if !auth.methods().password {
        return Err(SignInProblem::PasswordOff.into());
    }
    auth.check_that_mails_are_sent().await?;
    keep_mail(&session, AwaitedMail::to(Purpose::ResetPassword, &email)).await;
    let (neon_auth, email_links) = (auth.neon_auth.clone(), auth.email_links(return_to.as_str()));
    auth.mail_beside(async move { neon_auth.send_password_reset(&email, &email_links).await })?;
    let page = if auth.methods().reset == Mailed::Code { RESET_PAGE } else { FORGOT_PAGE };
    Ok(done(page, Notice::MailSentPerhaps, &return_to))
}

/// Sets the new password.
pub async fn reset(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<ResetForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.proof.return_to);
    Ok(match try_reset(&auth, &session, &form).await? {
        true if return_to.is_home() => done("/account", Notice::PasswordChanged, &return_to),
        true => onwards(&return_to),
        false => done("/sign-in", Notice::PasswordReset, &return_to),
    })
}

/// Sets the new password. Returns whether the person is signed in now.
async fn try_reset(auth: &Auth, session: &BrowserSession, form: &ResetForm) -> Result<bool, SignInProblem> {
    let (email, password) = (form.proof.email()?, form.password(auth.methods().passwords)?);
    let proof = form.proof.proof(session.mail(Purpose::ResetPassword).await.as_ref())?;
    let answer = auth.neon_auth.reset_password(&proof, &password).await;
    forget_used(session, Purpose::ResetPassword, &proof, &answer).await;
    answer.map_err(|error| about_link(&proof, auth.told_or(SignInProblem::PasswordUncertain, error)))?;
    Ok(enter(auth, session, email, password).await)
}

/// Signs in with the new password and ends every session from before it. The password is set whatever becomes of this.
/// The address is the one that was typed: that of another account does not go with this password.
async fn enter(auth: &Auth, session: &BrowserSession, email: String, password: SecretString) -> bool {
    let credentials = Credentials { email, password };
    let Ok(SignInOutcome::SignedIn(tokens)) =
        auth.neon_auth.sign_in(&credentials).await.map_err(|error| auth.told(error))
    else {
        return false;
    };
    if auth.admit(session, tokens, Vec::new()).await.is_err() {
        return false;
    }
    if let Some((here, person)) = session.signed_in().await
        && let Err(error) = auth.sessions.end_other_devices(&person.user_id, &here).await
    {
        tracing::error!(%error, user = person.user_id, "sessions from before a new password were not ended");
    }
    true
}
