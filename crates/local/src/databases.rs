//! The databases and logins that Neon would have made for the app and its Neon Auth.

use super::secrets::Secrets;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::postgres::Cluster;

pub const APP_OWNER: &str = "app_owner";
pub const NEON_AUTH: &str = "neon_auth";

/// The URLs, one for each login.
pub struct Urls {
    /// The app's database, as its owner.
    pub owner: String,
    /// The app's database, as the server.
    pub web: String,
    /// The app's database, as the login that owns the user directory and nothing else there.
    pub directory: String,
    /// The database of the Stack generation itself, whose users are in the app's as a copy only.
    #[cfg(feature = "stack")]
    pub neon_auth: String,
}

/// Makes what the generation in use lacks. The passwords are set each time, so that they are those of `secrets.json` whatever happened
/// before.
pub async fn prepare(cluster: &Cluster, secrets: &Secrets) -> Result<Urls, sqlx::Error> {
    let mut superuser = PgConnection::connect(&cluster.superuser_url("postgres")).await?;
    // As on Neon, the owner of the app's database is no superuser, and does not own the user directory.
    create_or_alter_login(&mut superuser, APP_OWNER, "createrole", &secrets.app_owner_password).await?;
    create_or_alter_login(&mut superuser, NEON_AUTH, "nocreaterole", &secrets.neon_auth_password).await?;
    let database = secrets.generation.database();
    create_database_if_missing(&mut superuser, database, APP_OWNER).await?;
    #[cfg(feature = "stack")]
    create_database_if_missing(&mut superuser, NEON_AUTH, NEON_AUTH).await?;
    superuser.execute(AssertSqlSafe(format!("grant create on database {database} to {NEON_AUTH}"))).await?;
    superuser.close().await?;
    Ok(urls(cluster, secrets, database))
}

/// Makes a database beside the app's, after one of the same name is dropped. Returns the connection of the superuser.
pub async fn recreate(cluster: &Cluster, name: &str) -> Result<PgConnection, sqlx::Error> {
    let mut superuser = PgConnection::connect(&cluster.superuser_url("postgres")).await?;
    superuser.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
    superuser.execute(AssertSqlSafe(format!("create database {name} owner {APP_OWNER}"))).await?;
    Ok(superuser)
}

/// Returns the URLs for an app's database of this name, which need not be there yet.
pub fn urls(cluster: &Cluster, secrets: &Secrets, database: &str) -> Urls {
    Urls {
        owner: cluster.url(APP_OWNER, &secrets.app_owner_password, database),
        web: cluster.url("web", &secrets.web_password, database),
        directory: cluster.url(NEON_AUTH, &secrets.neon_auth_password, database),
        #[cfg(feature = "stack")]
        neon_auth: cluster.url(NEON_AUTH, &secrets.neon_auth_password, NEON_AUTH),
    }
}

async fn create_or_alter_login(
    superuser: &mut PgConnection,
    role: &str,
    rights: &str,
    password: &str,
) -> Result<(), sqlx::Error> {
    let exists = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)").bind(role);
    let verb = if exists.fetch_one(&mut *superuser).await? { "alter" } else { "create" };
    // Generated passwords are hexadecimal: nothing in them needs quoting.
    let statement = format!("{verb} role {role} login {rights} password '{password}'");
    superuser.execute(AssertSqlSafe(statement)).await?;
    Ok(())
}

async fn create_database_if_missing(superuser: &mut PgConnection, name: &str, owner: &str) -> Result<(), sqlx::Error> {
    let exists = sqlx::query_scalar("select exists (select from pg_database where datname = $1)").bind(name);
    let exists: bool = exists.fetch_one(&mut *superuser).await?;
    if !exists {
        superuser.execute(AssertSqlSafe(format!("create database {name} owner {owner}"))).await?;
    }
    Ok(())
}
