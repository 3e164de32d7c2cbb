//! What others count for themselves, read when a scraper asks: the pools of the database, and calls to Neon Auth.

use crate::sign_in::Auth;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use rls::Db;
use rls::pool::PoolUse;
use std::fmt;

/// The figures of the pools and of Neon Auth.
pub struct ExternalMetrics {
    db: Db,
    auth: Auth,
}

impl ExternalMetrics {
    pub fn new(db: &Db, auth: &Auth) -> Self {
        Self { db: db.clone(), auth: auth.clone() }
    }

    fn pools(&self) -> [(&'static str, PoolUse); 2] {
        [("pages", self.db.pool_use()), ("sessions", self.auth.sessions.store().pool_use())]
    }
}

impl fmt::Debug for ExternalMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pools()).finish()
    }
}

impl Collector for ExternalMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let pools = self.pools();
        let help = "Connections to the database, by pool.";
        let mut connections = encoder.encode_descriptor("database_connections", help, None, MetricType::Gauge)?;
        for (pool, used) in pools {
            for (state, count) in [("idle", used.idle), ("used", used.used), ("most", used.most)] {
                let labels = [("pool", pool), ("state", state)];
                ConstGauge::new(count).encode(connections.encode_family(&labels)?)?;
            }
        }
        let help = "How often every connection was in use when one was wanted.";
        let mut waits = encoder.encode_descriptor("database_waits", help, None, MetricType::Counter)?;
        for (pool, used) in pools {
            ConstCounter::new(used.waits).encode(waits.encode_family(&[("pool", pool)])?)?;
        }
        let help = "Calls to Neon Auth, by how they ended.";
        let mut calls = encoder.encode_descriptor("neon_auth_calls", help, None, MetricType::Counter)?;
        for (outcome, count) in self.auth.neon_auth.call_counters().counts() {
            ConstCounter::new(count).encode(calls.encode_family(&[("outcome", outcome)])?)?;
        }
        Ok(())
    }
}
