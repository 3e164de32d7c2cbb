//! What the routes of signing in share: the clients, the sessions, and the steps that several of them take.

use super::background_calls::{BackgroundCalls, TooManyCalls};
use super::browser_session::BrowserSession;
use super::content::{PendingLogin, Person};
use super::problem::from_error;
use super::renewal::Renewals;
use super::sessions::Sessions;
use neon_auth::{
    EmailLinks, Keys, MethodsCache, NeonAuth, NeonAuthError, REFRESH_EVERY, Refusal, Tokens, add_domain_fix,
};
use request::account::SignInProblem;
use request::session::SignInMethods;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Everything that signing in needs. Cheap to clone: axum does, once for every layer that a request meets.
#[derive(Clone)]
pub struct Auth(Arc<AuthInner>);

/// The parts of [`Auth`].
pub struct AuthInner {
    /// The sessions of all browsers.
    pub sessions: Sessions,
    /// The client of Neon Auth.
    pub neon_auth: NeonAuth,
    /// The keys that access tokens are verified with.
    pub keys: Keys,
    pub(crate) renewals: Renewals,
    methods: MethodsCache,
    background: BackgroundCalls,
    /// The URL that the provider sends the browser back to.
    pub(crate) callback: Url,
}

impl Deref for Auth {
    type Target = AuthInner;

    fn deref(&self) -> &AuthInner {
        &self.0
    }
}

impl Auth {
    /// Makes the sign-in of an app. `public_origin` is its own address as browsers see it; no header of a request
    /// replaces it.
    pub fn new(sessions: Sessions, neon_auth: NeonAuth, public_origin: &Url) -> Self {
        let keys = Keys::new(neon_auth.clone());
        let renewals = Renewals::new(sessions.store().clone(), neon_auth.clone(), keys.clone());
        let mut callback = public_origin.clone();
        callback.set_path("/auth/callback");
        let methods = MethodsCache::new(&neon_auth);
        Self(Arc::new(AuthInner {
            sessions,
            neon_auth,
            keys,
            renewals,
            methods,
            background: BackgroundCalls::default(),
            callback,
        }))
    }

    /// Returns the pages of the app that mails link to. They lead on to `return_to`: the mail may be opened in a
    /// browser that has no session.
    pub(crate) fn email_links(&self, return_to: &str) -> EmailLinks {
        let landing = |name| {
            let mut url = self.callback.clone();
            url.set_path(&format!("/auth/mailed/{name}"));
            if return_to != "/" {
                url.query_pairs_mut().append_pair("return_to", return_to);
            }
            url
        };
        EmailLinks {
            confirm_email: landing("confirm-email"),
            email_confirmed: landing("email-confirmed"),
            reset_password: landing("reset-password"),
            sign_in: landing("sign-in"),
        }
    }

    /// Returns what the sign-in page can offer. Never waits.
    pub(crate) fn methods(&self) -> SignInMethods {
        self.methods.current()
    }

    /// Returns the same, after asking Neon Auth if it has never answered yet.
    pub(crate) async fn methods_or_fetch(&self) -> SignInMethods {
        self.methods.current_or_fetch(&self.neon_auth).await
    }

    /// Asks Neon Auth which ways to sign in it offers at this moment, and returns them. The sign-in page offers them
    /// from now on.
    pub async fn refresh_methods(&self) -> SignInMethods {
        self.methods.refresh(&self.neon_auth).await;
        self.methods()
    }

    /// Starts the background tasks that run as long as the server does: [`keep_fresh`](Self::keep_fresh), and the
    /// deletion of expired sessions.
    pub fn spawn_background(&self) {
        tokio::spawn(self.keep_fresh(REFRESH_EVERY));
        tokio::spawn(self.sessions.clone().sweep());
    }

    /// Follows what changes in Neon's console, and which keys are in use, without end.
    pub fn keep_fresh(&self, every: Duration) -> impl Future<Output = ()> + use<> {
        self.methods.clone().keep_fresh(self.neon_auth.clone(), self.keys.clone(), every)
    }

    /// Turns tokens that Neon Auth has just given into a session.
    pub(crate) async fn establish_session(
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

    /// Returns what the user reads about a failed call, and logs what is not their doing.
    pub(crate) fn user_message(&self, error: NeonAuthError) -> SignInProblem {
        if error == NeonAuthError::Refused(Refusal::AppNotTrusted) {
            tracing::warn!(%error, fix = add_domain_fix(&self.callback), "a sign-in failed");
        } else if !error.is_expected() {
            tracing::warn!(%error, "a sign-in failed");
        }
        from_error(&error)
    }

    /// Returns the same for a call that changes something. Without an answer it may have been carried out: then
    /// `uncertain` is returned.
    pub(crate) fn user_message_or(&self, uncertain: SignInProblem, error: NeonAuthError) -> SignInProblem {
        let is_unknown = error.outcome_is_unknown();
        let problem = self.user_message(error);
        if is_unknown { uncertain } else { problem }
    }

    /// Refuses to promise a mail that could be sent to no address at all: Neon Auth is asked something that has nothing
    /// to do with an address, so neither the answer nor its time says anything about one.
    pub(crate) async fn check_that_mails_are_sent(&self) -> Result<(), SignInProblem> {
        let project = self.neon_auth.project_info().await.map_err(|error| self.user_message(error))?;
        if project.trusts(&self.callback) == Some(false) {
            return Err(self.user_message(NeonAuthError::Refused(Refusal::AppNotTrusted)));
        }
        Ok(())
    }

    /// Asks for a mail in the background: how long Neon Auth takes shows whether it knows the address. What only the
    /// operator can do something about is in the log.
    pub(crate) fn send_mail_in_background(
        &self,
        sent: impl Future<Output = Result<(), NeonAuthError>> + Send + 'static,
    ) -> Result<(), SignInProblem> {
        let auth = self.clone();
        let call = async move {
            if let Err(error) = sent.await {
                auth.user_message(error);
            }
        };
        self.background.start(call).map_err(|TooManyCalls| {
            tracing::warn!("too many mails are being asked for at once");
            SignInProblem::Unavailable
        })
    }

    /// Tells Neon Auth of a sign-out, in the background and once: the session here is over already, whatever Neon Auth
    /// says.
    pub(crate) fn sign_out_at_neon_auth(&self, person: Person) {
        let neon_auth = self.neon_auth.clone();
        let call = async move {
            if let Err(error) = neon_auth.sign_out(&person.tokens).await {
                tracing::warn!(%error, user = person.user_id, "a sign-out did not reach Neon Auth");
            }
        };
        if let Err(TooManyCalls) = self.background.start(call) {
            tracing::warn!("a sign-out did not reach Neon Auth: too many are under way");
        }
    }

    /// Waits for the calls to Neon Auth that go on after their request was answered.
    pub async fn finish_calls(&self) {
        self.background.finish().await;
    }
}
