//! A database with the schema of the `migrations` folder as it is now, for tools that look at it: the query macros.

use super::databases::{APP_OWNER, NEON_AUTH, Urls};
use anyhow::Context;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::neon_auth::{self, DirectoryIds, DirectorySettings, Settings};
use stand_ins::postgres::Cluster;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

const NAME: &str = "scratch";

/// Makes the database anew, and returns its URL as its owner.
pub async fn create(cluster: &Cluster, urls: &Urls) -> anyhow::Result<String> {
    let mut superuser = PgConnection::connect(&cluster.superuser_url("postgres")).await?;
    for statement in [
        format!("drop database if exists {NAME} with (force)"),
        format!("create database {NAME} owner {APP_OWNER}"),
        format!("grant create on database {NAME} to {NEON_AUTH}"),
    ] {
        superuser.execute(AssertSqlSafe(statement)).await?;
    }
    superuser.close().await?;
    make_directory(urls).await?;

    let owner = with_scratch_database(&urls.owner)?;
    // Not the migrations that this program was built with: they may be older.
    let migrations = Migrator::new(Path::new("migrations")).await.context("cannot read the folder `migrations`")?;
    let mut connection = PgConnection::connect(&owner).await?;
    migrations.run(&mut connection).await?;
    connection.close().await?;
    Ok(owner)
}

/// Makes the user directory, by a start of the local Neon Auth, which is not needed for longer than that.
async fn make_directory(urls: &Urls) -> anyhow::Result<()> {
    let url = with_scratch_database(&urls.directory)?;
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), url.clone());
    settings.directory = Some(DirectorySettings { url, ids: DirectoryIds::default(), app_owner: APP_OWNER.to_owned() });
    neon_auth::start(settings).await?;
    Ok(())
}

fn with_scratch_database(url: &str) -> anyhow::Result<String> {
    let mut url = url::Url::parse(url)?;
    url.set_path(NAME);
    Ok(url.into())
}
