//! The people as whom the same statement is shown: an anonymous user, the viewer, and the people of the sample.
//! It must not make up an identity: all claims here are of people who have signed in, and whose token was verified.

use crate::seed::{PEOPLE, sign_in};
use http_server::sign_in::Auth;
use identity::Claims;
use request::session::SignedIn;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

/// The time that a token must last at least to be used again.
const LEFT: Duration = Duration::seconds(30);

/// A person who asks, or an anonymous user, who has no claims.
pub struct Player {
    pub name: String,
    pub claims: Option<Claims>,
}

/// The people who ask.
pub struct Cast {
    auth: Auth,
    /// Kept as long as their tokens last: each sign-in takes the time of a password's hash.
    signed_in: Mutex<[Option<Claims>; PEOPLE.len()]>,
}

impl Cast {
    pub fn of(auth: &Auth) -> Self {
        Self { auth: auth.clone(), signed_in: Mutex::default() }
    }

    /// Returns an anonymous user, the viewer, and the people of the sample who can still sign in.
    pub async fn players(&self, viewer: &SignedIn) -> Vec<Player> {
        let mut players = vec![Player { name: "Nobody".to_owned(), claims: None }];
        if let SignedIn::Yes(claims) = viewer {
            let name = format!("{} (you)", claims.name().unwrap_or("Somebody"));
            players.push(Player { name, claims: Some(claims.clone()) });
        }
        let mut signed_in = self.signed_in.lock().await;
        for (person, known) in PEOPLE.iter().zip(signed_in.iter_mut()) {
            if known.as_ref().is_none_or(|claims| claims.expires_at() - OffsetDateTime::now_utc() < LEFT) {
                let entered = sign_in(&self.auth.neon_auth, &self.auth.keys, person).await;
                *known = entered.inspect_err(|error| tracing::debug!("not shown: {error:#}")).ok();
            }
            let is_new = |claims: &&Claims| {
                !players.iter().flat_map(|player| &player.claims).any(|other| other.subject() == claims.subject())
            };
            if let Some(claims) = known.as_ref().filter(is_new) {
                players.push(Player { name: person.name.to_owned(), claims: Some(claims.clone()) });
            }
        }
        players
    }
}
