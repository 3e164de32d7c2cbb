//! What is proved by a mail: that an address is theirs, or the right to sign in.
//! It must not say whether an address is known, nor take a proof from a link that is opened: only a form that was sent
//! uses it up.

use super::extract::AuthForm;
use super::fields::{self, EmailForm};
use super::redirect::{Refused, redirect_with_notice};
use super::return_to::ReturnTo;
use crate::sign_in::{Auth, AwaitedMail, BrowserSession, VISIT};
use axum::Extension;
use axum::response::Response;
use neon_auth::{NeonAuthError, Proof, Refusal};
use request::account::{Notice, SignInProblem};
use request::routes::{ACCOUNT, SIGN_IN, SIGN_IN_CODE, VERIFY_EMAIL};
use request::session::{Purpose, SignedIn, Viewer};

/// Redirects to the page that asks for the proof in `mail`, and says there whether it was sent.
pub async fn ask_for_proof(
    session: &BrowserSession,
    mail: AwaitedMail,
    sent: Result<Notice, SignInProblem>,
    return_to: &ReturnTo,
) -> Result<Response, Refused> {
    remember_mail(session, mail).await;
    match sent {
        Ok(notice) => Ok(redirect_with_notice(VERIFY_EMAIL, notice, return_to)),
        Err(problem) => Err(Refused::on(VERIFY_EMAIL, problem)),
    }
}

/// Mails the proof of an address whose account waits for it, with the account's own tokens where Neon Auth wants them.
pub async fn send_proof(auth: &Auth, mail: &AwaitedMail, return_to: &ReturnTo) -> Result<(), SignInProblem> {
    let email_links = auth.email_links(return_to.as_str());
    let sent = auth.neon_auth.send_verification(&mail.email, mail.tokens.as_ref(), &email_links).await;
    sent.map_err(|error| match error {
        NeonAuthError::Refused(Refusal::NotOffered) => SignInProblem::EmailUnconfirmed,
        error => auth.user_message_or(SignInProblem::MailUncertain, error),
    })
}

/// Mails the proof of an address once more.
pub async fn send_verification(AuthForm { auth, session, form }: AuthForm<EmailForm>) -> Result<Response, Refused> {
    let email = fields::email(&form.email)?;
    let asked_for = session.mail(Purpose::ConfirmEmail).await.filter(|mail| mail.email == email);
    let tokens = asked_for.and_then(|mail| mail.tokens);
    let mail = AwaitedMail::to(Purpose::ConfirmEmail, &email).with_tokens(tokens);
    if auth.neon_auth.verifies_only_for_tokens() {
        // The address is that of their own account.
        send_proof(&auth, &mail, &form.return_to).await?;
    } else {
        auth.check_that_mails_are_sent().await?;
        let (neon_auth, email_links) = (auth.neon_auth.clone(), auth.email_links(form.return_to.as_str()));
        auth.send_mail_in_background(async move { neon_auth.send_verification(&email, None, &email_links).await })?;
    }
    remember_mail(&session, mail).await;
    Ok(redirect_with_notice(VERIFY_EMAIL, Notice::MailSentPerhaps, &form.return_to))
}

/// Confirms an address. Where Neon Auth signs in by that, the user is signed in; else they can sign in now.
pub async fn verify(
    Extension(viewer): Extension<Viewer>,
    AuthForm { auth, session, form }: AuthForm<EmailForm>,
) -> Result<Response, Refused> {
    let mail = session.mail(Purpose::ConfirmEmail).await;
    let proof = form.proof(mail.as_ref())?;
    let verified = auth.neon_auth.verify_email(&proof).await;
    discard_used_proof(&session, Purpose::ConfirmEmail, &proof, &verified).await;
    let verified = verified
        .map_err(|error| link_problem(&proof, auth.user_message_or(SignInProblem::ConfirmationUncertain, error)))?;
    let tokens = match (verified, mail.and_then(|mail| mail.tokens)) {
        (Some(tokens), _) => Some(tokens),
        // Those of the account that waited for this, if it was this one: else they are still worth nothing.
        (None, Some(tokens)) => auth.neon_auth.refresh(&tokens).await.map_err(|error| auth.user_message(error)).ok(),
        (None, None) => None,
    };
    // The address is confirmed, whatever becomes of this.
    if let Some(tokens) = tokens
        && auth.establish_session(&session, tokens, Vec::new()).await.is_ok()
    {
        return Ok(form.return_to.redirect());
    }
    Ok(email_confirmed(&viewer, &form.return_to))
}

/// Redirects after an address was confirmed, which has not signed in: a user who is signed in already sees the account.
pub fn email_confirmed(viewer: &Viewer, return_to: &ReturnTo) -> Response {
    match viewer.user {
        SignedIn::Yes(_) => redirect_with_notice(ACCOUNT, Notice::EmailConfirmedHere, &ReturnTo::home()),
        SignedIn::No | SignedIn::Unavailable => redirect_with_notice(SIGN_IN, Notice::EmailConfirmed, return_to),
    }
}

/// Mails a code to sign in with. An address without an account gets the same answer.
pub async fn send_code(AuthForm { auth, session, form }: AuthForm<EmailForm>) -> Result<Response, Refused> {
    let offered = auth.methods_or_fetch().await;
    if !offered.email_code {
        let problem = if offered.known { SignInProblem::NotOffered } else { SignInProblem::Unavailable };
        return Err(problem.into());
    }
    let email = fields::email(&form.email)?;
    auth.check_that_mails_are_sent().await?;
    let mail = AwaitedMail::to(Purpose::SignIn, &email);
    let id = mail.id;
    remember_mail(&session, mail).await;
    let (neon_auth, email_links) = (auth.neon_auth.clone(), auth.email_links(form.return_to.as_str()));
    auth.send_mail_in_background(async move {
        let nonce = neon_auth.send_sign_in_code(&email, &email_links).await?;
        // A session that cannot be written is in the log.
        session.update(|content| content.mails.keep_nonce(id, &nonce)).await.ok();
        Ok(())
    })?;
    Ok(redirect_with_notice(SIGN_IN_CODE, Notice::MailSentPerhaps, &form.return_to))
}

/// Signs in with a code, or with the link that was followed.
pub async fn sign_in_with_code(AuthForm { auth, session, form }: AuthForm<EmailForm>) -> Result<Response, Refused> {
    let mut mail = session.mail(Purpose::SignIn).await;
    let proof = form.proof(mail.as_ref())?;
    if let Some(asked_for) = &mail
        && auth.neon_auth.has_nonces()
        && asked_for.is_recent()
    {
        tokio::time::sleep(asked_for.until_nonce()).await;
        let by_now = session.update(|content| content.mails.of(Purpose::SignIn).cloned()).await;
        mail = by_now.ok().flatten().flatten();
    }
    let nonce = mail.map(|mail| mail.nonce).unwrap_or_default();
    let (email, code) = match &proof {
        Proof::Code { email, code } => (email.as_str(), code),
        Proof::Link(code) => ("", code),
    };
    let signed_in = auth.neon_auth.sign_in_with_code(email, &nonce, code).await;
    discard_used_proof(&session, Purpose::SignIn, &proof, &signed_in).await;
    let tokens =
        signed_in.map_err(|error| link_problem(&proof, auth.user_message_or(SignInProblem::CodeUncertain, error)))?;
    auth.establish_session(&session, tokens, Vec::new()).await?;
    Ok(form.return_to.redirect())
}

/// Remembers a mail that was sent. Without that its code can still be typed together with the address.
pub async fn remember_mail(session: &BrowserSession, mail: AwaitedMail) {
    session.update_or_begin(VISIT, |content| content.mails.expect(mail.clone())).await.ok();
}

/// Forgets what is used up after a proof was sent to Neon Auth: the mail when it has served, its link also when it was
/// refused. What Neon Auth has not looked at stays, to be sent again.
pub async fn discard_used_proof<T>(
    session: &BrowserSession,
    purpose: Purpose,
    proof: &Proof,
    answer: &Result<T, NeonAuthError>,
) {
    let discarded = match (answer, proof) {
        (Ok(_), _) => session.update(|content| content.mails.forget(purpose)).await,
        (Err(error), Proof::Link(_)) if error.is_expected() => {
            session.update(|content| content.mails.forget_link(purpose)).await
        }
        (Err(_), _) => return,
    };
    // A session that cannot be written is in the log.
    discarded.ok();
}

/// Returns the problem in the words for a link: what that carried was not typed.
pub fn link_problem(proof: &Proof, problem: SignInProblem) -> SignInProblem {
    match (proof, problem) {
        (Proof::Link(_), SignInProblem::CodeWrong | SignInProblem::CodeLocked) => SignInProblem::LinkWrong,
        (_, problem) => problem,
    }
}
