//! What every connection to PostgreSQL has in common, whoever opens it and for what.
//! It must not open one.

use super::DatabaseUrl;
use sqlx::postgres::PgConnectOptions;

pub fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(DatabaseUrl::parse(url).map_err(sqlx::Error::config)?.options())
}
