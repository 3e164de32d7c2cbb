//! The use of a pool, and how often all of it was in use.

use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts how often every connection of a pool was in use when one was wanted. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct PoolContention(Arc<AtomicU64>);

impl PoolContention {
    /// Counts, before a connection is asked for, whether it has to be waited for.
    pub fn record(&self, pool: &PgPool) {
        if pool.num_idle() == 0 && pool.size() >= pool.options().get_max_connections() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The number of connections of a pool by state, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// The connections that lie in the pool.
    pub idle: u32,
    /// The connections that are in use or just being opened.
    pub used: u32,
    /// The number of connections that the pool may open.
    pub most: u32,
    /// The number of times that a connection had to be waited for, since the start.
    pub waits: u64,
}

impl PoolUse {
    /// Reads the numbers of a pool.
    pub fn of(pool: &PgPool, contention: &PoolContention) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        // The two are not read in the same instant.
        let used = pool.size().saturating_sub(idle);
        Self { idle, used, most: pool.options().get_max_connections(), waits: contention.0.load(Ordering::Relaxed) }
    }
}
