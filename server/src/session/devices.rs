//! Where a person is signed in: their sessions as a list, and ending them one by one or together.
//! It must not name a session by anything that opens it: each has an id that is good for this and nothing else.

use super::content::{Content, Person};
use super::store::{IDLE_SECONDS, Store, StoreError, hash};
use app::account::device::{Device, DeviceId};
use time::OffsetDateTime;
use tower_sessions::session::Id;
use uuid::Uuid;

/// The sessions that one person may have: more, and the list is no longer for reading. With each sign-in beyond these the
/// oldest ends.
const MOST: i64 = 100;

struct Row {
    device_id: Uuid,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: OffsetDateTime,
    last_seen: OffsetDateTime,
    here: bool,
}

/// A session that is over, as it was found.
struct Ended {
    id_hash: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Store {
    /// `here` is the session that asks: it comes first.
    pub async fn devices(&self, user_id: &str, here: &Id) -> Result<Vec<Device>, StoreError> {
        let here = hash(here);
        let mut lent = self.pool.lend().await?;
        let rows = sqlx::query_as!(
            Row,
            r#"select device_id, user_agent, host(address) as address, created_at, last_seen, id_hash = $2 as "here!"
            from web.session
            where user_id = $1 and expires_at > now() and last_seen > now() - make_interval(secs => $3)
            order by id_hash = $2 desc, last_seen desc
            limit $4"#,
            user_id,
            here.as_slice(),
            IDLE_SECONDS,
            MOST,
        )
        .fetch_all(lent.connection())
        .await?;
        Ok(rows.into_iter().map(Device::from).collect())
    }

    /// Ends one session of this person. Returns who was signed in there, if that could still be read.
    pub async fn end_device(&self, user_id: &str, device: DeviceId) -> Result<Vec<Person>, StoreError> {
        let mut lent = self.pool.lend().await?;
        let ended = sqlx::query_as!(
            Ended,
            "delete from web.session where user_id = $1 and device_id = $2 returning id_hash, ciphertext",
            user_id,
            device.0,
        )
        .fetch_all(lent.connection())
        .await?;
        lent.done().await?;
        Ok(self.people(ended))
    }

    /// Ends every session of this person except the one that asks.
    pub async fn end_other_devices(&self, user_id: &str, here: &Id) -> Result<Vec<Person>, StoreError> {
        let here = hash(here);
        let mut lent = self.pool.lend().await?;
        let ended = sqlx::query_as!(
            Ended,
            "delete from web.session where user_id = $1 and id_hash <> $2 returning id_hash, ciphertext",
            user_id,
            here.as_slice(),
        )
        .fetch_all(lent.connection())
        .await?;
        lent.done().await?;
        Ok(self.people(ended))
    }

    /// Ends the oldest sessions of this person beyond [`MOST`]. To be called after a sign-in, whose session is the newest.
    pub async fn end_oldest(&self, user_id: &str) -> Result<Vec<Person>, StoreError> {
        let mut lent = self.pool.lend().await?;
        let ended = sqlx::query_as!(
            Ended,
            "delete from web.session where user_id = $1 and id_hash in (
                select id_hash from web.session where user_id = $1 order by created_at desc, id_hash offset $2
            )
            returning id_hash, ciphertext",
            user_id,
            MOST,
        )
        .fetch_all(lent.connection())
        .await?;
        lent.done().await?;
        Ok(self.people(ended))
    }

    /// Rows that do not decrypt have nobody to tell Neon Auth about.
    fn people(&self, ended: Vec<Ended>) -> Vec<Person> {
        let open = |ended: Ended| {
            let hash = ended.id_hash.try_into().ok()?;
            Content::from_record(self.unseal(&hash, &ended.ciphertext)?.data).ok()?.person
        };
        ended.into_iter().filter_map(open).collect()
    }
}

impl From<Row> for Device {
    fn from(row: Row) -> Self {
        Self {
            id: DeviceId(row.device_id),
            user_agent: row.user_agent,
            address: row.address,
            first_seen: row.created_at,
            last_seen: row.last_seen,
            here: row.here,
        }
    }
}
