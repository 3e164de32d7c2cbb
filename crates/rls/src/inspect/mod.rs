//! A database as a doctor sees it: how far away, of which kind, what is in its catalog. Any login may look.
//! It must not change anything, nor read a row of a feature.

mod catalog;
mod migrations;
mod planned;
mod rules;

pub use catalog::{Directory, Identity, Revocation};
pub use migrations::Migrations;
pub use planned::{Planned, planned};
pub use rules::{RULES, Rule};

use crate::database_url::connect_options;
use crate::error::DbError;
use crate::login::{self, LoginProblem};
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor, FromRow};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// One connection of its own, for as long as the questions take.
pub struct Inspection(PgConnection);

/// The PostgreSQL that answers.
#[derive(Debug, FromRow)]
pub struct Server {
    /// Such as `17.2`.
    pub version: String,
    /// The time on its clock.
    pub now: OffsetDateTime,
}

impl Inspection {
    /// Connects, or says within `timeout` why that is not possible.
    pub async fn open(url: &str, application_name: &str, timeout: Duration) -> Result<Self, LoginProblem> {
        let options = connect_options(url).map_err(|error| login::unanswered(sqlx::Error::config(error)))?;
        let options = options.application_name(application_name).statement_cache_capacity(0);
        match tokio::time::timeout(timeout, options.connect()).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(login::unanswered(error)),
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

    /// Returns which PostgreSQL this is.
    pub async fn server(&mut self) -> Result<Server, sqlx::Error> {
        sqlx::query_as("select current_setting('server_version') as version, clock_timestamp() as now")
            .fetch_one(&mut self.0)
            .await
    }

    /// Checks that row-level security holds under this login.
    pub async fn check_login(&mut self) -> Result<(), LoginProblem> {
        login::check(&mut self.0).await
    }

    /// Returns what breaks this rule.
    pub async fn offenders(&mut self, rule: &Rule) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar(rule.offenders).fetch_all(&mut self.0).await
    }
}
