//! Signing in at a provider: the way there, and the way back.
//! It must not believe anything in the address that it is called back with, except as a key to what the session holds.

use super::return_to::ReturnTo;
use super::{Refused, led_to, onward};
use crate::sign_in::problem::of_refusal;
use crate::sign_in::{Auth, BrowserSession, PendingLogin};
use crate::state::Site;
use axum::extract::rejection::FormRejection;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use neon_auth::{CallbackParams, LoginSecret};
use request::account::SignInProblem;
use secrecy::SecretString;
use serde::Deserialize;
use time::OffsetDateTime;
use url::Url;

/// The form of a provider's button.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StartForm {
    provider: String,
    return_to: String,
}

/// Sends the browser to the provider. The page in between is there because a redirect would be blocked: the policy
/// `form-action 'self'` covers where a posted form is redirected to.
pub async fn start(
    State(auth): State<Auth>,
    Extension(site): Extension<Site>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<StartForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(form) = form?;
    let return_to = ReturnTo::parse(&form.return_to);
    let authorize = try_start(&auth, &session, &form.provider, &return_to).await?;
    Ok(onward::page(&site, "Continue to sign in", authorize.as_str()))
}

async fn try_start(
    auth: &Auth,
    session: &BrowserSession,
    provider: &str,
    return_to: &ReturnTo,
) -> Result<Url, SignInProblem> {
    let offered = auth.methods_known().await;
    if !offered.known {
        return Err(SignInProblem::Unavailable);
    }
    if !offered.providers.iter().any(|offered| offered == provider) {
        return Err(SignInProblem::ProviderUnknown);
    }
    let request = auth.neon_auth.start_oauth(provider, &auth.callback).await.map_err(|error| auth.told(error))?;
    let login = PendingLogin {
        state: request.state,
        secret: request.secret,
        return_to: return_to.as_str().to_owned(),
        started: OffsetDateTime::now_utc(),
    };
    session.expect_login(login).await?;
    Ok(request.url)
}

/// Finishes a login that comes back from its provider.
pub async fn callback(
    State(auth): State<Auth>,
    Extension(site): Extension<Site>,
    Extension(session): Extension<BrowserSession>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match auth.neon_auth.read_callback(&query) {
        // Not tied to a login, since errors may come without `state`: shown, and nothing else.
        CallbackParams::Failed(problem) => led_to("/sign-in", of_refusal(problem), &ReturnTo::home()),
        CallbackParams::Incomplete => led_to("/sign-in", SignInProblem::Expired, &ReturnTo::home()),
        CallbackParams::Arrived { proof, state } => {
            if let Some(page) = onward::once_more(&site, &session, "Signing in", "/auth/callback", &query) {
                return page;
            }
            let (login, others) = match claim(&session, state.as_deref()).await {
                Ok(claimed) => claimed,
                Err(problem) => return led_to("/sign-in", problem, &ReturnTo::home()),
            };
            let return_to = ReturnTo::parse(&login.return_to);
            match try_finish(&auth, &session, proof, &login.secret, others).await {
                Ok(()) => Redirect::to(return_to.as_str()).into_response(),
                Err(problem) => led_to("/sign-in", problem, &return_to),
            }
        }
    }
}

/// Takes the login out of the session before anything is exchanged: a second call with the same address finds nothing.
async fn claim(
    session: &BrowserSession,
    state: Option<&str>,
) -> Result<(PendingLogin, Vec<PendingLogin>), SignInProblem> {
    session.claim_login(state).await?.ok_or(SignInProblem::Expired)
}

async fn try_finish(
    auth: &Auth,
    session: &BrowserSession,
    proof: SecretString,
    secret: &LoginSecret,
    others: Vec<PendingLogin>,
) -> Result<(), SignInProblem> {
    let tokens = auth.neon_auth.finish_oauth(proof, secret, &auth.callback).await.map_err(|error| auth.told(error))?;
    auth.admit(session, tokens, others).await
}
