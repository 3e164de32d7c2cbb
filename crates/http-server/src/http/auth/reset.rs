//! A new password for a person who has lost the old one.
//! It must not say whether an address is known, nor use a proof up for a password that would be refused.

use super::email::{discard_used_proof, link_problem, remember_mail};
use super::extract::AuthForm;
use super::fields::{self, EmailForm};
use super::redirect::{Refused, redirect_with_notice};
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use axum::response::Response;
use neon_auth::{Credentials, SignInOutcome};
use request::account::{Notice, SignInProblem};
use request::routes::{ACCOUNT, FORGOT_PASSWORD, RESET_PASSWORD, SIGN_IN};
use request::session::{Mailed, Purpose};
use secrecy::SecretString;

/// Mails the proof that a new password takes.
pub async fn forgot(AuthForm { auth, session, form }: AuthForm<EmailForm>) -> Result<Response, Refused> {
    let email = fields::email(&form.email)?;
    // Managed Neon Auth would mail a code all the same, and set a password that does not sign in.
    if !auth.methods().password {
        return Err(SignInProblem::PasswordOff.into());
    }
    auth.check_that_mails_are_sent().await?;
    remember_mail(&session, AwaitedMail::to(Purpose::ResetPassword, &email)).await;
    let (neon_auth, email_links) = (auth.neon_auth.clone(), auth.email_links(form.return_to.as_str()));
    auth.send_mail_in_background(async move { neon_auth.send_password_reset(&email, &email_links).await })?;
    let page = if auth.methods().reset == Mailed::Code { RESET_PASSWORD } else { FORGOT_PASSWORD };
    Ok(redirect_with_notice(page, Notice::MailSentPerhaps, &form.return_to))
}

/// Sets the new password.
pub async fn reset(AuthForm { auth, session, form }: AuthForm<EmailForm>) -> Result<Response, Refused> {
    let email = fields::email(&form.email)?;
    let password = fields::password(&form.password, auth.methods().passwords)?;
    let proof = form.proof(session.mail(Purpose::ResetPassword).await.as_ref())?;
    let answer = auth.neon_auth.reset_password(&proof, &password).await;
    discard_used_proof(&session, Purpose::ResetPassword, &proof, &answer).await;
    answer.map_err(|error| link_problem(&proof, auth.user_message_or(SignInProblem::PasswordUncertain, error)))?;
    let is_signed_in = sign_in(&auth, &session, email, password).await;
    Ok(match is_signed_in {
        true if form.return_to.is_home() => redirect_with_notice(ACCOUNT, Notice::PasswordChanged, &form.return_to),
        true => form.return_to.redirect(),
        false => redirect_with_notice(SIGN_IN, Notice::PasswordReset, &form.return_to),
    })
}

/// Signs in with the new password and ends every session from before it. Returns whether it has: the password is set
/// whatever becomes of this. The address is the one that was typed: that of another account does not go with this
/// password.
async fn sign_in(auth: &Auth, session: &BrowserSession, email: String, password: SecretString) -> bool {
    let credentials = Credentials { email, password };
    let outcome = auth.neon_auth.sign_in(&credentials).await.map_err(|error| auth.user_message(error));
    let Ok(SignInOutcome::SignedIn(tokens)) = outcome else { return false };
    if auth.establish_session(session, tokens, Vec::new()).await.is_err() {
        return false;
    }
    if let Some((here, person)) = session.signed_in().await
        && let Err(error) = auth.sessions.end_other_devices(&person.user_id, &here).await
    {
        tracing::error!(%error, user = person.user_id, "sessions from before a new password were not ended");
    }
    true
}
