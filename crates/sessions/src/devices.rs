//! Where a person is signed in: their sessions as a list, and ending them one by one or together.
//! It must not name a session by anything that opens it: each has an id that is good for this and nothing else.

use crate::record;
use crate::rows::IDLE_SECONDS;
use crate::store::{Store, StoreError, hash};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use tower_sessions::session::Id;
use uuid::Uuid;

/// The sessions that one person may have: more, and the list is no longer for reading. With each sign-in beyond these the
/// oldest ends.
const MAX_SESSIONS: i64 = 100;

/// A session as its owner sees it.
#[derive(sqlx::FromRow)]
pub struct Device {
    /// Names it, and opens nothing.
    pub device_id: Uuid,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    pub created_at: OffsetDateTime,
    pub last_seen: OffsetDateTime,
    /// Whether it is the session that asks.
    pub is_current: bool,
}

/// A session that is over, as it was found.
#[derive(sqlx::FromRow)]
struct Ended {
    id_hash: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Store {
    /// `current` is the session that asks: it comes first.
    pub async fn devices(&self, user_id: &str, current: &Id) -> Result<Vec<Device>, StoreError> {
        let current = hash(current);
        let mut connection = self.rows.pool.acquire().await?;
        let select =
            "select device_id, user_agent, host(address) as ip_address, created_at, last_seen, id_hash = $2 as is_current
            from web.session
            where user_id = $1 and expires_at > now() and last_seen > now() - make_interval(secs => $3)
            order by id_hash = $2 desc, last_seen desc
            limit $4";
        let select =
            sqlx::query_as(select).bind(user_id).bind(current.as_slice()).bind(IDLE_SECONDS).bind(MAX_SESSIONS);
        Ok(select.fetch_all(connection.inner()).await?)
    }

    /// Ends one session of this person. Returns what it held, if that could still be read.
    pub async fn end_device<C: DeserializeOwned>(&self, user_id: &str, device: Uuid) -> Result<Vec<C>, StoreError> {
        let mut connection = self.rows.pool.acquire().await?;
        let delete = "delete from web.session where user_id = $1 and device_id = $2 returning id_hash, ciphertext";
        let ended = sqlx::query_as(delete).bind(user_id).bind(device).fetch_all(connection.inner()).await?;
        connection.commit().await?;
        Ok(self.contents(ended))
    }

    /// Ends every session of this person except the one that asks.
    pub async fn end_other_devices<C: DeserializeOwned>(
        &self,
        user_id: &str,
        current: &Id,
    ) -> Result<Vec<C>, StoreError> {
        let current = hash(current);
        let mut connection = self.rows.pool.acquire().await?;
        let delete = "delete from web.session where user_id = $1 and id_hash <> $2 returning id_hash, ciphertext";
        let ended = sqlx::query_as(delete).bind(user_id).bind(current.as_slice()).fetch_all(connection.inner()).await?;
        connection.commit().await?;
        Ok(self.contents(ended))
    }

    /// Ends the oldest sessions of this person beyond [`MAX_SESSIONS`]. To be called after a sign-in, whose session is the newest.
    pub async fn end_oldest<C: DeserializeOwned>(&self, user_id: &str) -> Result<Vec<C>, StoreError> {
        let mut connection = self.rows.pool.acquire().await?;
        let delete = "delete from web.session where user_id = $1 and id_hash in (
                select id_hash from web.session where user_id = $1 order by created_at desc, id_hash offset $2
            )
            returning id_hash, ciphertext";
        let ended = sqlx::query_as(delete).bind(user_id).bind(MAX_SESSIONS).fetch_all(connection.inner()).await?;
        connection.commit().await?;
        Ok(self.contents(ended))
    }

    /// Reads what ended sessions held. Rows that do not decrypt are left out.
    fn contents<C: DeserializeOwned>(&self, ended: Vec<Ended>) -> Vec<C> {
        let open = |ended: Ended| {
            let hash = ended.id_hash.try_into().ok()?;
            record::decode(self.unseal(&hash, &ended.ciphertext)?.data).ok()
        };
        ended.into_iter().filter_map(open).collect()
    }
}
