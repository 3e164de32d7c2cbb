//! Signing in at a provider: the way there, and the way back.
//! It must not believe anything in the address that it is called back with, except as a key to what the session holds.

use super::return_to::ReturnTo;
use super::{Auth, failed, told};
use crate::neon_auth::Problem;
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

/// Codes have 64 characters. What is longer was not sent by Neon Auth.
const LONGEST_CODE: usize = 512;

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
        Ok(authorize) => departure_page(&authorize),
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
    match Callback::read(query.as_deref().unwrap_or_default()) {
        // Not tied to a login, since errors come without `state`: shown, and nothing else.
        Callback::Failed(problem) => failed("/sign-in", problem, &ReturnTo::home()),
        Callback::Incomplete => failed("/sign-in", SignInProblem::Expired, &ReturnTo::home()),
        Callback::Arrived { code, state } => {
            let (login, others) = match claim(&session, &state).await {
                Ok(claimed) => claimed,
                Err(problem) => return failed("/sign-in", problem, &ReturnTo::home()),
            };
            let return_to = ReturnTo::parse(&login.return_to);
            match try_finish(&auth, &session, code, login.verifier, others).await {
                Ok(()) => Redirect::to(return_to.as_str()).into_response(),
                Err(problem) => failed("/sign-in", problem, &return_to),
            }
        }
    }
}

/// Takes the login out of the session before anything is exchanged: a second call with the same address finds nothing.
async fn claim(session: &BrowserSession, state: &str) -> Result<(PendingLogin, Vec<PendingLogin>), SignInProblem> {
    let claimed = session.claim_login(state).await.map_err(|error| {
        tracing::error!(%error, "a login could not be finished");
        SignInProblem::Unavailable
    })?;
    claimed.ok_or(SignInProblem::Expired)
}

async fn try_finish(
    auth: &Auth,
    session: &BrowserSession,
    code: SecretString,
    verifier: SecretString,
    others: Vec<PendingLogin>,
) -> Result<(), SignInProblem> {
    let tokens = auth.neon_auth.finish_oauth(code, verifier, &auth.callback).await.map_err(told)?;
    auth.admit(session, tokens, others).await
}

/// What an address that we are called back with says.
enum Callback {
    Arrived { code: SecretString, state: String },
    Failed(SignInProblem),
    Incomplete,
}

impl Callback {
    fn read(query: &str) -> Self {
        let values = |wanted: &str| -> Vec<String> {
            let pairs = form_urlencoded::parse(query.as_bytes());
            pairs.filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).collect()
        };
        // Versions differ in which of the two they send.
        if let Some(code) = values("errorCode").first() {
            return Self::Failed(Problem::from_code(code).told());
        }
        if !values("error").is_empty() {
            return Self::Failed(SignInProblem::Unavailable);
        }
        match (values("code").as_slice(), values("state").as_slice()) {
            ([code], [state]) if !state.is_empty() && (1..=LONGEST_CODE).contains(&code.len()) => {
                Self::Arrived { code: code.as_str().into(), state: state.clone() }
            }
            _ => Self::Incomplete,
        }
    }
}

/// Works without JavaScript and without styles; most people never see it.
fn departure_page(authorize: &Url) -> Response {
    let address = escaped(authorize.as_str());
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Continue to sign in</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"refresh\" content=\"0;url={address}\"></head>\
         <body><p><a href=\"{address}\">Continue to sign in</a></p></body></html>"
    );
    // The address holds the state of this login: no cache keeps it, and the provider is not told where it came from.
    ([(CACHE_CONTROL, "private, no-store"), (REFERRER_POLICY, "no-referrer")], Html(page)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{Callback, escaped};
    use app::account::problem::SignInProblem;

    #[test]
    fn an_error_in_either_notation_is_an_error_whatever_else_is_there() {
        for (query, problem) in [
            ("errorCode=OAUTH_PROVIDER_ACCESS_DENIED&message=x&details=%7B%7D", SignInProblem::Cancelled),
            ("code=a&state=b&errorCode=OUTER_OAUTH_TIMEOUT", SignInProblem::Expired),
            ("error=server_error&errorCode=REDIRECT_URL_NOT_WHITELISTED", SignInProblem::AppNotTrusted),
            ("error=server_error&error_description=%3Cscript%3E", SignInProblem::Unavailable),
            ("errorCode=%3Cscript%3E", SignInProblem::Unavailable),
        ] {
            assert!(matches!(Callback::read(query), Callback::Failed(told) if told == problem), "{query}");
        }
    }

    #[test]
    fn exactly_one_code_and_one_state_arrive() {
        assert!(matches!(Callback::read("code=a&state=b"), Callback::Arrived { .. }));
        let long = format!("code={}&state=b", "a".repeat(513));
        for query in [
            "",
            "code=a",
            "state=b",
            "code=&state=b",
            "code=a&state=",
            "code=a&code=b&state=c",
            "code=a&state=b&state=b",
            &long,
        ] {
            assert!(matches!(Callback::read(query), Callback::Incomplete), "{query}");
        }
    }

    #[test]
    fn an_address_stays_inside_its_attribute() {
        assert_eq!(escaped("a&b\"c'd<e>"), "a&amp;b&quot;c&#39;d&lt;e&gt;");
    }
}
