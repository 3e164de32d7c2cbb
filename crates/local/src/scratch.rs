//! A database with the schema of the `migrations` folder as it is now, for tools that look at it: the query macros.

use super::auth;
use super::databases::{self, NEON_AUTH, Urls};
use super::secrets::Secrets;
use anyhow::Context;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::postgres::Cluster;
use std::path::Path;

const NAME: &str = "scratch";

/// Makes the database anew, and returns its URL as its owner.
pub async fn create(cluster: &Cluster, secrets: &Secrets) -> anyhow::Result<String> {
    let mut superuser = databases::recreate(cluster, NAME).await?;
    superuser.execute(AssertSqlSafe(format!("grant create on database {NAME} to {NEON_AUTH}"))).await?;
    superuser.close().await?;
    let Urls { owner, directory, .. } = databases::urls(cluster, secrets, NAME);
    auth::make_directory(directory).await?;

    // Not the migrations that this program was built with: they may be older.
    let migrations = Migrator::new(Path::new("migrations")).await.context("cannot read the folder `migrations`")?;
    let mut connection = PgConnection::connect(&owner).await?;
    migrations.run(&mut connection).await?;
    connection.close().await?;
    Ok(owner)
}
