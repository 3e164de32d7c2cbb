//! As whom the same statement is shown: nobody, whoever looks, and the people of the sample.
//! It must not make up an identity: everybody here has signed in, and the token was verified.

use crate::seed::{PEOPLE, sign_in};
use http_server::sign_in::Auth;
use identity::Claims;
use request::session::SignedIn;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

/// A token that ends sooner is not begun with.
const LEFT: Duration = Duration::seconds(30);

/// Somebody who asks.
pub struct Player {
    pub name: String,
    pub claims: Option<Claims>,
}

pub struct Cast {
    auth: Auth,
    /// Kept as long as their tokens last: each sign-in takes the time of a password's hash.
    signed_in: Mutex<[Option<Claims>; PEOPLE.len()]>,
}

impl Cast {
    pub fn of(auth: &Auth) -> Self {
        Self { auth: auth.clone(), signed_in: Mutex::default() }
    }

    /// Nobody, the viewer, and those of the sample who can still sign in.
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
