//! What is proved by a mail: that an address is theirs, or the right to come in.
//! It must not say whether an address is known, nor take a proof from an address bar: only a form that was sent uses it
//! up.

use super::form::{EmailForm, ProofForm};
use super::return_to::ReturnTo;
use super::{Refused, about_link, done, forget_used, keep_mail, onwards};
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use neon_auth::{NeonAuthError, Proof, Refusal};
use request::account::{Notice, SignInProblem};
use request::session::{Purpose, SignedIn, Viewer};

/// The page that asks for the proof of an address.
pub const VERIFY_PAGE: &str = "/verify-email";
/// The page that asks for a code to sign in with.
pub const CODE_PAGE: &str = "/sign-in/code";

/// Redirects to the page that asks for the proof in `mail`, and says there what became of sending it.
pub async fn ask_for_proof(
    session: &BrowserSession,
    mail: AwaitedMail,
    sent: Result<Notice, SignInProblem>,
    return_to: &ReturnTo,
) -> Result<Response, Refused> {
    keep_mail(session, mail).await;
    match sent {
        Ok(notice) => Ok(done(VERIFY_PAGE, notice, return_to)),
        Err(problem) => Err(Refused::on(VERIFY_PAGE, problem)),
    }
}

/// Mails the proof of an address whose account waits for it, with the account's own tokens where Neon Auth wants them.
pub async fn send_proof(auth: &Auth, mail: &AwaitedMail, return_to: &ReturnTo) -> Result<(), SignInProblem> {
    let sent = auth
        .neon_auth
        .send_verification(&mail.email, mail.tokens.as_ref(), &auth.email_links(return_to.as_str()))
        .await;
    sent.map_err(|error| match error {
        NeonAuthError::Refused(Refusal::NotOffered) => SignInProblem::EmailUnconfirmed,
        error => auth.told_or(SignInProblem::MailUncertain, error),
    })
}

/// Mails the proof of an address once more.
pub async fn send_verification(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    let mail = try_send_verification(&auth, &session, &form, &return_to).await?;
    keep_mail(&session, mail).await;
    Ok(done(VERIFY_PAGE, Notice::MailSentPerhaps, &return_to))
}

async fn try_send_verification(
    auth: &Auth,
    session: &BrowserSession,
    form: &EmailForm,
    return_to: &ReturnTo,
) -> Result<AwaitedMail, SignInProblem> {
    let email = form.email()?;
    let asked_for = session.mail(Purpose::ConfirmEmail).await.filter(|mail| mail.email == email);
    let tokens = asked_for.and_then(|mail| mail.tokens);
    let mail = AwaitedMail::to(Purpose::ConfirmEmail, &email).with_tokens(tokens);
    // Where it takes tokens, the address is that of their own account.
    if auth.neon_auth.verifies_only_for_tokens() {
        return send_proof(auth, &mail, return_to).await.map(|()| mail);
    }
    auth.check_that_mails_are_sent().await?;
    let (neon_auth, email_links) = (auth.neon_auth.clone(), auth.email_links(return_to.as_str()));
    auth.mail_beside(async move { neon_auth.send_verification(&email, None, &email_links).await })?;
    Ok(mail)
}

/// How confirming an address ends.
enum Confirmed {
    /// It has signed the person in.
    SignedIn,
    /// The user was signed in before.
    Here,
    /// It was not asked for in this browser, or Neon Auth does not sign in by it.
    SignInNow,
}

/// Confirms an address. Where Neon Auth signs in by that, the person is signed in; else they can sign in now.
pub async fn verify(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    Extension(viewer): Extension<Viewer>,
    form: Result<Form<ProofForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    Ok(match try_verify(&auth, &session, &viewer, &form).await? {
        Confirmed::SignedIn => onwards(&return_to),
        Confirmed::Here => done("/account", Notice::EmailConfirmedHere, &ReturnTo::home()),
        Confirmed::SignInNow => done("/sign-in", Notice::EmailConfirmed, &return_to),
    })
}

async fn try_verify(
    auth: &Auth,
    session: &BrowserSession,
    viewer: &Viewer,
    form: &ProofForm,
) -> Result<Confirmed, SignInProblem> {
    let mail = session.mail(Purpose::ConfirmEmail).await;
    let proof = form.proof(mail.as_ref())?;
    let verified = auth.neon_auth.verify_email(&proof).await;
    forget_used(session, Purpose::ConfirmEmail, &proof, &verified).await;
    let tokens = match (
        verified.map_err(|error| about_link(&proof, auth.told_or(SignInProblem::ConfirmationUncertain, error)))?,
        mail.and_then(|mail| mail.tokens),
    ) {
        (Some(tokens), _) => Some(tokens),
        // Those of the account that waited for this, if it was this one: else they are still worth nothing.
        (None, Some(tokens)) => auth.neon_auth.refresh(&tokens).await.map_err(|error| auth.told(error)).ok(),
        (None, None) => None,
    };
    // The address is confirmed, whatever becomes of this.
    if let Some(tokens) = tokens
        && auth.admit(session, tokens, Vec::new()).await.is_ok()
    {
        return Ok(Confirmed::SignedIn);
    }
    match viewer.user {
        SignedIn::Yes(_) => Ok(Confirmed::Here),
        _ => Ok(Confirmed::SignInNow),
    }
}

/// Mails a code to sign in with. An address without an account gets the same answer.
pub async fn send_code(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    try_send_code(&auth, &session, &form, &return_to).await?;
    Ok(done(CODE_PAGE, Notice::MailSentPerhaps, &return_to))
}

async fn try_send_code(
    auth: &Auth,
    session: &BrowserSession,
    form: &EmailForm,
    return_to: &ReturnTo,
) -> Result<(), SignInProblem> {
    let offered = auth.methods_known().await;
    if !offered.email_code {
        return Err(if offered.known { SignInProblem::NotOffered } else { SignInProblem::Unavailable });
    }
    let email = form.email()?;
    auth.check_that_mails_are_sent().await?;
    let mail = AwaitedMail::to(Purpose::SignIn, &email);
    let id = mail.id;
    keep_mail(session, mail).await;
    let (neon_auth, session, email_links) =
        (auth.neon_auth.clone(), session.clone(), auth.email_links(return_to.as_str()));
    auth.mail_beside(async move {
        let nonce = neon_auth.send_sign_in_code(&email, &email_links).await?;
        // A session that cannot be written is in the log.
        session.keep_nonce(id, &nonce).await.ok();
        Ok(())
    })
}

/// Signs in with a code, or with the link that was followed.
pub async fn sign_in_with_code(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<ProofForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    try_sign_in(&auth, &session, &form).await?;
    Ok(onwards(&ReturnTo::parse(&form.return_to)))
}

async fn try_sign_in(auth: &Auth, session: &BrowserSession, form: &ProofForm) -> Result<(), SignInProblem> {
    let mut mail = session.mail(Purpose::SignIn).await;
    let proof = form.proof(mail.as_ref())?;
    if let Some(asked_for) = &mail
        && auth.neon_auth.has_nonces()
        && asked_for.is_recent()
    {
        tokio::time::sleep(asked_for.until_nonce()).await;
        mail = session.mail_by_now(Purpose::SignIn).await;
    }
    let nonce = mail.map(|mail| mail.nonce).unwrap_or_default();
    let (email, code) = match &proof {
        Proof::Code { email, code } => (email.as_str(), code),
        Proof::Link(code) => ("", code),
    };
    let entered = auth.neon_auth.sign_in_with_code(email, &nonce, code).await;
    forget_used(session, Purpose::SignIn, &proof, &entered).await;
    let tokens = entered.map_err(|error| about_link(&proof, auth.told_or(SignInProblem::CodeUncertain, error)))?;
    auth.admit(session, tokens, Vec::new()).await
}
