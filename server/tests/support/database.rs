//! A database of one test, with the app's schema and an empty user directory.

use super::cluster::{TestCluster, run};
use super::{Pooler, Shape, leftovers};
use rls::{Db, DbSettings};
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, FromRow, PgPool};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

pub struct TestDatabase {
    pub shape: Shape,
    pub name: String,
    /// The URL for migrations and maintenance, with the role `app_owner`.
    pub owner_url: String,
    /// The URL of the server's login, with the role `web`. Through PgBouncer, if the whole suite runs through it.
    pub web_url: String,
    /// The URL of the same login without a pooler.
    pub direct_url: String,
    /// Connections without restrictions, to fill the directory and to look behind the policies.
    pub superuser: PgPool,
    pub superuser_url: String,
    _pooler: Option<Pooler>,
}

/// Returns whether the server connects through PgBouncer, as in the second pass of `cargo xtask test --all`.
fn is_pooled() -> bool {
    std::env::var_os("THROUGH_PGBOUNCER").is_some()
}

/// Returns the value of `DATABASE_STATEMENT_CACHE`.
pub fn statement_cache() -> usize {
    if is_pooled() { 0 } else { 100 }
}

pub fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    free.expect("a free port").port()
}

/// Returns the settings of a connection pool for this database.
pub fn db_settings(url: &str, max_connections: u32) -> DbSettings {
    DbSettings {
        url: url.to_owned(),
        application_name: "tests".to_owned(),
        max_connections,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: statement_cache(),
    }
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

    /// Returns the server's view of the database with few connections, so that tests notice what a transaction leaves
    /// behind.
    pub fn db(&self) -> Db {
        self.db_with(2)
    }

    pub fn db_with(&self, max_connections: u32) -> Db {
        Db::connect_lazy(&db_settings(&self.web_url, max_connections)).expect("a valid URL")
    }

    /// Runs statements without restrictions.
    pub async fn run(&self, statements: &str) {
        let done = sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&self.superuser).await;
        done.unwrap_or_else(|error| panic!("{error}, in: {statements}"));
    }

    /// Returns the rows of a query without restrictions.
    pub async fn rows<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(&self, query: &str) -> Vec<T> {
        let rows = sqlx::query_as(AssertSqlSafe(query.to_owned())).fetch_all(&self.superuser).await;
        rows.unwrap_or_else(|error| panic!("{error}, in: {query}"))
    }

    /// Returns the values of a query with one column.
    pub async fn values<T>(&self, query: &str) -> Vec<T>
    where
        (T,): for<'r> FromRow<'r, PgRow>,
        T: Send + Unpin,
    {
        self.rows(query).await.into_iter().map(|(value,)| value).collect()
    }

    /// Returns the value of a query with one column and one row.
    pub async fn value<T>(&self, query: &str) -> T
    where
        (T,): for<'r> FromRow<'r, PgRow>,
        T: Send + Unpin,
    {
        let mut values = self.values(query).await;
        assert_eq!(values.len(), 1, "rows of: {query}");
        values.remove(0)
    }

    /// Returns the number of rows in a table.
    pub async fn count(&self, table: &str) -> i64 {
        self.value(&format!("select count(*) from {table}")).await
    }

    /// Revokes temporary tables, as `server migrate` does last. Clones of a template do not inherit it.
    pub async fn forbid_temporary_tables(&self) {
        self.run(&format!("revoke temporary on database {} from public", self.name)).await;
    }

    /// Adds a user with this name to the directory.
    pub async fn add_user(&self, name: &str) -> Uuid {
        let id = Uuid::new_v4();
        self.add_user_with_id(id, name).await;
        id
    }

    pub async fn add_user_with_id(&self, id: Uuid, name: &str) {
        let insert = sqlx::query(self.shape.insert_user()).bind(id.to_string()).bind(name);
        insert.bind(format!("{id}@example.com")).execute(&self.superuser).await.expect("the user can be added");
    }

    /// Deletes a user in the way of this shape.
    pub async fn delete_user(&self, id: Uuid) {
        let delete = sqlx::query(self.shape.delete_user()).bind(id.to_string());
        delete.execute(&self.superuser).await.expect("the user can be deleted");
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        leftovers::finished(&self.name);
    }
}
