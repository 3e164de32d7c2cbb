//! Variables that a shell has exported for `psql`: no connection of the program uses them.

use crate::http::variables;
use crate::local_environment::remove;
use crate::support::{Program, SHAPE, TestDatabase, temporary_folder};
use std::collections::BTreeMap;

/// Variables each of which would redirect or break a connection.
const HOSTILE: [(&str, &str); 14] = [
    ("PGHOST", "/nonexistent"),
    ("PGHOSTADDR", "203.0.113.1"),
    ("PGPORT", "1"),
    ("PGUSER", "nobody"),
    ("PGPASSWORD", "wrong"),
    ("PGPASSFILE", "/nonexistent"),
    ("PGDATABASE", "nonexistent"),
    ("PGSERVICE", "nonexistent"),
    ("PGOPTIONS", "-c nonexistent=1"),
    ("PGSSLMODE", "require"),
    ("PGSSLROOTCERT", "/nonexistent"),
    ("PGDATA", "/nonexistent"),
    ("PGTZ", "nonexistent"),
    ("PGCLIENTENCODING", "nonexistent"),
];

fn hostile() -> impl Iterator<Item = (&'static str, String)> {
    HOSTILE.into_iter().map(|(name, value)| (name, value.to_owned()))
}

#[tokio::test]
async fn local_mode_ignores_libpq_variables() {
    let folder = temporary_folder("libpq");
    let mut own: BTreeMap<_, _> = variables().into_iter().filter(|(name, _)| name.starts_with("LEPTOS_")).collect();
    own.insert("LOCAL_FOLDER", folder.to_str().expect("text").to_owned());
    let inherited = ["PATH", "HOME", "PG_BIN"].into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let inherited_and_hostile = inherited.chain(hostile()).chain(own);
    let mut program = Program::start_locally(inherited_and_hostile).await;
    program.until_status("/readyz", "200").await;
    program.stop().await;
    remove(&folder).await;
}

/// Covers a URL without encryption, to the tests' server, which has none.
#[tokio::test]
async fn configured_database_ignores_libpq_variables() {
    let database = TestDatabase::new(SHAPE).await;
    let mut url = url::Url::parse(&database.web_url).expect("a URL");
    url.set_query(None);
    let mut configured = variables();
    configured.insert("DATABASE_URL", url.into());
    let mut program = Program::start(configured.into_iter().chain(hostile())).await;
    program.until_status("/readyz", "200").await;
    program.stop().await;
}
