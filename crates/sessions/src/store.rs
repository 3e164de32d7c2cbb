//! Sessions in PostgreSQL: one row of `web.session` each, found by the hash of an id that only the browser has. A row
//! that does not decrypt is no session.

use crate::cipher::{Cipher, SealError};
use crate::client::Client;
use crate::pool::Pool;
use crate::record::{self, Data};
use crate::rows::{IDLE_SECONDS, Replacement, Row, Rows};
use crate::settings::StoreSettings;
use async_trait::async_trait;
use rls::DatabaseUrlError;
use rls::pool::PoolUse;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store;

/// The attempts of an update that fails because another request updated the same session first.
const UPDATE_ATTEMPTS: usize = 8;

/// The session store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) rows: Rows,
    cipher: Arc<Cipher>,
    user_id: fn(&Data) -> Option<&str>,
    /// The client of the request that uses this clone, for the sessions that it begins or uses.
    client: Arc<Client>,
}

/// The reason why a session was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer, or refused.
    #[error("the session store cannot be reached: {0}")]
    Database(#[from] sqlx::Error),
    /// The contents are no JSON.
    #[error("a session could not be written down: {0}")]
    Encode(#[from] serde_json::Error),
    /// The contents could not be encrypted.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Other requests updated the session again and again.
    #[error("a session was changed by too many requests at once")]
    Contended,
}

/// The outcome of [`Store::update`], with the value that the closure returned.
pub enum Updated<T> {
    /// The session goes on.
    Kept(T),
    /// Nothing is left in the session, so its row is gone.
    Emptied(T),
    /// The session was over, or holds what cannot be decoded.
    Gone,
}

/// The text that is sealed. The expiry is inside as well, so that editing the column cannot prolong a session.
#[derive(Serialize, Deserialize)]
pub(crate) struct SealedRecord {
    #[serde(with = "time::serde::timestamp")]
    pub(crate) expires: OffsetDateTime,
    pub(crate) data: Data,
}

impl Store {
    /// Makes a store that does not connect yet: the first use does.
    pub fn connect_lazy(settings: StoreSettings) -> Result<Self, DatabaseUrlError> {
        let pool = Pool::open(&settings)?;
        let StoreSettings { key, purpose, user_id, .. } = settings;
        Ok(Self { rows: Rows { pool }, cipher: Arc::new(Cipher { key, purpose }), user_id, client: Arc::default() })
    }

    /// Opens as many connections as the pool keeps. One that cannot be opened now is opened when it is needed.
    pub async fn warm(&self) {
        self.rows.pool.warm().await;
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.rows.pool.close().await;
    }

    /// Returns how much of the pool is in use, for metrics.
    pub fn pool_use(&self) -> PoolUse {
        self.rows.pool.usage()
    }

    /// Returns the same store for the request of this client. The sessions of users that it begins or uses store
    /// browser and IP address.
    pub fn for_client(&self, client: Client) -> Self {
        Self { client: Arc::new(client), ..self.clone() }
    }

    /// Applies `change` to the contents of a session. Nothing that another request writes meanwhile is lost
    /// (compare-and-swap): the row is replaced only while it has the ciphertext that was read, and no two ciphertexts
    /// are the same. `change` may be called more than once.
    #[tracing::instrument(level = "debug", name = "update session", skip_all)]
    pub async fn update<C, T>(&self, id: &Id, change: impl FnMut(&mut C) -> T) -> Result<Updated<T>, StoreError>
    where
        C: Serialize + DeserializeOwned,
    {
        self.update_with_lifetime(id, time::Duration::ZERO, change).await
    }

    /// Updates a session like [`Store::update`], and lets one without a user live at least `lifetime` from now.
    pub async fn update_with_lifetime<C, T>(
        &self,
        id: &Id,
        lifetime: time::Duration,
        mut change: impl FnMut(&mut C) -> T,
    ) -> Result<Updated<T>, StoreError>
    where
        C: Serialize + DeserializeOwned,
    {
        let hash = hash(id);
        for _ in 0..UPDATE_ATTEMPTS {
            let Some(row) = self.find_row(&hash).await? else { return Ok(Updated::Gone) };
            let Some(sealed) = self.unseal(&hash, &row.ciphertext) else { return Ok(Updated::Gone) };
            let Ok(mut content) = record::decode::<C>(sealed.data) else { return Ok(Updated::Gone) };
            let answer = change(&mut content);
            let data = record::encode(&content)?;
            let empty = data.is_empty();
            let written = if empty {
                self.rows.delete_if_unchanged(&hash, &row.ciphertext).await?
            } else {
                let least = OffsetDateTime::now_utc() + lifetime;
                let is_anonymous = (self.user_id)(&data).is_none();
                let expires = if is_anonymous { sealed.expires.max(least) } else { sealed.expires };
                self.replace_if_unchanged(&hash, &row.ciphertext, &SealedRecord { expires, data }).await?
            };
            match (written, empty) {
                (true, true) => return Ok(Updated::Emptied(answer)),
                (true, false) => return Ok(Updated::Kept(answer)),
                (false, _) => continue,
            }
        }
        Err(StoreError::Contended)
    }

    /// Seals the new contents, and replaces the row if it is the one that was read.
    async fn replace_if_unchanged(
        &self,
        hash: &[u8; 32],
        read: &[u8],
        next: &SealedRecord,
    ) -> Result<bool, StoreError> {
        let ciphertext = self.cipher.seal(hash, serde_json::to_vec(next)?)?;
        let user_id = (self.user_id)(&next.data);
        let replacement = Replacement { ciphertext: &ciphertext, user_id, expires: next.expires };
        Ok(self.rows.replace_if_unchanged(hash, read, &replacement).await?)
    }

    /// Ends every session of this user. Returns how many there were.
    pub async fn delete_all_of(&self, user_id: &str) -> Result<u64, StoreError> {
        let delete = sqlx::query("delete from web.session where user_id = $1").bind(user_id);
        Ok(self.rows.pool.execute(delete).await?)
    }

    /// Deletes the rows of sessions that are over. Returns how many there were.
    pub async fn delete_expired(&self) -> Result<u64, StoreError> {
        let delete =
            "delete from web.session where expires_at <= now() or last_seen <= now() - make_interval(secs => $1)";
        Ok(self.rows.pool.execute(sqlx::query(delete).bind(IDLE_SECONDS)).await?)
    }

    /// Returns the row of a session, in one round trip.
    async fn find_row(&self, hash: &[u8; 32]) -> Result<Option<Row>, sqlx::Error> {
        self.rows.pool.retry(|| self.rows.select(hash)).await
    }

    /// Decrypts a row. Returns `None` if that fails or the session is over.
    pub(crate) fn unseal(&self, hash: &[u8; 32], ciphertext: &[u8]) -> Option<SealedRecord> {
        let opened =
            self.cipher.open(hash, ciphertext).and_then(|text| serde_json::from_slice::<SealedRecord>(&text).ok());
        if opened.is_none() {
            // The hash names the row without being of use to a reader of the log.
            tracing::warn!(row = %hex::encode(&hash[..8]), "a session row does not decrypt: treated as no session");
        }
        opened.filter(|sealed| sealed.expires > OffsetDateTime::now_utc())
    }

    /// Writes in the background when the session was last seen. A write that fails does no harm.
    fn touch(&self, hash: [u8; 32]) {
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(error) = this.rows.touch(&hash, &this.client).await {
                tracing::debug!(%error, "last_seen was not written");
            }
        });
    }
}

#[async_trait]
impl SessionStore for Store {
    /// Adds a session under a new id, whatever the record carries: a client never chooses an id (session fixation).
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        record.id = Id::default();
        let hash = hash(&record.id);
        let sealed = SealedRecord { expires: record.expiry_date, data: record.data.clone() };
        let text = serde_json::to_vec(&sealed).map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let ciphertext = self.cipher.seal(&hash, text).map_err(backend_error)?;
        let user_id = (self.user_id)(&record.data);
        let insert = || self.rows.insert(&hash, user_id, &ciphertext, record.expiry_date, &self.client);
        self.rows.pool.retry(insert).await.map_err(backend_error)
    }

    /// Replaces the contents of a session. One that was ended meanwhile stays ended, and none lives longer for it.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = &record.data;
        self.update(&record.id, |held: &mut Data| held.clone_from(data)).await.map_err(backend_error)?;
        Ok(())
    }

    #[tracing::instrument(level = "debug", name = "load session", skip_all)]
    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let hash = hash(id);
        let Some(row) = self.find_row(&hash).await.map_err(backend_error)? else { return Ok(None) };
        let Some(sealed) = self.unseal(&hash, &row.ciphertext) else { return Ok(None) };
        if row.is_stale {
            self.touch(hash);
        }
        Ok(Some(Record { id: *id, data: sealed.data, expiry_date: row.expires_at }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let hash = hash(id);
        self.rows.pool.retry(|| self.rows.delete(&hash)).await.map_err(backend_error)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// Returns the hash of a session id, which rows are found by. It does not lead back to the id, so the table holds
/// nothing that could be sent as a cookie.
pub(crate) fn hash(id: &Id) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, id.to_string().as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

fn backend_error(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}
