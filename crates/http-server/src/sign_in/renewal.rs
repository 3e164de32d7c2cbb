//! New access tokens for old, once per session however many requests ask at the same time.
//! It must not end a session unless Neon Auth says that it is over: a failed call proves nothing.

use super::content::{Content, Person};
use super::problem::from_refusal;
use identity::Claims;
use neon_auth::{Keys, NeonAuth, NeonAuthError, Refusal};
use secrecy::{ExposeSecret, SecretString};
use sessions::{Store, Updated};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;

/// How long requests that read the session before a renewal was written find its result.
const REMEMBER_RENEWED: Duration = Duration::from_secs(30);

/// How long one session does not ask again after Neon Auth did not answer.
const REMEMBER_OUTAGE: Duration = Duration::from_secs(2);

/// How a renewal has ended.
#[derive(Clone, Debug)]
pub enum Renewal {
    /// There is a new token, with these claims.
    Renewed(Claims),
    /// Neon Auth has ended this sign-in; the session is gone with it.
    Over,
    /// Neon Auth has ended this sign-in for a reason that the user has to be told: the session holds it in place of the
    /// user.
    Refused,
    /// Nothing is known. The session stays as it is.
    Unreachable,
}

/// Renewals of access tokens, a single flight per session. Clones share the flights.
#[derive(Clone)]
pub struct Renewals {
    store: Store,
    neon_auth: NeonAuth,
    keys: Keys,
    flights: Arc<Mutex<HashMap<Id, Flight>>>,
}

/// A renewal that is under way, or has ended not long ago.
struct Flight {
    /// The token that it replaces: a session that has a newer one may start the next flight.
    replaces: SecretString,
    outcome: watch::Receiver<Option<Renewal>>,
    started: Instant,
}

impl Renewals {
    /// Makes the place where renewals are shared.
    pub fn new(store: Store, neon_auth: NeonAuth, keys: Keys) -> Self {
        Self { store, neon_auth, keys, flights: Arc::default() }
    }

    /// Renews the token, and waits for the result.
    pub async fn renew(&self, id: Id, person: &Person) -> Renewal {
        let mut outcome = self.start(id, person);
        match outcome.wait_for(Option::is_some).await {
            Ok(done) => done.clone().unwrap_or(Renewal::Unreachable),
            // The task ended without a word, so it panicked, and that is in the log.
            Err(_) => Renewal::Unreachable,
        }
    }

    /// Starts to renew the token, unless that is under way, and returns where the result will be. Runs as a task of its
    /// own, since the request that began it may be dropped while others wait for it.
    pub fn start(&self, id: Id, person: &Person) -> watch::Receiver<Option<Renewal>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| flight.is_worth_knowing());
        if let Some(flight) = flights.get(&id).filter(|flight| flight.is_for(person)) {
            return flight.outcome.clone();
        }
        let (done, outcome) = watch::channel(None);
        let flight =
            Flight { replaces: person.tokens.access.clone(), outcome: outcome.clone(), started: Instant::now() };
        flights.insert(id, flight);
        let (this, person) = (self.clone(), person.clone());
        tokio::spawn(async move {
            let renewal = this.exchange(id, person).await;
            done.send_replace(Some(renewal));
        });
        outcome
    }

    /// Exchanges the tokens at Neon Auth, and writes the new ones into the session.
    async fn exchange(&self, id: Id, person: Person) -> Renewal {
        let tokens = match self.neon_auth.refresh(&person.tokens).await {
            Ok(tokens) => tokens,
            Err(NeonAuthError::Refused(
                problem @ (Refusal::SessionOver | Refusal::UserGone | Refusal::Restricted | Refusal::EmailUnconfirmed),
            )) => {
                tracing::info!(user = person.user_id, ?problem, "Neon Auth ended a session");
                return if problem == Refusal::SessionOver {
                    self.end(id).await
                } else {
                    self.refuse(id, problem).await
                };
            }
            Err(error) => {
                tracing::warn!(%error, "an access token was not renewed");
                return Renewal::Unreachable;
            }
        };
        let claims = match self.keys.verify(&tokens.access).await {
            Ok(claims) if claims.subject() == person.user_id => claims,
            Ok(_) => {
                tracing::error!("Neon Auth renewed a token with one of another user");
                return self.end(id).await;
            }
            Err(error) => {
                tracing::error!(%error, "Neon Auth gave a token that does not verify");
                return Renewal::Unreachable;
            }
        };
        let written = self
            .store
            .update(&id, |content: &mut Content| {
                if let Some(person) = &mut content.person {
                    person.tokens = tokens.clone();
                }
            })
            .await;
        match written {
            // Ended on another device while Neon Auth was asked.
            Ok(Updated::Gone | Updated::Emptied(())) => Renewal::Over,
            Ok(Updated::Kept(())) => Renewal::Renewed(claims),
            Err(error) => {
                // The old refresh token still works, so the next request can do this again.
                tracing::warn!(%error, "a renewed token could not be saved");
                Renewal::Renewed(claims)
            }
        }
    }

    /// Writes into the session why it is over.
    async fn refuse(&self, id: Id, problem: Refusal) -> Renewal {
        let refused = self.store.update(&id, |content: &mut Content| {
            content.person = None;
            content.ended = Some(from_refusal(problem));
        });
        match refused.await {
            Ok(Updated::Gone) => Renewal::Over,
            Ok(Updated::Kept(()) | Updated::Emptied(())) => Renewal::Refused,
            Err(error) => {
                tracing::warn!(%error, "the reason why a session has ended could not be saved");
                self.end(id).await
            }
        }
    }

    /// Deletes the session.
    async fn end(&self, id: Id) -> Renewal {
        if let Err(error) = self.store.delete(&id).await {
            tracing::warn!(%error, "a session that is over was not deleted");
        }
        Renewal::Over
    }
}

impl Flight {
    /// Tells whether this flight replaces the token that the session has.
    fn is_for(&self, person: &Person) -> bool {
        self.replaces.expose_secret() == person.tokens.access.expose_secret()
    }

    /// Tells whether another request may take the result of this flight for its own.
    fn is_worth_knowing(&self) -> bool {
        let age = self.started.elapsed();
        match *self.outcome.borrow() {
            None => self.outcome.has_changed().is_ok(),
            Some(Renewal::Unreachable) => age < REMEMBER_OUTAGE,
            Some(_) => age < REMEMBER_RENEWED,
        }
    }
}
