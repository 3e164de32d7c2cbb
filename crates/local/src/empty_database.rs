//! An empty database beside the app's, for browser tests that bring another Neon Auth than the local one.

use super::databases::{self, Urls};
use super::generation::{self, Generation};
use super::secrets::Secrets;
use anyhow::ensure;
use serde::Serialize;
use sqlx::Connection;
use stand_ins::postgres::Cluster;

/// The URLs of the database, one for each login.
#[derive(Serialize)]
pub struct LoginUrls {
    superuser: String,
    owner: String,
    web: String,
}

/// Makes the database, after one of the same name is dropped.
pub async fn create(cluster: &Cluster, secrets: &Secrets, name: &str) -> anyhow::Result<LoginUrls> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let of_the_app: Vec<_> = generation::ALL.iter().copied().map(Generation::database).collect();
    ensure!(
        plain && !name.is_empty() && !of_the_app.contains(&name),
        "the name is made of small letters, and is none of {of_the_app:?}"
    );
    databases::recreate(cluster, name).await?.close().await?;
    let Urls { owner, web, .. } = databases::urls(cluster, secrets, name);
    Ok(LoginUrls { superuser: cluster.superuser_url(name), owner, web })
}
