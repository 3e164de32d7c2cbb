//! The statements on a row of `web.session`, one function each. Retries are up to the store.

use crate::client::Client;
use crate::pool::Pool;
use time::OffsetDateTime;

/// The time after which an unused session is over, so that a browser that was left signed in on another machine does
/// not stay so.
pub(crate) const IDLE_SECONDS: f64 = 7.0 * 24.0 * 3600.0;

/// The age after which `last_seen` is written again. Writing it on every request would double the cost of a session.
const TOUCH_AFTER_SECONDS: f64 = 60.0;

/// A row of a session that is not over.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) expires_at: OffsetDateTime,
    /// Whether `last_seen` has to be written again.
    pub(crate) is_stale: bool,
}

/// The new contents of a row.
pub(crate) struct Replacement<'a> {
    pub(crate) ciphertext: &'a [u8],
    pub(crate) user_id: Option<&'a str>,
    pub(crate) expires: OffsetDateTime,
}

/// The table.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) pool: Pool,
}

impl Rows {
    /// Returns the row with this hash, in one round trip.
    pub(crate) async fn select(&self, hash: &[u8; 32]) -> Result<Option<Row>, sqlx::Error> {
        let select = "select ciphertext, expires_at, last_seen < now() - make_interval(secs => $3) as is_stale
            from web.session
            where id_hash = $1 and expires_at > now() and last_seen > now() - make_interval(secs => $2)";
        let select = sqlx::query_as(select).bind(hash.as_slice()).bind(IDLE_SECONDS).bind(TOUCH_AFTER_SECONDS);
        select.fetch_optional(self.pool.acquire().await?.inner()).await
    }

    /// Replaces the row only while it has the ciphertext that was read (compare-and-swap). Returns whether it had.
    pub(crate) async fn replace_if_unchanged(
        &self,
        hash: &[u8; 32],
        read: &[u8],
        next: &Replacement<'_>,
    ) -> Result<bool, sqlx::Error> {
        let update = "update web.session set ciphertext = $3, user_id = $4, expires_at = $5,
                user_agent = case when $4::text is not null then user_agent end,
                address = case when $4::text is not null then address end
            where id_hash = $1 and ciphertext = $2";
        let update = sqlx::query(update).bind(hash.as_slice()).bind(read);
        let update = update.bind(next.ciphertext).bind(next.user_id).bind(next.expires);
        Ok(self.pool.execute(update).await? == 1)
    }

    /// Deletes the row on the same condition.
    pub(crate) async fn delete_if_unchanged(&self, hash: &[u8; 32], read: &[u8]) -> Result<bool, sqlx::Error> {
        let delete = sqlx::query("delete from web.session where id_hash = $1 and ciphertext = $2");
        Ok(self.pool.execute(delete.bind(hash.as_slice()).bind(read)).await? == 1)
    }

    /// Writes the time at which the session was last seen and, if it belongs to a user, by which client.
    pub(crate) async fn touch(&self, hash: &[u8; 32], client: &Client) -> Result<(), sqlx::Error> {
        let update = "update web.session set last_seen = now(),
                user_agent = case when user_id is not null then $3 end,
                address = case when user_id is not null then $4::text::inet end
            where id_hash = $1 and last_seen < now() - make_interval(secs => $2)";
        let update = sqlx::query(update).bind(hash.as_slice()).bind(TOUCH_AFTER_SECONDS);
        let update = update.bind(client.user_agent.as_deref()).bind(client.ip_address_text());
        self.pool.execute(update).await.map(drop)
    }

    /// Adds a row. A row without a user keeps nothing of the client.
    pub(crate) async fn insert(
        &self,
        hash: &[u8; 32],
        user_id: Option<&str>,
        ciphertext: &[u8],
        expires: OffsetDateTime,
        client: &Client,
    ) -> Result<(), sqlx::Error> {
        let client = user_id.map(|_| client);
        let insert = "insert into web.session
                (id_hash, user_id, ciphertext, created_at, last_seen, expires_at, user_agent, address)
            values ($1, $2, $3, now(), now(), $4, $5, $6::text::inet) on conflict (id_hash) do nothing";
        let insert = sqlx::query(insert).bind(hash.as_slice()).bind(user_id).bind(ciphertext).bind(expires);
        let insert = insert.bind(client.and_then(|client| client.user_agent.as_deref()));
        let insert = insert.bind(client.and_then(Client::ip_address_text));
        self.pool.execute(insert).await.map(drop)
    }

    /// Deletes the row, if it is there.
    pub(crate) async fn delete(&self, hash: &[u8; 32]) -> Result<(), sqlx::Error> {
        let delete = sqlx::query("delete from web.session where id_hash = $1").bind(hash.as_slice());
        self.pool.execute(delete).await.map(drop)
    }
}
