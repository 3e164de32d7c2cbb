//! Large tables, the plans of statements, and the statistics of tables as the current role sees them.

use crate::support::TestDatabase;
use rls::Reads;
use sqlx::AssertSqlSafe;

/// Adds users who make a table large, and do nothing else.
pub async fn add_users(database: &TestDatabase, count: usize) {
    for _ in 0..count {
        database.add_user("Someone").await;
    }
}

pub async fn plan(tx: &mut impl Reads, statement: &str) -> String {
    let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("explain (costs off) {statement}")))
        .fetch_all(tx.connection())
        .await
        .unwrap();
    lines.join("\n")
}

/// Returns how often this transaction has scanned the whole table, and whether it has used an index.
pub async fn scans(tx: &mut impl Reads, table: &str) -> (i64, bool) {
    sqlx::query_as("select seq_scan, idx_scan > 0 from pg_stat_xact_user_tables where relname = $1")
        .bind(table)
        .fetch_one(tx.connection())
        .await
        .unwrap()
}
