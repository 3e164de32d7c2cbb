//! Signing in at a provider: the way there, and the way back.
//! It must not believe anything in the address that it is called back with, except as a key to what the session holds.

use super::return_to::ReturnTo;
use super::{Auth, failed, told};
use crate::neon_auth::Return;
use crate::session::{BrowserSession, PendingLogin};
use app::account::problem::SignInProblem;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use http::header::{CACHE_CONTROL, REFERRER_POLICY};
use secrecy::SecretString;
use serde::Deserialize;
use time::OffsetDateTime;
use url::{Url, form_urlencoded};

/// On the address of the second attempt to arrive.
const AGAIN: &str = "again";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StartForm {
    return_to: String,
}

/// Sends the browser to the provider. The page in between is there because a redirect would be blocked: the policy
/// `form-action 'self'` covers where a posted form is redirected to.
pub async fn start(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    Path(provider): Path<String>,
    form: Result<Form<StartForm>, FormRejection>,
) -> Response {
    let return_to = form.map_or_else(|_| ReturnTo::home(), |Form(form)| ReturnTo::parse(&form.return_to));
    match try_start(&auth, &session, &provider, &return_to).await {
        Ok(authorize) => onward_page("Continue to sign in", authorize.as_str()),
        Err(problem) => failed("/sign-in", problem, &return_to),
    }
}

async fn try_start(
    auth: &Auth,
    session: &BrowserSession,
    provider: &str,
    return_to: &ReturnTo,
) -> Result<Url, SignInProblem> {
    let offered = auth.methods.known(&auth.neon_auth).await;
    if !offered.known {
        return Err(SignInProblem::Unavailable);
    }
    if !offered.providers.iter().any(|offered| offered == provider) {
        return Err(SignInProblem::ProviderUnknown);
    }
    let departure = auth.neon_auth.start_oauth(provider, &auth.callback).await.map_err(told)?;
    let login = PendingLogin {
        state: departure.state,
        verifier: departure.verifier,
        return_to: return_to.as_str().to_owned(),
        started: OffsetDateTime::now_utc(),
    };
    session.expect_login(login).await.map_err(|error| {
        tracing::error!(%error, "a login could not be begun");
        SignInProblem::Unavailable
    })?;
    Ok(departure.authorize)
}

pub async fn callback(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match auth.neon_auth.read_return(&query) {
        // Not tied to a login, since errors may come without `state`: shown, and nothing else.
        Return::Failed(problem) => failed("/sign-in", problem.told(), &ReturnTo::home()),
        Return::Incomplete => failed("/sign-in", SignInProblem::Expired, &ReturnTo::home()),
        Return::Arrived { .. } if session.id().is_none() && !is_second_attempt(&query) => arrive_again(&query),
        Return::Arrived { proof, state } => {
            let (login, others) = match claim(&session, state.as_deref()).await {
                Ok(claimed) => claimed,
                Err(problem) => return failed("/sign-in", problem, &ReturnTo::home()),
            };
            let return_to = ReturnTo::parse(&login.return_to);
            match try_finish(&auth, &session, proof, login.verifier, others).await {
                Ok(()) => Redirect::to(return_to.as_str()).into_response(),
                Err(problem) => failed("/sign-in", problem, &return_to),
            }
        }
    }
}

/// Safari may leave the cookie out at the end of a chain of redirects that began on another site. A page of our own that
/// leads to the same address is no longer the end of that chain.
fn arrive_again(query: &str) -> Response {
    onward_page("Signing in", &format!("/auth/callback?{query}&{AGAIN}=1"))
}

fn is_second_attempt(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == AGAIN)
}

/// Takes the login out of the session before anything is exchanged: a second call with the same address finds nothing.
async fn claim(
    session: &BrowserSession,
    state: Option<&str>,
) -> Result<(PendingLogin, Vec<PendingLogin>), SignInProblem> {
    let claimed = session.claim_login(state).await.map_err(|error| {
        tracing::error!(%error, "a login could not be finished");
        SignInProblem::Unavailable
    })?;
    claimed.ok_or(SignInProblem::Expired)
}

async fn try_finish(
    auth: &Auth,
    session: &BrowserSession,
    proof: SecretString,
    verifier: SecretString,
    others: Vec<PendingLogin>,
) -> Result<(), SignInProblem> {
    let tokens = auth.neon_auth.finish_oauth(proof, verifier, &auth.callback).await.map_err(told)?;
    auth.admit(session, tokens, others).await
}

/// Works without JavaScript and without styles; most people never see it.
fn onward_page(title: &str, address: &str) -> Response {
    let address = escaped(address);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"refresh\" content=\"0;url={address}\"></head>\
         <body><p><a href=\"{address}\">Continue to sign in</a></p></body></html>"
    );
    // The address holds the state of this login: no cache keeps it, and nobody is told where it came from.
    ([(CACHE_CONTROL, "private, no-store"), (REFERRER_POLICY, "no-referrer")], Html(page)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn an_address_stays_inside_its_attribute() {
        assert_eq!(escaped("a&b\"c'd<e>"), "a&amp;b&quot;c&#39;d&lt;e&gt;");
    }
}
