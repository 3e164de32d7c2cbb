//! The PostgreSQL that all tests share, its roles, and one migrated template database per shape of the user directory.
//! It must work for any number of test processes at once, whoever comes first.

use super::Shape;
use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use server::local::kept;
use server::local::postgres::{Cluster, Purpose};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longer than any test runs: what is older was left by a run that was killed.
const LEFTOVER_AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Serialize, Deserialize)]
pub struct Passwords {
    pub app_owner: String,
    pub web: String,
}

pub struct TestCluster {
    pub cluster: Cluster,
    pub passwords: Passwords,
}

/// Beside the build, so that `cargo clean` and a deleted clone take it along.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-postgres")
}

impl TestCluster {
    pub async fn find_or_start() -> Self {
        let folder = folder();
        let cluster = Cluster::start(&folder, Purpose::Tests).await.unwrap_or_else(|error| panic!("{error}"));
        let kept_passwords = folder.join("passwords.json");
        if let Some(passwords) = kept::read(&kept_passwords).expect("the kept passwords are readable") {
            return Self { cluster, passwords };
        }
        let _lock = kept::lock(&folder.join("template.lock")).await.expect("the lock file is writable");
        let passwords = match kept::read(&kept_passwords).expect("the kept passwords are readable") {
            Some(passwords) => passwords,
            None => make_owner(&cluster, &kept_passwords).await,
        };
        Self { cluster, passwords }
    }

    pub async fn superuser(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.cluster.superuser_url(database)).await.expect("the cluster answers")
    }

    /// The migrated database to clone for this shape, made by whichever test needs it first.
    pub async fn template(&self, admin: &mut PgConnection, shape: Shape) -> String {
        let name = format!("template_{}_{}", shape.name(), fingerprint(shape));
        if is_ready(admin, &name).await {
            return name;
        }
        let _lock = kept::lock(&folder().join("template.lock")).await.expect("the lock file is writable");
        if !is_ready(admin, &name).await {
            self.remove_outdated(admin, shape).await;
            self.make_template(admin, &name, shape).await;
        }
        name
    }

    async fn make_template(&self, admin: &mut PgConnection, name: &str, shape: Shape) {
        run(admin, format!("create database {name} owner app_owner")).await;
        let mut inside = self.superuser(name).await;
        run(&mut inside, shape.ddl()).await;
        inside.close().await.expect("the connection ends");

        let owner_url = self.cluster.url("app_owner", &self.passwords.app_owner, name);
        app::db::migrate::run(&owner_url, Some(&self.passwords.web)).await.unwrap_or_else(|error| panic!("{error}"));
        // Marks it as finished, and keeps connections out, which would be in the way of cloning.
        run(admin, format!("alter database {name} is_template true allow_connections false")).await;
    }

    /// Templates of other migrations, half-made ones, and databases of tests that were killed.
    async fn remove_outdated(&self, admin: &mut PgConnection, shape: Shape) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs();
        let oldest = now - LEFTOVER_AGE.as_secs();
        let names: Vec<String> = sqlx::query_scalar(
            "select datname from pg_database
             where starts_with(datname, 'template_' || $1 || '_')
                or (starts_with(datname, 'test_') and split_part(datname, '_', 2)::bigint < $2)",
        )
        .bind(shape.name())
        .bind(i64::try_from(oldest).expect("a time in this century"))
        .fetch_all(&mut *admin)
        .await
        .expect("the databases can be listed");
        for name in names {
            if name.starts_with("template_") {
                run(admin, format!("alter database {name} is_template false")).await;
            }
            // Another process may be removing it as well.
            run(admin, format!("drop database if exists {name} with (force)")).await;
        }
    }
}

/// As Neon's owner in every respect that matters: creates roles and owns its database, and is no superuser.
async fn make_owner(cluster: &Cluster, kept_passwords: &Path) -> Passwords {
    let passwords = Passwords { app_owner: kept::random_secret(), web: kept::random_secret() };
    let mut admin = PgConnection::connect(&cluster.superuser_url("postgres")).await.expect("the cluster answers");
    let exists: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = 'app_owner')")
        .fetch_one(&mut admin)
        .await
        .expect("the roles can be listed");
    let verb = if exists { "alter" } else { "create" };
    run(&mut admin, format!("{verb} role app_owner login createrole password '{}'", passwords.app_owner)).await;
    kept::write(kept_passwords, &passwords).expect("the passwords can be kept");
    passwords
}

async fn is_ready(admin: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datistemplate)")
        .bind(name)
        .fetch_one(admin)
        .await
        .expect("the databases can be listed")
}

pub async fn run(connection: &mut PgConnection, statement: String) {
    let outcome = connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.clone()))).await;
    outcome.unwrap_or_else(|error| panic!("{error}, in: {statement}"));
}

/// Changes with everything that a template is made of.
fn fingerprint(shape: Shape) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let entries = fs::read_dir(&folder).expect("the migrations are there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    files.sort();
    let mut context = Context::new(&SHA256);
    context.update(shape.ddl().as_bytes());
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "sql")) {
        context.update(file.file_name().expect("a file name").as_encoded_bytes());
        context.update(&fs::read(file).expect("a readable migration"));
    }
    hex::encode(&context.finish().as_ref()[..6])
}
