//! The statements on a row of `web.session`, one function each.
//! It must not know what is in a session, nor repeat anything: the store does.

use crate::client::Client;
use crate::pool::Pool;
use time::OffsetDateTime;

/// A session that nobody used for so long is over: a forgotten browser on a borrowed machine signs itself out.
pub const IDLE_SECONDS: f64 = 7.0 * 24.0 * 3600.0;

/// `last_seen` is that exact. Written on every request, it would double the cost of reading a page.
pub const TOUCH_AFTER_SECONDS: f64 = 60.0;

#[derive(sqlx::FromRow)]
pub struct Row {
    pub ciphertext: Vec<u8>,
    pub expires_at: OffsetDateTime,
    pub is_stale: bool,
}

/// What a row is replaced with.
pub struct Replacement<'a> {
    pub ciphertext: &'a [u8],
    pub user_id: Option<&'a str>,
    pub expires: OffsetDateTime,
}

/// The table.
#[derive(Clone)]
pub struct Rows {
    pub pool: Pool,
}

impl Rows {
    pub async fn select(&self, hash: &[u8; 32]) -> Result<Option<Row>, sqlx::Error> {
        let select = "select ciphertext, expires_at, last_seen < now() - make_interval(secs => $3) as is_stale
            from web.session
            where id_hash = $1 and expires_at > now() and last_seen > now() - make_interval(secs => $2)";
        let select = sqlx::query_as(select).bind(hash.as_slice()).bind(IDLE_SECONDS).bind(TOUCH_AFTER_SECONDS);
        select.fetch_optional(self.pool.acquire().await?.inner()).await
    }

    pub async fn replace_if_unchanged(
        &self,
        hash: &[u8; 32],
        read: &[u8],
        next: &Replacement<'_>,
    ) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let update = "update web.session set ciphertext = $3, user_id = $4, expires_at = $5,
                user_agent = case when $4::text is not null then user_agent end,
                address = case when $4::text is not null then address end
            where id_hash = $1 and ciphertext = $2";
        let update = sqlx::query(update).bind(hash.as_slice()).bind(read);
        let update = update.bind(next.ciphertext).bind(next.user_id).bind(next.expires);
        let done = update.execute(connection.inner()).await?;
        connection.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    pub async fn delete_if_unchanged(&self, hash: &[u8; 32], read: &[u8]) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let delete = sqlx::query("delete from web.session where id_hash = $1 and ciphertext = $2");
        let done = delete.bind(hash.as_slice()).bind(read).execute(connection.inner()).await?;
        connection.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    pub async fn touch(&self, hash: &[u8; 32], client: &Client) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let update = "update web.session set last_seen = now(),
                user_agent = case when user_id is not null then $3 end,
                address = case when user_id is not null then $4::text::inet end
            where id_hash = $1 and last_seen < now() - make_interval(secs => $2)";
        let update = sqlx::query(update).bind(hash.as_slice()).bind(TOUCH_AFTER_SECONDS);
        let update = update.bind(client.user_agent.as_deref()).bind(client.ip_address_text());
        update.execute(connection.inner()).await?;
        connection.commit().await
    }

    pub async fn insert(
        &self,
        hash: &[u8; 32],
        user_id: Option<&str>,
        ciphertext: &[u8],
        expires: OffsetDateTime,
        client: &Client,
    ) -> Result<(), sqlx::Error> {
        let client = user_id.map(|_| client);
        let mut connection = self.pool.acquire().await?;
        let insert = "insert into web.session
                (id_hash, user_id, ciphertext, created_at, last_seen, expires_at, user_agent, address)
            values ($1, $2, $3, now(), now(), $4, $5, $6::text::inet) on conflict (id_hash) do nothing";
        let insert = sqlx::query(insert).bind(hash.as_slice()).bind(user_id).bind(ciphertext).bind(expires);
        let insert = insert.bind(client.and_then(|client| client.user_agent.as_deref()));
        let insert = insert.bind(client.and_then(Client::ip_address_text));
        insert.execute(connection.inner()).await?;
        connection.commit().await
    }

    pub async fn delete(&self, hash: &[u8; 32]) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let delete = sqlx::query("delete from web.session where id_hash = $1").bind(hash.as_slice());
        delete.execute(connection.inner()).await?;
        connection.commit().await
    }
}
