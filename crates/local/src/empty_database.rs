//! An empty database beside the app's, for browser tests that bring another Neon Auth than the local one.

use super::databases::{APP_OWNER, Urls};
use anyhow::ensure;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::postgres::Cluster;

/// The URLs of the database, one for each login.
#[derive(Serialize)]
pub struct LoginUrls {
    superuser: String,
    owner: String,
    web: String,
}

/// Makes the database, after one of the same name is dropped.
pub async fn create(cluster: &Cluster, urls: &Urls, name: &str) -> anyhow::Result<LoginUrls> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    ensure!(plain && !name.is_empty() && name != "app", "the name is made of small letters, and is not \"app\"");
    let mut superuser = PgConnection::connect(&cluster.superuser_url("postgres")).await?;
    for statement in
        [format!("drop database if exists {name} with (force)"), format!("create database {name} owner {APP_OWNER}")]
    {
        superuser.execute(AssertSqlSafe(statement)).await?;
    }
    superuser.close().await?;
    let with_database = |url: &str| {
        let mut url = url::Url::parse(url)?;
        url.set_path(name);
        Ok::<_, url::ParseError>(url.into())
    };
    Ok(LoginUrls {
        superuser: cluster.superuser_url(name),
        owner: with_database(&urls.owner)?,
        web: with_database(&urls.web)?,
    })
}
