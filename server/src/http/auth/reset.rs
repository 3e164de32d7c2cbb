//! A new password for somebody who has lost the old one.
//! It must not say whether an address is known, nor use a proof up for a password that would be refused.

use super::form::{EmailForm, ResetForm};
use super::return_to::ReturnTo;
use super::{Auth, done, failed, keep, told};
use crate::neon_auth::{Credentials, Entry, Proof};
use crate::session::BrowserSession;
use app::account::notice::Notice;
use app::account::problem::SignInProblem;
use app::session::Mailed;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

const FORGOT_PAGE: &str = "/forgot-password";
const FORGOT: &str = "/auth/password/forgot";
const RESET_PAGE: &str = "/reset-password";
const RESET: &str = "/auth/password/reset";

pub async fn forgot(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return failed(FORGOT_PAGE, SignInProblem::Unreadable, &ReturnTo::home()) };
    let return_to = ReturnTo::parse(&form.return_to);
    let sent = async {
        let email = form.email()?;
        auth.neon_auth.send_password_reset(&email, &auth.landings).await.map_err(told)
    };
    match (sent.await, auth.methods().reset) {
        (Ok(()), Mailed::Code) => {
            keep(&session, RESET, &[("email", &form.email)]).await;
            done(RESET_PAGE, Notice::MailSentPerhaps, &return_to)
        }
        (Ok(()), Mailed::Link) => done(FORGOT_PAGE, Notice::MailSentPerhaps, &return_to),
        (Err(problem), _) => {
            keep(&session, FORGOT, &[("email", &form.email)]).await;
            failed(FORGOT_PAGE, problem, &return_to)
        }
    }
}

pub async fn reset(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<ResetForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return failed(RESET_PAGE, SignInProblem::Unreadable, &ReturnTo::home()) };
    let return_to = ReturnTo::parse(&form.proof.return_to);
    match try_reset(&auth, &session, &form).await {
        Ok(true) => Redirect::to(return_to.as_str()).into_response(),
        Ok(false) => done("/sign-in", Notice::PasswordReset, &return_to),
        Err(problem) => {
            keep(&session, RESET, &[("email", &form.proof.email)]).await;
            failed(&page_again(&form, problem), problem, &return_to)
        }
    }
}

/// Whether the person is signed in now.
async fn try_reset(auth: &Auth, session: &BrowserSession, form: &ResetForm) -> Result<bool, SignInProblem> {
    let password = form.password(auth.methods().passwords)?;
    let proof = form.proof.proof()?;
    auth.neon_auth.reset_password(&proof, &password).await.map_err(told)?;
    match proof {
        Proof::Code { email, .. } => Ok(enter(auth, session, email, password).await),
        // Whose link it was, nobody has said. Neon Auth has ended their sessions, and those here end with their tokens.
        Proof::Link(_) => Ok(false),
    }
}

/// Signs in with the new password and ends every session from before it. The password is set whatever becomes of this.
async fn enter(auth: &Auth, session: &BrowserSession, email: String, password: SecretString) -> bool {
    let Ok(Entry::SignedIn(tokens)) = auth.neon_auth.sign_in(&Credentials { email, password }, &auth.landings).await
    else {
        return false;
    };
    if auth.admit(session, tokens, Vec::new()).await.is_err() {
        return false;
    }
    if let Some((here, person)) = session.signed_in().await
        && let Err(error) = auth.sessions.store().end_other_devices(&person.user_id, &here).await
    {
        tracing::error!(%error, user = person.user_id, "sessions from before a new password were not ended");
    }
    true
}

/// A link is still good when only the new password was not: it stays in the address that it came in.
fn page_again(form: &ResetForm, problem: SignInProblem) -> String {
    let code = form.proof.code.expose_secret();
    if problem.field() != Some("password") || !form.proof.email.is_empty() || code.is_empty() {
        return RESET_PAGE.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("code", code).finish();
    format!("{RESET_PAGE}?{query}")
}
