//! The keys in use, and the tokens that were found genuine with them: a signature is checked once, not at every request.
//! It must not say that a token is good now: whether its time is over is looked at each time.

use crate::claims::Claims;
use crate::keys::Keys;
use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::DecodingKey;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// One for each person who is active within the lifetime of a token; a few hundred bytes each.
const REMEMBERED_MAX: usize = 10_000;

/// Other keys are another keyring: what was remembered goes with the keys that it was found with.
#[derive(Default)]
pub(crate) struct Keyring {
    keys: Keys,
    /// By fingerprint, so that no token stays in memory.
    genuine: Mutex<HashMap<Fingerprint, Claims>>,
}

type Fingerprint = [u8; 32];

impl Keyring {
    pub(crate) fn new(keys: Keys) -> Self {
        Self { keys, genuine: Mutex::default() }
    }

    pub(crate) fn key(&self, id: &str) -> Option<&DecodingKey> {
        self.keys.get(id)
    }

    /// What exactly this token said when it was verified with these keys.
    pub(crate) fn recall(&self, token: &str) -> Option<Claims> {
        self.genuine().get(&fingerprint(token)).cloned()
    }

    pub(crate) fn remember(&self, token: &str, claims: &Claims) {
        let mut genuine = self.genuine();
        if genuine.len() >= REMEMBERED_MAX {
            let now = OffsetDateTime::now_utc();
            genuine.retain(|_, claims| claims.expires_at() > now);
        }
        if genuine.len() >= REMEMBERED_MAX {
            genuine.clear();
        }
        genuine.insert(fingerprint(token), claims.clone());
    }

    fn genuine(&self) -> MutexGuard<'_, HashMap<Fingerprint, Claims>> {
        self.genuine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fingerprint(token: &str) -> Fingerprint {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    fingerprint
}
