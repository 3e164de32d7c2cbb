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

#[derive(Serialize, Deserialize)]
pub struct Passwords {
    pub app_owner: String,
    pub web: String,
}

pub struct TestCluster {
    pub cluster: Cluster,
    pub passwords: Passwords,
    pub(super) folder: PathBuf,
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

    pub(super) async fn in_folder(folder: PathBuf, purpose: Purpose) -> Self {
        let cluster = Cluster::start(&folder, purpose).await.unwrap_or_else(|error| panic!("{error}"));
        let file = folder.join("passwords.json");
        let passwords = match persisted::read(&file).expect("the kept passwords are readable") {
            Some(passwords) => passwords,
            None => Passwords::make(&folder, &file).await,
        };
        Self { cluster, passwords, folder }
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
        let names: Vec<String> =
            sqlx::query_scalar("select datname from pg_database where starts_with(datname, 'template_' || $1 || '_')")
                .bind(shape.name())
                .fetch_all(&mut *admin)
                .await
                .expect("the databases can be listed");
        for name in names {
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
    let exists: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = 'app_owner')")
        .fetch_one(&mut *admin)
        .await
        .expect("the roles can be listed");
    let verb = if exists { "alter" } else { "create" };
    run(admin, format!("{verb} role app_owner login createrole password '{password}'")).await;
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
