//! Local mode: everything that a server needs, from an empty folder.

use crate::support::{APP, until};
use http_server::config::Mode;
use neon_auth::{NeonAuth, Stack};
use reqwest::redirect::Policy;
use rls::{Db, DbSettings, Reads};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use stand_ins::postgres::Cluster;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpStream;

const SAMPLE: [&str; 2] = ["Ada", "Grace"];

/// Returns the names of all users in the directory.
async fn people(environment: &local::LocalEnvironment) -> Vec<String> {
    let db = Db::connect_lazy(&DbSettings {
        url: environment.database_url.expose_secret().to_owned(),
        application_name: "tests".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: 10,
    })
    .expect("a valid URL");
    db.check_login().await.expect("a login under which policies hold");
    let mut tx = db.as_anonymous().await.expect("the database answers");
    // A name may arrive after the row.
    let names = sqlx::query_scalar("select coalesce(name, '') from profiles order by name");
    names.fetch_all(tx.connection()).await.expect("profiles can be read")
}

/// Returns the number of sample rows of each feature with a seed, as the owner sees them.
async fn sample(environment: &local::LocalEnvironment) -> Vec<i64> {
    let mut owner = PgConnection::connect(environment.owner_url.expose_secret()).await.expect("the owner gets in");
    let mut rows = Vec::new();
    for feature in APP.features.iter().filter(|feature| feature.seed.is_some()) {
        let count = AssertSqlSafe(format!("select count(*) from {}", feature.name));
        rows.push(sqlx::query_scalar(count).fetch_one(&mut owner).await.expect("a count"));
    }
    rows
}

async fn remove(folder: &Path) {
    Cluster::remove(&folder.join("postgres")).await.expect("the cluster can be removed");
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

#[tokio::test]
async fn empty_folder_becomes_an_environment_that_stays_the_same() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("local-{}", std::process::id()));

    let first = local::start(&folder, None, APP).await.unwrap_or_else(|error| panic!("{error:#}"));
    // The sample users arrive in the directory a moment after they sign up.
    until("the users of the sample arrive", async || people(&first).await == SAMPLE).await;

    let planted = sample(&first).await;
    assert!(planted.iter().all(|rows| *rows > 0), "{planted:?}");

    // A second server of the same folder, at the same time.
    let second = local::start(&folder, None, APP).await.unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(second.database_url.expose_secret(), first.database_url.expose_secret());
    assert_eq!(second.neon_auth.api_url, first.neon_auth.api_url);
    assert_eq!(
        (people(&second).await, sample(&second).await),
        (SAMPLE.map(str::to_owned).to_vec(), planted),
        "the sample is planted once"
    );

    // When the first one ends, the second runs the local Neon Auth at the same address.
    drop(first);
    let address = second.neon_auth.api_url.socket_addrs(|| None).expect("an address")[0];
    until("the local Neon Auth answers again", async || TcpStream::connect(address).await.is_ok()).await;

    // Data of an earlier version of the app is not mistaken for its own.
    let mut owner = PgConnection::connect(second.owner_url.expose_secret()).await.expect("the owner can log in");
    sqlx::query("update _sqlx_migrations set checksum = '' where version = 1").execute(&mut owner).await.expect("done");
    owner.close().await.expect("closed");
    drop(second);
    let Err(error) = local::start(&folder, None, APP).await else { panic!("these migrations are others") };
    let error = format!("{error:#}");
    assert!(error.contains("cargo xtask stop") && error.contains(&*folder.to_string_lossy()), "{error}");

    remove(&folder).await;
}

#[tokio::test]
async fn codespace_signs_in_over_forwarded_ports() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("codespace-{}", std::process::id()));
    let variable = |name: &str| match name {
        "CODESPACE_NAME" => Some("fluffy".into()),
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN" => Some("app.github.dev".into()),
        _ => None,
    };
    let Ok(Mode::Local(mode)) = Mode::read(&variable) else { panic!("nothing of a deployment is set") };

    let environment =
        local::start(&folder, mode.codespace.as_ref(), APP).await.unwrap_or_else(|error| panic!("{error:#}"));
    let port = environment.neon_auth.api_url.port().expect("one of its own");
    let client = NeonAuth::Stack(Stack::new(environment.neon_auth.clone()).expect("valid settings"));
    let callback = mode.public_origin.url().join("/auth/callback").expect("an address");
    let url = client.start_oauth("github", &callback).await.expect("it is made here").url;
    let forwarded = format!("https://fluffy-{port}.app.github.dev");
    assert_eq!(url.origin().ascii_serialization(), forwarded);

    // Through the address that forwards to this machine.
    let here = url.as_str().replace(&forwarded, environment.neon_auth.api_url.as_str().trim_end_matches('/'));
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    let answer = browser.get(here).send().await.expect("it answers");
    let consent = answer.headers()["location"].to_str().expect("an address");
    assert!(consent.starts_with(&format!("{forwarded}/local/consent?")), "{consent}");

    let project = client.project_info().await.expect("it answers");
    assert_eq!(project.trusts(mode.public_origin.url()), Some(true));
    assert_eq!(project.advice(mode.public_origin.url()), None);

    drop(environment);
    remove(&folder).await;
}

#[tokio::test]
async fn unusable_folder_is_named_with_its_fix() {
    let Err(error) = local::start(Path::new("/dev/null/local"), None, APP).await else {
        panic!("that is below a file")
    };
    let said = format!("{error:#}");
    assert!(said.contains("LOCAL_FOLDER") && said.contains("/dev/null/local"), "{said}");
}
