//! Inspects a database for a doctor: its round-trip time, its version, its catalog. Any login may do it.
//! It must not change anything, nor read a row of a feature.

mod catalog;
mod migrations;
mod rules;
mod schema_objects;

pub use catalog::{IdentityFunctions, Revocation};
pub use migrations::MigrationStatus;
pub use rules::{RULES, Rule};
pub use schema_objects::{SchemaObject, schema_objects};

use crate::database_url::connect_options;
use crate::error::DbError;
use crate::login::{self, LoginProblem};
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor, FromRow};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// A connection of its own, for as long as the queries take.
pub struct Inspection(PgConnection);

/// The version and the clock of the server.
#[derive(Debug, FromRow)]
pub struct ServerInfo {
    /// The version, such as `17.2`.
    pub version: String,
    /// The time on its clock.
    pub now: OffsetDateTime,
}

impl Inspection {
    /// Connects, or says within `timeout` why that is not possible.
    pub async fn open(url: &str, application_name: &str, timeout: Duration) -> Result<Self, LoginProblem> {
        let options = connect_options(url).map_err(|error| login::connection_problem(sqlx::Error::config(error)))?;
        let options = options.application_name(application_name).statement_cache_capacity(0);
        match tokio::time::timeout(timeout, options.connect()).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(login::connection_problem(error)),
            Err(_) => Err(LoginProblem::Unreachable(DbError::Unavailable(sqlx::Error::PoolTimedOut))),
        }
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.0.close().await.ok();
    }

    /// Returns the median of a few round trips. Of statements, because a pooler would answer a ping itself.
    pub async fn round_trip(&mut self) -> Result<Duration, sqlx::Error> {
        let mut times = Vec::new();
        for _ in 0..7 {
            let started = Instant::now();
            self.0.execute(sqlx::raw_sql("select 1")).await?;
            times.push(started.elapsed());
        }
        times.sort_unstable();
        Ok(times[times.len() / 2])
    }

    /// Returns the version and the clock of the server.
    pub async fn server(&mut self) -> Result<ServerInfo, sqlx::Error> {
        sqlx::query_as("select current_setting('server_version') as version, clock_timestamp() as now")
            .fetch_one(&mut self.0)
            .await
    }

    /// Checks that row-level security holds under this login.
    pub async fn check_login(&mut self) -> Result<(), LoginProblem> {
        login::check(&mut self.0).await
    }

    /// Returns the objects that violate this rule.
    pub async fn violations(&mut self, rule: &Rule) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar(rule.violations).fetch_all(&mut self.0).await
    }
}
