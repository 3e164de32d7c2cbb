//! An empty database beside the app's, for whoever brings another Neon Auth than the local one: the browser tests.
//! It must not put anything into it.

use super::databases::{APP_OWNER, Urls};
use anyhow::ensure;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::postgres::Cluster;

/// How to log in to it, as each of those who do.
#[derive(Serialize)]
pub struct Logins {
    superuser: String,
    owner: String,
    web: String,
}

/// Drops the one of this name first.
pub async fn make(cluster: &Cluster, urls: &Urls, name: &str) -> anyhow::Result<Logins> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    ensure!(plain && !name.is_empty() && name != "app", "the name is made of small letters, and is not \"app\"");
    let mut superuser = PgConnection::connect(&cluster.superuser_url("postgres")).await?;
    for statement in
        [format!("drop database if exists {name} with (force)"), format!("create database {name} owner {APP_OWNER}")]
    {
        superuser.execute(AssertSqlSafe(statement)).await?;
    }
    superuser.close().await?;
    let inside = |url: &str| {
        let mut url = url::Url::parse(url)?;
        url.set_path(name);
        Ok::<_, url::ParseError>(url.into())
    };
    Ok(Logins { superuser: cluster.superuser_url(name), owner: inside(&urls.owner)?, web: inside(&urls.web)? })
}
