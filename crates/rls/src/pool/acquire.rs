//! Takes connections out of a pool, so that opening one does not keep other tasks waiting.

use sqlx::PgPool;
use std::future::Future;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

/// Takes a connection out of the pool by awaiting `acquiring`, on a thread of its own where that may have to open one.
///
/// To log in is thousands of rounds of a hash, and sqlx lets every other task of the worker run after each five of
/// them: among requests that are rendered, a login of milliseconds takes longer than clients wait. On a thread that has
/// nothing else to do it goes on at once. One that waits costs some kilobytes, and requests are bounded. `suspect` says
/// that those in the pool may be dead.
pub async fn acquire<T: Send + 'static>(
    pool: &PgPool,
    suspect: bool,
    acquiring: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    if pool.num_idle() > 0 && !suspect {
        return acquiring.await;
    }
    let (runtime, mut closed) = (Handle::current(), pool.close_event());
    // A thread is waited for when the server stops, and a database that does not answer takes all the time that there
    // is.
    let acquiring = async move { closed.do_until(acquiring).await? };
    let acquiring = acquiring.in_current_span().with_current_subscriber();
    spawn_blocking(move || runtime.block_on(acquiring)).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Opens the connections that a pool keeps. All at once: one that is given back is taken again before another is
/// opened.
pub async fn warm(pool: &PgPool) {
    let mut opening = JoinSet::new();
    for _ in 0..pool.options().get_min_connections() {
        let pool = pool.clone();
        #[expect(clippy::disallowed_methods, reason = "nothing is asked of these connections")]
        opening.spawn(async move { acquire(&pool.clone(), true, async move { pool.acquire().await }).await });
    }
    let opened = opening.join_all().await;
    if let Some(Err(error)) = opened.iter().find(|opened| opened.is_err()) {
        tracing::warn!(%error, "not all connections could be opened ahead");
    }
}
