//! What is proved by a mail: that an address is theirs, or the right to come in.
//! It must not say whether an address is known, nor take a proof from an address bar: only a form that was sent uses it up.

use super::form::{EmailForm, ProofForm};
use super::return_to::ReturnTo;
use super::{Auth, done, failed, keep, told};
use crate::neon_auth::{NeonAuthError, Problem};
use crate::session::BrowserSession;
use app::account::notice::Notice;
use app::account::problem::SignInProblem;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use secrecy::{ExposeSecret, SecretString};

pub const VERIFY_PAGE: &str = "/verify-email";
const VERIFY: &str = "/auth/verify-email";
const CODE_PAGE: &str = "/sign-in/code";
const CODE: &str = "/auth/code";

/// To the page that asks for the proof which was just mailed to this address.
pub async fn ask_for_proof(session: &BrowserSession, email: &str, return_to: &ReturnTo) -> Response {
    keep(session, VERIFY, &[("email", email)]).await;
    done(VERIFY_PAGE, Notice::MailSent, return_to)
}

/// Mails the proof of an address once more.
pub async fn send_verification(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable(VERIFY_PAGE) };
    let return_to = ReturnTo::parse(&form.return_to);
    keep(&session, VERIFY, &[("email", &form.email)]).await;
    let sent = async {
        let email = form.email()?;
        auth.neon_auth.send_verification(&email, None, &auth.landings).await.map_err(told)
    };
    match sent.await {
        Ok(()) => done(VERIFY_PAGE, Notice::MailSentPerhaps, &return_to),
        Err(problem) => failed(VERIFY_PAGE, problem, &return_to),
    }
}

/// Confirms an address. Where that signs the person in, they are; else they can sign in now.
pub async fn verify(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<ProofForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable(VERIFY_PAGE) };
    let return_to = ReturnTo::parse(&form.return_to);
    let verified = async {
        match auth.neon_auth.verify_email(&form.proof()?).await.map_err(told)? {
            Some(tokens) => auth.admit(&session, tokens, Vec::new()).await.map(|()| true),
            None => Ok(false),
        }
    };
    match verified.await {
        Ok(true) => Redirect::to(return_to.as_str()).into_response(),
        Ok(false) => done("/sign-in", Notice::EmailConfirmed, &return_to),
        Err(problem) => {
            keep(&session, VERIFY, &[("email", &form.email)]).await;
            failed(VERIFY_PAGE, problem, &return_to)
        }
    }
}

/// Mails a code to sign in with. An address that nobody has gets the same answer.
pub async fn send_code(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable(CODE_PAGE) };
    let return_to = ReturnTo::parse(&form.return_to);
    let sent = async {
        if !auth.methods().email_code {
            return Err(SignInProblem::NotOffered);
        }
        match auth.neon_auth.send_sign_in_code(&form.email()?, &auth.landings).await {
            Err(NeonAuthError::Problem(Problem::UserGone | Problem::SignUpOff)) => Ok(SecretString::default()),
            result => result.map_err(told),
        }
    };
    match sent.await {
        Ok(nonce) => {
            keep(&session, CODE, &[("email", &form.email), ("nonce", nonce.expose_secret())]).await;
            done(CODE_PAGE, Notice::MailSentPerhaps, &return_to)
        }
        Err(problem) => {
            keep(&session, CODE, &[("email", &form.email)]).await;
            failed(CODE_PAGE, problem, &return_to)
        }
    }
}

pub async fn sign_in_with_code(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<ProofForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable(CODE_PAGE) };
    let return_to = ReturnTo::parse(&form.return_to);
    let signed_in = async {
        let (email, code) = form.typed()?;
        let tokens = auth.neon_auth.sign_in_with_code(&email, &form.nonce, &code).await.map_err(told)?;
        auth.admit(&session, tokens, Vec::new()).await
    };
    match signed_in.await {
        Ok(()) => Redirect::to(return_to.as_str()).into_response(),
        Err(problem) => {
            keep(&session, CODE, &[("email", &form.email), ("nonce", form.nonce.expose_secret())]).await;
            failed(CODE_PAGE, problem, &return_to)
        }
    }
}

fn unreadable(page: &str) -> Response {
    failed(page, SignInProblem::Unreadable, &ReturnTo::home())
}
