//! A database that belongs to one test, with the app's schema and an empty user directory.
//! It must not be shared: tests run at once and see only their own rows.

use super::cluster::{TestCluster, run};
use super::{Pooler, Shape, leftovers};
use rls::{Db, DbSettings};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

pub struct TestDatabase {
    pub shape: Shape,
    pub name: String,
    /// For migrations and maintenance: the role `app_owner`.
    pub owner_url: String,
    /// As the server logs in: the role `web`. Through PgBouncer, when the whole suite runs through it.
    pub web_url: String,
    /// The same login, never through a pooler.
    pub direct_url: String,
    /// Sees and changes everything: for the directory, and to look behind the policies.
    pub superuser: PgPool,
    pub superuser_url: String,
    _pooler: Option<Pooler>,
}

/// Whether the server reaches its database through PgBouncer: `cargo xtask test` runs the database suite once like this.
fn is_pooled() -> bool {
    std::env::var_os("THROUGH_PGBOUNCER").is_some()
}

/// For `DATABASE_STATEMENT_CACHE`.
pub fn statement_cache() -> usize {
    if is_pooled() { 0 } else { 100 }
}

pub fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    free.expect("a free port").port()
}

impl TestDatabase {
    pub async fn new(shape: Shape) -> Self {
        Self::on(&TestCluster::find_or_start().await, shape).await
    }

    pub async fn on(cluster: &TestCluster, shape: Shape) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let mut admin = cluster.superuser("postgres").await;
        let template = cluster.template(&mut admin, shape).await;
        leftovers::sweep(&mut admin).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{now}_{}_{number}", std::process::id());
        run(&mut admin, format!("create database {name} template {template} owner app_owner")).await;

        let TestCluster { cluster, passwords, .. } = cluster;
        let superuser_url = cluster.superuser_url(&name);
        #[expect(clippy::disallowed_methods, reason = "tests look behind the policies")]
        let superuser = PgPoolOptions::new().max_connections(3).connect_lazy(&superuser_url).expect("a valid URL");
        let web_url = cluster.url("web", &passwords.web, &name);
        let pooler = is_pooled().then(|| Pooler::in_front_of(&web_url));
        Self {
            shape,
            owner_url: cluster.url("app_owner", &passwords.app_owner, &name),
            web_url: pooler.as_ref().map_or_else(|| web_url.clone(), |pooler| pooler.url.clone()),
            direct_url: web_url,
            superuser,
            superuser_url,
            name,
            _pooler: pooler,
        }
    }

    /// The database as the server has it, with few connections, so that tests notice what the last borrower left.
    pub fn db(&self) -> Db {
        self.db_with(2)
    }

    pub fn db_with(&self, max_connections: u32) -> Db {
        let settings = DbSettings {
            url: self.web_url.clone(),
            application_name: "tests".to_owned(),
            max_connections,
            acquire_timeout: Duration::from_secs(10),
            statement_cache_capacity: statement_cache(),
        };
        Db::connect_lazy(&settings).expect("a valid URL")
    }

    /// Does what `server migrate` does last, and what the clones of a template do not inherit.
    pub async fn forbid_temporary_tables(&self) {
        let statement = AssertSqlSafe(format!("revoke temporary on database {} from public", self.name));
        sqlx::raw_sql(statement).execute(&self.superuser).await.expect("revoked");
    }

    /// Lets a user with this name arrive in the directory.
    pub async fn add_user(&self, name: &str) -> Uuid {
        let id = Uuid::new_v4();
        self.shape.add_user(&self.superuser, id, name).await;
        id
    }

    /// As Neon Auth deletes a user in this shape.
    pub async fn delete_user(&self, id: Uuid) {
        self.shape.delete_user(&self.superuser, id).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        leftovers::finished(&self.name);
    }
}
