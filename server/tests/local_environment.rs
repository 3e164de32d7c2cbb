//! Local mode: everything that a server needs, from an empty folder, with either generation of Neon Auth.

#[cfg(feature = "managed")]
mod managed;

use crate::support::{APP, SHAPE, Shape, db_settings, temporary_folder, until};
use http_server::config::{LocalMode, Mode};
use local::{Generation, LocalEnvironment};
use neon_auth::NeonAuth;
use reqwest::redirect::Policy;
use rls::{Db, Reads};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use stand_ins::postgres::Cluster;
use std::ffi::OsString;
use std::path::Path;
use tokio::net::TcpStream;

const SAMPLE: [&str; 2] = ["Ada", "Grace"];

/// Returns local mode as these variables make it.
fn mode(variables: &[(&str, &str)]) -> LocalMode {
    let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
    let Ok(Mode::Local(mode)) = Mode::read(&value) else { panic!("nothing of a deployment is set") };
    *mode
}

async fn start(folder: &Path, requested: Option<Generation>) -> LocalEnvironment {
    local::start(folder, &mode(&[]), requested, APP).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// Returns the origin of the local Neon Auth.
fn origin(environment: &LocalEnvironment) -> String {
    environment.neon_auth.url().origin().ascii_serialization()
}

fn db(environment: &LocalEnvironment) -> Db {
    Db::connect_lazy(&db_settings(environment.database_url.expose_secret(), 1)).expect("a valid URL")
}

fn client(environment: &LocalEnvironment, mode: &LocalMode) -> NeonAuth {
    environment.neon_auth.client(mode.public_origin.url(), &db(environment)).expect("valid settings")
}

/// Returns the names of all users in the directory.
async fn people(environment: &LocalEnvironment) -> Vec<String> {
    let db = db(environment);
    db.check_login().await.expect("a login under which policies hold");
    let mut tx = db.as_anonymous().await.expect("the database answers");
    // A name may arrive after the row.
    let names = sqlx::query_scalar("select coalesce(name, '') from profiles order by name");
    names.fetch_all(tx.connection()).await.expect("profiles can be read")
}

/// Returns the number of sample rows of each feature with a seed, as the owner sees them.
async fn sample(environment: &LocalEnvironment) -> Vec<i64> {
    let mut owner = PgConnection::connect(environment.owner_url.expose_secret()).await.expect("the owner gets in");
    let mut rows = Vec::new();
    for feature in APP.features.iter().filter(|feature| feature.seed.is_some()) {
        let count = AssertSqlSafe(format!("select count(*) from {}", feature.name));
        rows.push(sqlx::query_scalar(count).fetch_one(&mut owner).await.expect("a count"));
    }
    rows
}

pub async fn remove(folder: &Path) {
    Cluster::remove(&folder.join("postgres")).await.expect("the cluster can be removed");
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

#[tokio::test]
async fn empty_folder_becomes_an_environment_that_stays_the_same() {
    let folder = temporary_folder("local");

    let first = start(&folder, None).await;
    assert_eq!(first.neon_auth.is_managed(), SHAPE == Shape::Managed, "the default");
    // With the Stack generation, the sample users arrive in the directory a moment after they sign up.
    until("the users of the sample arrive", async || people(&first).await == SAMPLE).await;

    let planted = sample(&first).await;
    assert!(planted.iter().all(|rows| *rows > 0), "{planted:?}");

    // A second server of the same folder, at the same time.
    let second = start(&folder, None).await;
    assert_eq!(second.database_url.expose_secret(), first.database_url.expose_secret());
    assert_eq!(origin(&second), origin(&first));
    assert_eq!(
        (people(&second).await, sample(&second).await),
        (SAMPLE.map(str::to_owned).to_vec(), planted),
        "the sample is planted once"
    );

    // When the first one ends, the second runs the local Neon Auth at the same address.
    drop(first);
    let origin = origin(&second);
    let address = origin.trim_start_matches("http://");
    until("the local Neon Auth answers again", async || TcpStream::connect(address).await.is_ok()).await;

    // Data of an earlier version of the app is not mistaken for its own.
    let mut owner = PgConnection::connect(second.owner_url.expose_secret()).await.expect("the owner can log in");
    sqlx::query("update _sqlx_migrations set checksum = '' where version = 1").execute(&mut owner).await.expect("done");
    owner.close().await.expect("closed");
    drop(second);
    let Err(error) = local::start(&folder, &mode(&[]), None, APP).await else { panic!("these migrations are others") };
    let error = format!("{error:#}");
    assert!(error.contains("cargo xtask stop") && error.contains(&*folder.to_string_lossy()), "{error}");

    remove(&folder).await;
}

async fn sign_in_over_forwarded_ports(name: &str, generation: Generation) {
    let folder = temporary_folder(name);
    let mode = mode(&[("CODESPACE_NAME", "fluffy"), ("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")]);
    let environment =
        local::start(&folder, &mode, Some(generation), APP).await.unwrap_or_else(|error| panic!("{error:#}"));
    let origin = origin(&environment);
    let (_, port) = origin.rsplit_once(':').expect("a port of its own");
    let client = client(&environment, &mode);
    let callback = mode.public_origin.url().join("/auth/callback").expect("an address");
    let url = client.start_oauth("google", &callback).await.expect("it is made here").url;
    let forwarded = format!("https://fluffy-{port}.app.github.dev");
    assert_eq!(url.origin().ascii_serialization(), forwarded);

    // Through the address that forwards to this machine.
    let here = url.as_str().replace(&forwarded, &origin);
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    let answer = browser.get(here).send().await.expect("it answers");
    let next = answer.headers()["location"].to_str().expect("an address");
    assert!(next.starts_with(&format!("{forwarded}/local/")), "{next}");

    let project = client.project_info().await.expect("it answers");
    assert_eq!(project.trusts(mode.public_origin.url()), Some(true));
    assert_eq!(project.advice(mode.public_origin.url()), None);

    drop(environment);
    remove(&folder).await;
}

#[cfg(feature = "stack")]
#[tokio::test]
async fn codespace_signs_in_over_forwarded_ports() {
    sign_in_over_forwarded_ports("codespace", Generation::Stack).await;
}

#[tokio::test]
async fn unusable_folder_is_named_with_its_fix() {
    let Err(error) = local::start(Path::new("/dev/null/local"), &mode(&[]), None, APP).await else {
        panic!("that is below a file")
    };
    let said = format!("{error:#}");
    assert!(said.contains("LOCAL_FOLDER") && said.contains("/dev/null/local"), "{said}");
}
