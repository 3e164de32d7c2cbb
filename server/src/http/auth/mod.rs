//! The routes of signing in and out, and what they share. Plain forms and redirects: they work without JavaScript.
//! It must not render pages: failures go to `/sign-in` or `/sign-up` with a closed code.

pub mod account;
mod devices;
mod email;
mod form;
mod mailed;
mod oauth;
mod onward;
pub mod own_account;
mod own_password;
mod password;
mod reset;
pub mod return_to;

use super::errors::failed_at;
use crate::neon_auth::{
    Keys, Landings, Methods, NeonAuth, NeonAuthError, Problem, Proof, REFRESH_EVERY, Tokens, addition,
};
use crate::sign_in::methods::offered;
use crate::sign_in::problem::of_error;
use crate::sign_in::renewal::Renewals;
use crate::sign_in::{AwaitedMail, Beside, BrowserSession, PendingLogin, Person, Sessions, TooMany};
use app::account::notice::Notice;
use app::account::problem::SignInProblem;
use app::error::AppError;
use app::request::with_return_to;
use app::session::{KeptForm, Purpose, SignInMethods};
use axum::Extension;
use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use return_to::ReturnTo;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Bytes of a field that are worth keeping. Visitors cost nothing to pretend, and each would leave a row behind.
const LONGEST_KEPT: usize = 1024;

/// Everything that signing in needs. Cheap to clone: axum does, once for every layer that a request meets.
#[derive(Clone)]
pub struct Auth(Arc<Parts>);

pub struct Parts {
    pub sessions: Sessions,
    pub neon_auth: NeonAuth,
    pub keys: Keys,
    pub renewals: Renewals,
    methods: Methods,
    beside: Beside,
    /// Where the provider sends the browser back to.
    callback: Url,
    /// Where mails link to.
    landings: Landings,
}

impl Deref for Auth {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Auth {
    /// `public_origin` is the app's own address as browsers see it; no header of a request replaces it.
    pub fn new(sessions: Sessions, neon_auth: NeonAuth, public_origin: &Url) -> Self {
        let keys = Keys::new(neon_auth.clone());
        let renewals = Renewals::new(sessions.store().clone(), neon_auth.clone(), keys.clone());
        let mut callback = public_origin.clone();
        callback.set_path("/auth/callback");
        let (methods, landings) = (Methods::new(&neon_auth), Landings::on(public_origin));
        Self(Arc::new(Parts {
            sessions,
            neon_auth,
            keys,
            renewals,
            methods,
            beside: Beside::default(),
            callback,
            landings,
        }))
    }

    /// Where mails link to, for somebody who was on the way to another page.
    fn landings(&self, return_to: &ReturnTo) -> Landings {
        if return_to.is_home() { self.landings.clone() } else { self.landings.leading_to(return_to.as_str()) }
    }

    /// What the sign-in page can offer. Never waits.
    pub fn methods(&self) -> SignInMethods {
        offered(self.methods.current())
    }

    /// The same as Neon Auth has it at this moment, and from now on.
    pub async fn methods_refreshed(&self) -> SignInMethods {
        self.methods.refresh(&self.neon_auth).await;
        self.methods()
    }

    /// Starts what has to happen beside requests, for as long as the server runs.
    pub fn spawn_background(&self) {
        tokio::spawn(self.keep_fresh(REFRESH_EVERY));
        tokio::spawn(self.sessions.clone().sweep());
    }

    /// Follows what changes in Neon's console, without end.
    pub fn keep_fresh(&self, every: Duration) -> impl Future<Output = ()> + use<> {
        self.methods.clone().keep_fresh(self.neon_auth.clone(), self.keys.clone(), every)
    }

    /// Turns tokens that Neon Auth has just given into a session.
    async fn admit(
        &self,
        session: &BrowserSession,
        tokens: Tokens,
        logins: Vec<PendingLogin>,
    ) -> Result<(), SignInProblem> {
        let claims = self.keys.verify(&tokens.access).await.map_err(|error| {
            tracing::error!(%error, "Neon Auth gave a token that does not verify");
            SignInProblem::Unavailable
        })?;
        let before = session.content().await.ok().and_then(|content| content.person);
        let person = Person { user_id: claims.subject().to_owned(), tokens };
        session.sign_in(person, logins).await?;
        tracing::info!(user = claims.subject(), "signed in");
        let beyond = session.end_oldest_of(claims.subject()).await;
        for person in before.into_iter().chain(beyond) {
            self.sign_out_at_neon_auth(person);
        }
        Ok(())
    }

    /// What the person is told about a failed call; the log gets what is not their doing.
    fn told(&self, error: NeonAuthError) -> SignInProblem {
        if error == NeonAuthError::Problem(Problem::AppNotTrusted) {
            tracing::warn!(%error, fix = addition(&self.callback), "a sign-in failed");
        } else if !error.is_expected() {
            tracing::warn!(%error, "a sign-in failed");
        }
        of_error(&error)
    }

    /// The same for a call that changes something: without an answer it may have been carried out, which `uncertain` says.
    fn told_or(&self, uncertain: SignInProblem, error: NeonAuthError) -> SignInProblem {
        let is_open = error.leaves_open();
        let told = self.told(error);
        if is_open { uncertain } else { told }
    }

    /// Refuses to promise a mail that could not be sent to anybody: Neon Auth is asked something that has nothing to do with
    /// an address, so neither the answer nor its time says anything about one.
    async fn check_that_mails_are_sent(&self) -> Result<(), SignInProblem> {
        let project = self.neon_auth.introduction().await.map_err(|error| self.told(error))?;
        if project.trusts(&self.callback) == Some(false) {
            return Err(self.told(NeonAuthError::Problem(Problem::AppNotTrusted)));
        }
        Ok(())
    }

    /// Asks for a mail beside the request: how long Neon Auth takes shows whether it knows the address. What only the owner
    /// of the app can do something about is in the log.
    fn mail_beside(
        &self,
        sent: impl Future<Output = Result<(), NeonAuthError>> + Send + 'static,
    ) -> Result<(), SignInProblem> {
        let auth = self.clone();
        let call = async move {
            if let Err(error) = sent.await {
                auth.told(error);
            }
        };
        self.beside.start(call).map_err(|TooMany| {
            tracing::warn!("too many mails are being asked for at once");
            SignInProblem::Unavailable
        })
    }

    /// Best effort, and beside the request: the session here is over already, whatever Neon Auth says.
    fn sign_out_at_neon_auth(&self, person: Person) {
        let neon_auth = self.neon_auth.clone();
        let call = async move {
            if let Err(error) = neon_auth.sign_out(&person.tokens).await {
                tracing::warn!(%error, user = person.user_id, "a sign-out did not reach Neon Auth");
            }
        };
        if let Err(TooMany) = self.beside.start(call) {
            tracing::warn!("a sign-out did not reach Neon Auth: too many are under way");
        }
    }

    /// Waits for the calls to Neon Auth that go on after their request was answered.
    pub async fn finish_calls(&self) {
        self.beside.finish().await;
    }
}

/// The routes; the stack of layers around them checks origin, size and time.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
{
    Router::new()
        .route("/auth/sign-in", post(password::sign_in))
        .route("/auth/sign-up", post(password::sign_up))
        .route("/auth/oauth/{provider}", post(oauth::start))
        .route("/auth/callback", get(oauth::callback))
        .route("/auth/mailed/{landing}", get(mailed::arrive))
        .route("/auth/verify-email/send", post(email::send_verification))
        .route("/auth/verify-email", post(email::verify))
        .route("/auth/code/send", post(email::send_code))
        .route("/auth/code", post(email::sign_in_with_code))
        .route("/auth/password/forgot", post(reset::forgot))
        .route("/auth/password/reset", post(reset::reset))
        .route("/auth/password/change", post(own_password::change))
        .route("/auth/password/set", post(own_password::set))
        .route("/auth/sign-out", post(sign_out))
        .route("/auth/devices/end", post(devices::end))
        .route("/auth/devices/end-others", post(devices::end_others))
}

/// Ends the session here first: whatever becomes of the call to Neon Auth, this browser is signed out.
async fn sign_out(State(auth): State<Auth>, Extension(session): Extension<BrowserSession>) -> Response {
    let person = session.content().await.ok().and_then(|content| content.person);
    if session.end().await.is_err() {
        return failed("/sign-in", SignInProblem::SignOutUncertain, &ReturnTo::home());
    }
    if let Some(person) = person {
        auth.sign_out_at_neon_auth(person);
    }
    Redirect::to("/").into_response()
}

/// Back to the form with the reason.
fn failed(page: &str, problem: SignInProblem, return_to: &ReturnTo) -> Response {
    // Said with its status, and with the time to wait, which an address that anybody can write does not carry.
    if let SignInProblem::RateLimited { seconds } = problem {
        return failed_at(&with_return_to(page, return_to.as_str()), AppError::RateLimited { seconds });
    }
    Redirect::to(&with_query(page, Some(("error", problem.code())), return_to)).into_response()
}

/// To the page that says what has happened, and leads on from there.
fn done(page: &str, notice: Notice, return_to: &ReturnTo) -> Response {
    Redirect::to(&with_query(page, Some(("done", notice.code())), return_to)).into_response()
}

fn with_query(page: &str, said: Option<(&str, &str)>, return_to: &ReturnTo) -> String {
    let onward = (!return_to.is_home()).then_some(("return_to", return_to.as_str()));
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said.into_iter().chain(onward)).finish();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

/// For whoever sent a form of `page` after their session had ended, or while it could not be read.
fn sign_in_first(page: &str) -> Response {
    Redirect::to(&with_return_to("/sign-in", page)).into_response()
}

/// Keeps what was typed for the page that shows the reason. Losing it is no reason to fail harder.
pub(super) async fn keep(session: &BrowserSession, action: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().filter(|(_, value)| (1..=LONGEST_KEPT).contains(&value.len()));
    let fields: Vec<_> = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    if fields.is_empty() {
        return;
    }
    session.keep_form(KeptForm { action: action.to_owned(), fields }).await.ok();
}

/// Remembers a mail that was sent. Without that its code can still be typed together with the address.
async fn keep_mail(session: &BrowserSession, mail: AwaitedMail) {
    session.await_mail(mail).await.ok();
}

/// After a proof was sent to Neon Auth: the mail goes when it has served, its link also when it was refused. What nobody has
/// looked at stays, to be sent again.
async fn forget_used<T>(session: &BrowserSession, purpose: Purpose, proof: &Proof, answer: &Result<T, NeonAuthError>) {
    match (answer, proof) {
        (Ok(_), _) => session.forget_mail(purpose).await.ok(),
        (Err(error), Proof::Link(_)) if error.is_expected() => session.forget_link(purpose).await.ok(),
        (Err(_), _) => None,
    };
}

/// Nobody has typed what a link carried.
fn about_link(proof: &Proof, problem: SignInProblem) -> SignInProblem {
    match (proof, problem) {
        (Proof::Link(_), SignInProblem::CodeWrong | SignInProblem::CodeLocked) => SignInProblem::LinkWrong,
        (_, problem) => problem,
    }
}
