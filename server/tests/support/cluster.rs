//! The PostgreSQL that all tests share, its roles, and one migrated template database for each shape of the user
//! directory. Any number of test processes may start at once.

use super::{Shape, feature};
use app::migrations::MIGRATIONS;
use aws_lc_rs::digest::{Context, SHA256};
use rls::migrate::{self, Limits};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use stand_ins::persisted;
use stand_ins::postgres::{Cluster, Purpose};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::sleep;

#[derive(Serialize, Deserialize)]
pub struct Passwords {
    pub app_owner: String,
    pub web: String,
}

pub struct TestCluster {
    pub cluster: Cluster,
    pub passwords: Passwords,
    folder: PathBuf,
}

/// Returns the folder of the cluster, inside the build folder so that it is deleted with it. Other versions of
/// PostgreSQL have folders of their own.
pub fn folder() -> PathBuf {
    let other = std::env::var("TEST_CLUSTER").map(|name| format!("-{name}")).unwrap_or_default();
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(format!("test-postgres{other}"))
}

impl TestCluster {
    pub async fn find_or_start() -> Self {
        Self::in_folder(folder(), Purpose::Tests).await
    }

    async fn in_folder(folder: PathBuf, purpose: Purpose) -> Self {
        let cluster = Cluster::start(&folder, purpose).await.unwrap_or_else(|error| panic!("{error}"));
        let file = folder.join("passwords.json");
        let passwords = match persisted::read(&file).expect("the kept passwords are readable") {
            Some(passwords) => passwords,
            None => Passwords::make(&folder, &file).await,
        };
        Self { cluster, passwords, folder }
    }

    /// Starts a cluster of its own that is durable, so that it keeps what was committed.
    pub async fn alone() -> Self {
        Self::in_folder(folder().with_file_name("test-postgres-alone"), Purpose::Development).await
    }

    /// Sends this signal to the postmaster, waits for its end, and starts it again. INT ends sessions, QUIT ends
    /// everything at once like a crash.
    pub async fn restart(&self, signal: &str) {
        let running = self.process().await;
        let sent = Command::new("kill").args([format!("-{signal}"), running.clone()]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "{signal} to {running}");
        while Path::new("/proc").join(&running).exists() {
            sleep(Duration::from_millis(10)).await;
        }
        Cluster::start(&self.folder, Purpose::Development).await.unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(self.process().await, running);
    }

    pub async fn stop(&self) {
        Cluster::stop(&self.folder).await.unwrap_or_else(|error| panic!("{error}"));
    }

    async fn process(&self) -> String {
        let id = sqlx::query_scalar("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
        id.fetch_one(&mut self.superuser("postgres").await).await.expect("its number")
    }

    pub async fn superuser(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.cluster.superuser_url(database)).await.expect("the cluster answers")
    }

    /// Returns the migrated database to clone for this shape. The first test that needs it makes it.
    pub async fn template(&self, admin: &mut PgConnection, shape: Shape) -> String {
        let name = format!("template_{}_{}", shape.name(), fingerprint(shape));
        if is_ready(admin, &name).await {
            return name;
        }
        let _lock = persisted::lock(&self.folder.join("template.lock")).await.expect("the lock file is writable");
        if !is_ready(admin, &name).await {
            self.remove_outdated(admin, shape).await;
            self.make_template(admin, &name, shape).await;
        }
        name
    }

    async fn make_template(&self, admin: &mut PgConnection, name: &str, shape: Shape) {
        make_owner(admin, &self.passwords.app_owner).await;
        run(admin, format!("create database {name} owner app_owner")).await;
        let mut inside = self.superuser(name).await;
        run(&mut inside, shape.ddl()).await;
        inside.close().await.expect("the connection ends");

        let owner_url = self.cluster.url("app_owner", &self.passwords.app_owner, name);
        let migrated = migrate::run(&MIGRATIONS, &owner_url, Some(&self.passwords.web), &Limits::default()).await;
        migrated.unwrap_or_else(|error| panic!("{error}"));
        let mut owner = PgConnection::connect(&owner_url).await.expect("the owner can log in");
        for migration in feature::MIGRATIONS.iter() {
            run(&mut owner, migration.sql.as_str().to_owned()).await;
        }
        owner.close().await.expect("the connection ends");
        // Marks it as finished, and forbids connections, which would prevent cloning.
        run(admin, format!("alter database {name} is_template true allow_connections false")).await;
    }

    /// Deletes templates of other migrations, and unfinished ones.
    async fn remove_outdated(&self, admin: &mut PgConnection, shape: Shape) {
        for name in databases(admin, &format!("template_{}_", shape.name())).await {
            run(admin, format!("alter database {name} is_template false")).await;
            run(admin, format!("drop database {name} with (force)")).await;
        }
    }
}

impl Passwords {
    async fn make(folder: &Path, file: &Path) -> Self {
        let _lock = persisted::lock(&folder.join("template.lock")).await.expect("the lock file is writable");
        if let Some(made_meanwhile) = persisted::read(file).expect("the kept passwords are readable") {
            return made_meanwhile;
        }
        let passwords = Self { app_owner: persisted::random_secret(), web: persisted::random_secret() };
        persisted::write(file, &passwords).expect("the passwords can be kept");
        passwords
    }
}

/// Makes a role with the rights of Neon's owner: it creates roles and owns its database, and is no superuser.
async fn make_owner(admin: &mut PgConnection, password: &str) {
    let verb = if exists(admin, "pg_roles where rolname = 'app_owner'").await { "alter" } else { "create" };
    run(admin, format!("{verb} role app_owner login createrole password '{password}'")).await;
}

async fn is_ready(admin: &mut PgConnection, name: &str) -> bool {
    exists(admin, &format!("pg_database where datname = '{name}' and datistemplate")).await
}

async fn exists(admin: &mut PgConnection, rows: &str) -> bool {
    let exists = AssertSqlSafe(format!("select exists (select from {rows})"));
    sqlx::query_scalar(exists).fetch_one(admin).await.expect("the catalog can be read")
}

/// Returns the names of the databases that begin like this.
pub async fn databases(admin: &mut PgConnection, prefix: &str) -> Vec<String> {
    let names = sqlx::query_scalar("select datname from pg_database where starts_with(datname, $1)").bind(prefix);
    names.fetch_all(admin).await.expect("the databases can be listed")
}

pub async fn run(connection: &mut PgConnection, statement: String) {
    let outcome = connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.clone()))).await;
    outcome.unwrap_or_else(|error| panic!("{error}, in: {statement}"));
}

/// Returns a hash of everything that a template is made from.
fn fingerprint(shape: Shape) -> String {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["../migrations", "tests/support/feature/migrations"] {
        let entries =
            fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the migrations are there");
        files.extend(entries.map(|entry| entry.expect("a folder entry").path()));
    }
    files.sort();
    let mut context = Context::new(&SHA256);
    context.update(shape.ddl().as_bytes());
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "sql")) {
        context.update(file.file_name().expect("a file name").as_encoded_bytes());
        context.update(&fs::read(file).expect("a readable migration"));
    }
    hex::encode(&context.finish().as_ref()[..6])
}
