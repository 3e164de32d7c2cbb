//! A browser's session: what it held when its request began, and changes that are written at once.

use super::content::{Content, PendingLogin, Person};
use super::mails::AwaitedMail;
use request::account::SignInProblem;
use request::session::{Mail, Purpose};
use sessions::{Store, StoreError, Updated, record};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower_sessions::session::{Error as SessionError, Id};
use tower_sessions::{Expiry, Session};

/// The lifetime of a session with a user: a month. Neon Auth would let a sign-in live for a year, and a stolen cookie
/// with it. Counted from the sign-in, not from the last visit: what is set when a session is created is never
/// prolonged.
const SIGNED_IN: Expiry = Expiry::OnInactivity(time::Duration::days(30));

/// The lifetime of an anonymous user's session, which holds a login of ten minutes or a mail. One that holds a form
/// alone ends when the form does.
pub const VISIT: time::Duration = time::Duration::hours(1);

const VISITING: Expiry = Expiry::OnInactivity(VISIT);

/// The session of one request. Clones are the same session. A failure is logged once, and callers decide what becomes
/// of it.
#[derive(Clone)]
pub struct BrowserSession {
    session: Session,
    store: Store,
    is_lost: Arc<AtomicBool>,
}

/// The session could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLost;

impl BrowserSession {
    /// Makes the session with this id, or one that is not begun yet. Nothing is read until it is asked for.
    pub(super) fn new(id: Option<Id>, store: Store) -> Self {
        let session = Session::new(id, Arc::new(store.clone()), Some(VISITING));
        Self { session, store, is_lost: Arc::default() }
    }

    /// Returns the id, if the session is begun.
    pub(crate) fn id(&self) -> Option<Id> {
        self.session.id()
    }

    /// Returns how long the cookie of this session may live: at least as long as the row of an anonymous user, which
    /// later requests can prolong.
    pub(crate) fn lifetime(&self) -> Duration {
        let lifetime = match self.session.expiry() {
            Some(Expiry::OnInactivity(lifetime)) => lifetime,
            _ => self.session.expiry_age(),
        };
        lifetime.max(VISIT).unsigned_abs()
    }

    /// Returns what the session held when this request began. The first call is the one round trip; without a cookie,
    /// none. Contents that another version of the server wrote and this one cannot read are no session.
    pub(crate) async fn content(&self) -> Result<Content, SessionLost> {
        self.log_once(self.readable().await)
    }

    /// Returns the contents, and ends a session whose contents cannot be read.
    async fn readable(&self) -> Result<Content, SessionError> {
        match self.read().await {
            Err(SessionError::SerdeJson(_)) => {
                tracing::warn!("a session has contents of another version: ended");
                self.delete().await?;
                Ok(Content::default())
            }
            result => result,
        }
    }

    async fn read(&self) -> Result<Content, SessionError> {
        Ok(Content {
            person: self.session.get("person").await?,
            logins: self.session.get("logins").await?.unwrap_or_default(),
            mails: self.session.get("mails").await?.unwrap_or_default(),
            form: self.session.get("form").await?,
            ended: self.session.get("ended").await?,
        })
    }

    /// Returns the user who is signed in, with the id of the session. A session that cannot be read has no user.
    pub async fn signed_in(&self) -> Option<(Id, Person)> {
        let person = self.content().await.ok()?.person?;
        Some((self.session.id()?, person))
    }

    /// Signs the person in under a new id. The old row is gone before the new one exists, so nothing that was planted
    /// or known before the sign-in is worth anything after it. `logins` are those still open in other tabs. What a
    /// person has typed while their session ended is still theirs: text in a form, which nothing is done with until
    /// they send it.
    pub(crate) async fn sign_in(&self, person: Person, logins: Vec<PendingLogin>) -> Result<(), SessionLost> {
        self.log_once(self.try_sign_in(person, logins).await)
    }

    async fn try_sign_in(&self, person: Person, logins: Vec<PendingLogin>) -> Result<(), SessionError> {
        let form = self.readable().await?.form;
        self.replace(&Content { person: Some(person), logins, form, ..Content::default() }).await?;
        if self.session.id().is_some() {
            self.session.cycle_id().await?;
        }
        self.session.set_expiry(Some(SIGNED_IN));
        self.session.save().await
    }

    /// Ends the person's oldest sessions where there are too many. Returns who was signed in there.
    pub(crate) async fn end_oldest_of(&self, user_id: &str) -> Vec<Person> {
        let ended: Vec<Content> = self.store.end_oldest(user_id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, user = user_id, "sessions beyond the most that a person may have were not ended");
            Vec::new()
        });
        ended.into_iter().filter_map(|content| content.person).collect()
    }

    /// Ends the session: its row is gone when this returns.
    pub(crate) async fn end(&self) -> Result<(), SessionLost> {
        self.log_once(self.delete().await)
    }

    /// Deletes the row, if there is one.
    async fn delete(&self) -> Result<(), SessionError> {
        if self.session.id().is_some() {
            self.session.flush().await?;
        }
        Ok(())
    }

    /// Forgets what was read, which another request has replaced: for the rest of this one the user is anonymous.
    pub(crate) async fn forget(&self) {
        self.session.clear().await;
    }

    /// Returns the mail that this browser waited for when this request began. A session that cannot be read waits for
    /// none.
    pub(crate) async fn mail(&self, purpose: Purpose) -> Option<AwaitedMail> {
        self.content().await.ok()?.mails.of(purpose).cloned()
    }

    /// Returns the mails that this browser waits for at this moment, as pages may know them. A session that this
    /// request could not read or write is not tried once more: that may take as long as the request may.
    pub(crate) async fn mails_by_now(&self) -> Result<Vec<Mail>, SessionLost> {
        if self.is_lost.load(Ordering::Relaxed) {
            return Err(SessionLost);
        }
        Ok(self.update(|content| content.mails.shown()).await?.unwrap_or_default())
    }

    /// Changes the session if there is one, and returns what `change` does. It may be called more than once.
    pub(crate) async fn update<T>(&self, change: impl FnMut(&mut Content) -> T) -> Result<Option<T>, SessionLost> {
        self.log_once(self.try_update(change).await)
    }

    async fn try_update<T>(&self, change: impl FnMut(&mut Content) -> T) -> Result<Option<T>, SessionError> {
        let Some(id) = self.session.id() else { return Ok(None) };
        match self.store.update(&id, change).await.map_err(store_error)? {
            Updated::Kept(changed) => Ok(Some(changed)),
            Updated::Emptied(changed) => {
                self.session.flush().await?;
                Ok(Some(changed))
            }
            Updated::Gone => Ok(None),
        }
    }

    /// Changes the session, or begins one with the change. That of an anonymous user then lasts at least `lifetime`.
    /// `change` may be called more than once.
    pub(crate) async fn update_or_begin(
        &self,
        lifetime: time::Duration,
        change: impl FnMut(&mut Content),
    ) -> Result<(), SessionLost> {
        self.log_once(self.try_update_or_begin(lifetime, change).await)
    }

    async fn try_update_or_begin(
        &self,
        lifetime: time::Duration,
        mut change: impl FnMut(&mut Content),
    ) -> Result<(), SessionError> {
        if let Some(id) = self.session.id() {
            match self.store.update_with_lifetime(&id, lifetime, &mut change).await.map_err(store_error)? {
                Updated::Kept(()) => return Ok(()),
                Updated::Emptied(()) | Updated::Gone => self.session.flush().await?,
            }
        }
        let mut content = Content::default();
        change(&mut content);
        self.replace(&content).await?;
        self.session.set_expiry(Some(Expiry::OnInactivity(lifetime)));
        self.session.save().await
    }

    /// Replaces what the session holds. Nothing is written yet.
    async fn replace(&self, content: &Content) -> Result<(), SessionError> {
        self.session.clear().await;
        for (key, value) in record::encode(content)? {
            self.session.insert_value(&key, value).await?;
        }
        Ok(())
    }

    /// Logs the first failure of this request. It brings others, for the same cause.
    fn log_once<T>(&self, outcome: Result<T, SessionError>) -> Result<T, SessionLost> {
        outcome.map_err(|error| {
            if !self.is_lost.swap(true, Ordering::Relaxed) {
                tracing::error!(%error, "a session could not be read or written");
            }
            SessionLost
        })
    }
}

impl From<SessionLost> for SignInProblem {
    fn from(_: SessionLost) -> Self {
        Self::Unavailable
    }
}

/// Prints no more than the name: the session itself would print its tokens.
impl fmt::Debug for BrowserSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserSession")
    }
}

fn store_error(error: StoreError) -> SessionError {
    SessionError::Store(tower_sessions::session_store::Error::Backend(error.to_string()))
}
