//! Signing in at a provider: the way there, and the way back.
//! It must not believe anything in the address that it is called back with, except as a key to what the session holds.

use super::extract::AuthForm;
use super::interstitial;
use super::redirect::{Refused, redirect_with_error};
use super::return_to::ReturnTo;
use crate::sign_in::problem::from_refusal;
use crate::sign_in::{Auth, BrowserSession, PendingLogin, VISIT};
use crate::state::AppState;
use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use neon_auth::{CallbackParams, LoginSecret};
use request::account::SignInProblem;
use request::routes::SIGN_IN;
use secrecy::SecretString;
use serde::Deserialize;
use time::OffsetDateTime;

/// The form of a provider's button.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StartForm {
    provider: String,
    return_to: ReturnTo,
}

/// Sends the browser to the provider. The page in between is there because a redirect would be blocked: the policy
/// `form-action 'self'` covers where a posted form is redirected to.
pub async fn start(
    State(AppState { site, .. }): State<AppState>,
    AuthForm { auth, session, form }: AuthForm<StartForm>,
) -> Result<Response, Refused> {
    let offered = auth.methods_or_fetch().await;
    if !offered.known {
        return Err(SignInProblem::Unavailable.into());
    }
    if !offered.providers.contains(&form.provider) {
        return Err(SignInProblem::ProviderUnknown.into());
    }
    let started = auth.neon_auth.start_oauth(&form.provider, &auth.callback).await;
    let request = started.map_err(|error| auth.user_message(error))?;
    let login = PendingLogin {
        state: request.state,
        secret: request.secret,
        return_to: form.return_to.as_str().to_owned(),
        started: OffsetDateTime::now_utc(),
    };
    let kept = session.update_or_begin(VISIT, |content| content.expect_login(login.clone())).await;
    kept.map_err(SignInProblem::from)?;
    Ok(interstitial::page(&site, "Continue to sign in", request.url.as_str()))
}

/// Finishes a login that comes back from its provider.
pub async fn callback(
    State(AppState { auth, site, .. }): State<AppState>,
    Extension(session): Extension<BrowserSession>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match auth.neon_auth.read_callback(&query) {
        // Not tied to a login, since errors may come without `state`: shown, and nothing else.
        CallbackParams::Failed(problem) => redirect_with_error(SIGN_IN, from_refusal(problem), &ReturnTo::home()),
        CallbackParams::Incomplete => redirect_with_error(SIGN_IN, SignInProblem::Expired, &ReturnTo::home()),
        CallbackParams::Arrived { proof, state } => {
            let again = interstitial::retry_with_cookie(&site, &session, "Signing in", "/auth/callback", &query);
            if let Some(page) = again {
                return page;
            }
            let (login, others) = match claim(&session, state.as_deref()).await {
                Ok(claimed) => claimed,
                Err(problem) => return redirect_with_error(SIGN_IN, problem, &ReturnTo::home()),
            };
            let return_to = ReturnTo::parse(&login.return_to);
            match finish(&auth, &session, proof, &login.secret, others).await {
                Ok(()) => return_to.redirect(),
                Err(problem) => redirect_with_error(SIGN_IN, problem, &return_to),
            }
        }
    }
}

/// Takes the login with this `state` out of the session before anything is exchanged: a second call with the same URL
/// finds nothing. Returns it with those that other tabs still wait for. Where the way back has lost its state, the
/// login is the one that is under way.
async fn claim(
    session: &BrowserSession,
    state: Option<&str>,
) -> Result<(PendingLogin, Vec<PendingLogin>), SignInProblem> {
    let claimed = session.update(|content| Some((content.claim_login(state)?, content.logins.clone()))).await?;
    claimed.flatten().ok_or(SignInProblem::Expired)
}

/// Exchanges the proof, and begins the session. `others` are the logins that other tabs still wait for.
async fn finish(
    auth: &Auth,
    session: &BrowserSession,
    proof: SecretString,
    secret: &LoginSecret,
    others: Vec<PendingLogin>,
) -> Result<(), SignInProblem> {
    let finished = auth.neon_auth.finish_oauth(proof, secret, &auth.callback).await;
    let tokens = finished.map_err(|error| auth.user_message(error))?;
    auth.establish_session(session, tokens, others).await
}

/// Redirects a login that comes back to the front page to where it belongs, with what it brings: after a long stay at
/// the provider Neon Auth has forgotten that.
pub async fn redirect_misrouted_callback(State(auth): State<Auth>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    match uri.query() {
        Some(query) if request.method() == Method::GET && uri.path() == "/" && auth.neon_auth.is_callback(query) => {
            Redirect::to(&format!("/auth/callback?{query}")).into_response()
        }
        _ => next.run(request).await,
    }
}
