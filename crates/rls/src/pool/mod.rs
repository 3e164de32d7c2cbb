//! How connections are opened, trusted and given back.
//! It must not know who is asking, or what.

use super::connect;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

/// How the server reaches its database.
#[derive(Clone)]
pub struct DbSettings {
    /// `DATABASE_URL`: the login `web`.
    pub url: String,
    /// What PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told that the service is unavailable.
    pub acquire_timeout: Duration,
    /// Prepared statements per connection. 0 where a pooler cannot keep them: see [`opening`].
    pub statement_cache_capacity: usize,
}

/// Milliseconds in which every dead connection of a pool that is used has been found.
const RECENT: u64 = 30_000;

/// When a connection was last found dead.
///
/// Testing every connection before use costs a round trip (14 % of throughput, measured). So none is tested,
/// until one turns out to be dead: then its siblings, which have probably died with it, are tested first.
#[derive(Clone, Debug)]
pub(super) struct LastLoss {
    opened: Instant,
    /// Milliseconds after `opened`, 0 for never.
    at: Arc<AtomicU64>,
}

impl LastLoss {
    fn never() -> Self {
        Self { opened: Instant::now(), at: Arc::default() }
    }

    pub(super) fn is_now(&self) {
        self.at.store(self.now().max(1), Ordering::Relaxed);
    }

    /// Whether a connection that was last used `idle` ago may have died in the same event.
    fn concerns(&self, idle: Duration) -> bool {
        let loss = self.at.load(Ordering::Relaxed);
        loss != 0 && self.now().saturating_sub(millis(idle)) <= loss
    }

    /// Whether connections in the pool may be dead, so that the next one has to be opened.
    pub(super) fn is_recent(&self) -> bool {
        let loss = self.at.load(Ordering::Relaxed);
        loss != 0 && self.now().saturating_sub(loss) < RECENT
    }

    fn now(&self) -> u64 {
        millis(self.opened.elapsed())
    }
}

/// How often every connection of a pool was in use when one was wanted. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Waits(Arc<AtomicU64>);

impl Waits {
    /// To be called before a connection is asked for.
    pub fn note(&self, pool: &PgPool) {
        if pool.num_idle() == 0 && pool.size() >= pool.options().get_max_connections() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What a pool's connections do at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    pub idle: u32,
    /// Lent to somebody, or just being opened.
    pub used: u32,
    /// As many as it may open.
    pub most: u32,
    /// Since the start.
    pub waits: u64,
}

impl PoolUse {
    pub fn of(pool: &PgPool, waits: &Waits) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        // The two are not read in the same instant.
        let used = pool.size().saturating_sub(idle);
        Self { idle, used, most: pool.options().get_max_connections(), waits: waits.0.load(Ordering::Relaxed) }
    }
}

/// The text of [`opening`], with what only a pooler needs as `$first`.
macro_rules! opening {
    ($first:literal) => {
        concat!(
            "begin; ",
            $first,
            "reset all; reset role; close all; unlisten *; discard temp; select pg_advisory_unlock_all(); commit; ",
            "begin; set local search_path = public, pg_temp; set local timezone = 'UTC'"
        )
    };
}

/// Returns what begins every transaction, in one message.
///
/// Settings, a role, cursors with hold, temporary tables and advisory locks outlive the transaction that made them. What a
/// smuggled statement left of these ends here and not where a connection is given back, because behind a pooler this is
/// another one. It ends in a transaction of its own, because `default_transaction_read_only` and its like count from the next
/// `begin`. `reset all` restores what the login begins with. Behind a pooler that lacks what sqlx asked for when it
/// connected, of which the time zone changes answers.
///
/// sqlx names each statement that it prepares, and a pooler in transaction mode that does not keep track of them, such as
/// PgBouncer before 1.21, hands out a connection on which somebody else has used the same names. With a
/// `statement_cache_capacity` of 0 they are forgotten as well; until the transaction ends the connection is ours alone.
pub fn opening(statement_cache_capacity: usize) -> &'static str {
    if statement_cache_capacity == 0 { opening!("deallocate all; ") } else { opening!("") }
}

/// How many connections of a pool stay open however quiet it is: half of them, so that a burst begins at once.
pub fn kept_open(max_connections: u32) -> u32 {
    max_connections.div_ceil(2)
}

/// Takes a connection out of the pool by `taken`, on a thread of its own where that may have to open one.
///
/// To log in is thousands of rounds of a hash, and sqlx lets every other task of the worker run after each five of them: among
/// requests that are rendered, a login of milliseconds takes longer than anybody waits. On a thread that has nothing else to do
/// it goes on at once. One that waits costs some kilobytes, and requests are bounded. `suspect` says that those in the pool may be dead.
pub async fn lent<T: Send + 'static>(
    pool: &PgPool,
    suspect: bool,
    taken: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    if pool.num_idle() > 0 && !suspect {
        return taken.await;
    }
    let (runtime, mut closed) = (Handle::current(), pool.close_event());
    // A thread is waited for when the server stops, and a database that does not answer takes all the time that there is.
    let taken = async move { closed.do_until(taken).await? };
    let taken = taken.in_current_span().with_current_subscriber();
    spawn_blocking(move || runtime.block_on(taken)).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Opens what the pool keeps. All at once: one that is given back is lent again before another is opened.
pub async fn warm(pool: &PgPool) {
    let mut opening = JoinSet::new();
    for _ in 0..pool.options().get_min_connections() {
        let pool = pool.clone();
        #[expect(clippy::disallowed_methods, reason = "nothing is asked of these connections")]
        opening.spawn(async move { lent(&pool.clone(), true, async move { pool.acquire().await }).await });
    }
    let opened = opening.join_all().await;
    if let Some(Err(error)) = opened.iter().find(|opened| opened.is_err()) {
        tracing::warn!(%error, "not all connections could be opened ahead");
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn open(settings: &DbSettings) -> Result<(PgPool, LastLoss), sqlx::Error> {
    let last_loss = LastLoss::never();
    let loss = last_loss.clone();
    let options = connect::options(&settings.url)?
        .statement_cache_capacity(settings.statement_cache_capacity)
        .application_name(&settings.application_name);
    #[expect(clippy::disallowed_methods, reason = "this is the one pool of the feature tables")]
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .min_connections(kept_open(settings.max_connections))
        .acquire_timeout(settings.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(move |connection, usage| {
            let suspect = loss.concerns(usage.idle_for);
            Box::pin(async move { Ok(!suspect || connection.ping().await.is_ok()) })
        })
        // sqlx believes that a transaction whose `begin` was cancelled or failed has not begun, and would hand the
        // connection to the next borrower inside it: with the role and the claims of somebody else, or aborted.
        // This runs after the request has been answered. A transaction is begun only to be dropped, because a `rollback`
        // outside one is a warning in the server's log each time. Inside an aborted one it fails, and the connection is
        // closed. The rollbacks before and after it travel with other messages, so that it costs one round trip.
        .after_release(|connection, _| Box::pin(async move { Ok(connection.begin().await.is_ok()) }))
        .connect_lazy_with(options);
    Ok((pool, last_loss))
}
