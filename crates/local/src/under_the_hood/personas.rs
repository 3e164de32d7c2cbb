//! The personas that each probe runs as: an anonymous user, the viewer, and the users of the sample.
//! It must not make up an identity: all claims here are those of a verified token.

use crate::seed::{SAMPLE_USERS, sign_in};
use http_server::sign_in::Auth;
use identity::Claims;
use request::session::SignedIn;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

/// The time that a token must last at least to be used again.
const MIN_REMAINING_LIFETIME: Duration = Duration::seconds(30);

/// A user whom a probe runs as: the name to show and the claims, which an anonymous user has none of.
pub struct Persona {
    pub name: String,
    pub claims: Option<Claims>,
}

/// The personas, with the claims of the sample's users cached.
pub struct PersonaCache {
    auth: Auth,
    /// Cached as long as their tokens last: each sign-in takes the time of a password's hash.
    signed_in: Mutex<[Option<Claims>; SAMPLE_USERS.len()]>,
}

impl PersonaCache {
    pub fn new(auth: &Auth) -> Self {
        Self { auth: auth.clone(), signed_in: Mutex::default() }
    }

    /// Returns an anonymous user, the viewer, and the users of the sample who can still sign in.
    pub async fn all(&self, viewer: &SignedIn) -> Vec<Persona> {
        let mut personas = vec![Persona { name: "Nobody".to_owned(), claims: None }];
        if let SignedIn::Yes(claims) = viewer {
            let name = format!("{} (you)", claims.name().unwrap_or("Somebody"));
            personas.push(Persona { name, claims: Some(claims.clone()) });
        }
        let mut signed_in = self.signed_in.lock().await;
        for (user, cached) in SAMPLE_USERS.iter().zip(signed_in.iter_mut()) {
            if cached
                .as_ref()
                .is_none_or(|claims| claims.expires_at() - OffsetDateTime::now_utc() < MIN_REMAINING_LIFETIME)
            {
                let claims = sign_in(&self.auth.neon_auth, &self.auth.keys, user).await;
                *cached =
                    claims.inspect_err(|error| tracing::debug!("a user of the sample cannot sign in: {error:#}")).ok();
            }
            let is_new = |claims: &&Claims| {
                !personas.iter().flat_map(|persona| &persona.claims).any(|other| other.subject() == claims.subject())
            };
            if let Some(claims) = cached.as_ref().filter(is_new) {
                personas.push(Persona { name: user.name.to_owned(), claims: Some(claims.clone()) });
            }
        }
        personas
    }
}
