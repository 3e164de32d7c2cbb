//! The sessions of a user as a list of devices, and how they are ended. It must not name a session by a value that
//! could be sent as a cookie.

use crate::record;
use crate::rows::IDLE_SECONDS;
use crate::store::{Store, StoreError, hash};
use serde::de::DeserializeOwned;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;
use time::OffsetDateTime;
use tower_sessions::session::Id;
use uuid::Uuid;

/// The most sessions of one user. A list of more is too long to read.
const MAX_SESSIONS: i64 = 100;

/// A session as its user sees it.
#[derive(sqlx::FromRow)]
pub struct Device {
    /// Names the session for [`Store::end_device`]. It is no session id.
    pub device_id: Uuid,
    /// The user agent of the browser.
    pub user_agent: Option<String>,
    /// The IP address that it was last used from.
    pub ip_address: Option<String>,
    /// When the session began.
    pub created_at: OffsetDateTime,
    /// When it was last used, exact to the minute.
    pub last_seen: OffsetDateTime,
    /// Whether it is the session of this request.
    pub is_current: bool,
}

/// A row that was deleted.
#[derive(sqlx::FromRow)]
struct EndedSession {
    id_hash: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Store {
    /// Returns the sessions of this user, the one of this request first and then the last used.
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

    /// Ends one session of this user. Returns what it held, if that could still be read.
    pub async fn end_device<C: DeserializeOwned>(&self, user_id: &str, device: Uuid) -> Result<Vec<C>, StoreError> {
        let delete = "delete from web.session where user_id = $1 and device_id = $2 returning id_hash, ciphertext";
        self.end(sqlx::query_as(delete).bind(user_id).bind(device)).await
    }

    /// Ends every session of this user except the one of this request. Returns what they held.
    pub async fn end_other_devices<C: DeserializeOwned>(
        &self,
        user_id: &str,
        current: &Id,
    ) -> Result<Vec<C>, StoreError> {
        let current = hash(current);
        let delete = "delete from web.session where user_id = $1 and id_hash <> $2 returning id_hash, ciphertext";
        self.end(sqlx::query_as(delete).bind(user_id).bind(current.as_slice())).await
    }

    /// Ends the oldest sessions of this user beyond a hundred, and returns what they held. For after a sign-in, whose
    /// session is the newest.
    pub async fn end_oldest<C: DeserializeOwned>(&self, user_id: &str) -> Result<Vec<C>, StoreError> {
        let delete = "delete from web.session where user_id = $1 and id_hash in (
                select id_hash from web.session where user_id = $1 order by created_at desc, id_hash offset $2
            )
            returning id_hash, ciphertext";
        self.end(sqlx::query_as(delete).bind(user_id).bind(MAX_SESSIONS)).await
    }

    /// Deletes rows and returns what they held. Rows that do not decrypt are left out.
    async fn end<C: DeserializeOwned>(
        &self,
        delete: QueryAs<'_, Postgres, EndedSession, PgArguments>,
    ) -> Result<Vec<C>, StoreError> {
        let mut connection = self.rows.pool.acquire().await?;
        let ended = delete.fetch_all(connection.inner()).await?;
        connection.commit().await?;
        let open = |ended: EndedSession| {
            let hash = ended.id_hash.try_into().ok()?;
            record::decode(self.unseal(&hash, &ended.ciphertext)?.data).ok()
        };
        Ok(ended.into_iter().filter_map(open).collect())
    }
}
