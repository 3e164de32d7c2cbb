//! Local mode: everything that a server needs, from an empty folder, with either generation of Neon Auth.

use crate::http::variables;
use crate::support::{APP, Program, db_settings, temporary_folder, until};
use http_server::app_database::AppDatabase;
use http_server::config::{LocalMode, Mode, NeonAuthSettings};
use local::{Generation, LocalEnvironment};
use neon_auth::{Credentials, NeonAuth, SignInOutcome, Tokens};
use reqwest::redirect::Policy;
use rls::{Db, Reads};
use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use stand_ins::postgres::Cluster;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;

const SAMPLE: [&str; 2] = ["Ada", "Grace"];

/// The password of the sample.
const PASSWORD: &str = "local-password";

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
    let url = match &environment.neon_auth {
        NeonAuthSettings::Stack(settings) => &settings.api_url,
        NeonAuthSettings::Managed(settings) => &settings.base_url,
    };
    url.origin().ascii_serialization()
}

fn db(environment: &LocalEnvironment) -> Db {
    Db::connect_lazy(&db_settings(environment.database_url.expose_secret(), 1)).expect("a valid URL")
}

fn client(environment: &LocalEnvironment, mode: &LocalMode) -> NeonAuth {
    let database = Arc::new(AppDatabase(db(environment)));
    environment.neon_auth.client(mode.public_origin.url(), database).expect("valid settings")
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
    assert!(matches!(first.neon_auth, NeonAuthSettings::Stack(_)), "the one of Neon's documentation");
    // The sample users arrive in the directory a moment after they sign up.
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
    let address: SocketAddr = origin(&second).trim_start_matches("http://").parse().expect("an address");
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

async fn sign_in(client: &NeonAuth, email: &str) -> Tokens {
    let credentials = Credentials { email: email.to_owned(), password: PASSWORD.into() };
    match client.sign_in(&credentials).await.expect("the password of the sample") {
        SignInOutcome::SignedIn(tokens) => tokens,
        SignInOutcome::ConfirmEmail(_) => panic!("the address need not be confirmed"),
    }
}

#[tokio::test]
async fn managed_neon_auth_is_remembered_and_taken_over_with_its_data() {
    let folder = temporary_folder("local-managed");
    let first = start(&folder, Some(Generation::Managed)).await;
    assert!(matches!(first.neon_auth, NeonAuthSettings::Managed(_)));
    assert_eq!(people(&first).await, SAMPLE);
    let planted = sample(&first).await;
    assert!(planted.iter().all(|rows| *rows > 0), "{planted:?}");
    let client = client(&first, &mode(&[]));
    let tokens = sign_in(&client, "ada@example.com").await;
    let keys = client.jwks().await.expect("it answers");

    // A second server of the same folder, at the same time, which does not say which generation it wants.
    let second = start(&folder, None).await;
    assert_eq!(origin(&second), origin(&first));
    assert_eq!((people(&second).await, sample(&second).await), (SAMPLE.map(str::to_owned).to_vec(), planted.clone()));

    // When the first one ends, the second runs it, with the sessions and keys of before.
    drop(first);
    until("the session goes on", async || client.refresh(&tokens).await.is_ok()).await;
    assert_eq!(client.jwks().await.expect("it answers"), keys);
    drop(second);

    // The other generation has data of its own, and this one finds its own again.
    let stack = start(&folder, Some(Generation::Stack)).await;
    assert!(matches!(stack.neon_auth, NeonAuthSettings::Stack(_)));
    until("the users of the sample arrive", async || people(&stack).await == SAMPLE).await;
    drop(stack);
    let again = start(&folder, Some(Generation::Managed)).await;
    assert_eq!((people(&again).await, sample(&again).await), (SAMPLE.map(str::to_owned).to_vec(), planted));
    client.refresh(&tokens).await.expect("the session goes on");

    drop(again);
    remove(&folder).await;
}

/// Checks that the program of Managed Neon Auth has a login with no more rights than Neon's: the tables of the app are
/// closed to it, and the owner of the app does what Neon's owner does.
#[tokio::test]
async fn managed_neon_auth_owns_the_directory_and_nothing_else() {
    let folder = temporary_folder("local-rights");
    let environment = start(&folder, Some(Generation::Managed)).await;
    let mut owner = PgConnection::connect(environment.owner_url.expose_secret()).await.expect("the owner gets in");
    let rights = r#"
        select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb,
          has_table_privilege(rolname, 'web.session', 'select'),
          (select relowner = pg_roles.oid from pg_class where pg_class.oid = 'neon_auth."user"'::regclass),
          has_table_privilege('neon_auth."user"', 'select') and has_table_privilege('neon_auth."user"', 'delete'),
          has_table_privilege('neon_auth."user"', 'update')
        from pg_roles where rolname = 'neon_auth'"#;
    let found: (bool, bool, bool, bool, bool) =
        sqlx::query_as(rights).fetch_one(&mut owner).await.expect("the catalog can be read");
    assert_eq!(found, (false, false, true, true, false));
    owner.close().await.expect("closed");
    drop(environment);
    remove(&folder).await;
}

#[tokio::test]
async fn killed_server_leaves_no_neon_auth_behind() {
    let folder = temporary_folder("local-killed");
    let mut own: BTreeMap<_, _> = variables().into_iter().filter(|(name, _)| name.starts_with("LEPTOS_")).collect();
    own.insert("LOCAL_FOLDER", folder.to_str().expect("text").to_owned());
    own.insert("LOCAL_NEON_AUTH_GENERATION", "managed".to_owned());
    let inherited = ["PATH", "HOME", "PG_BIN"].into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let program = Program::start_locally(inherited.chain(own)).await;
    program.until_status("/readyz", "200").await;

    let written = std::fs::read(folder.join("managed-neon-auth.json")).expect("it runs");
    let connection: Value = serde_json::from_slice(&written).expect("JSON");
    let url: url::Url = connection["base_url"].as_str().expect("a text").parse().expect("a URL");
    let port = url.port().expect("one of its own");
    let answers = async || TcpStream::connect(("127.0.0.1", port)).await.is_ok();
    assert!(answers().await);
    program.signal("KILL").await;
    until("Neon Auth ends as well", async || !answers().await).await;
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

#[tokio::test]
async fn codespace_signs_in_over_forwarded_ports() {
    sign_in_over_forwarded_ports("codespace", Generation::Stack).await;
}

#[tokio::test]
async fn codespace_signs_in_to_managed_neon_auth_over_forwarded_ports() {
    sign_in_over_forwarded_ports("codespace-managed", Generation::Managed).await;
}

#[tokio::test]
async fn unusable_folder_is_named_with_its_fix() {
    let Err(error) = local::start(Path::new("/dev/null/local"), &mode(&[]), None, APP).await else {
        panic!("that is below a file")
    };
    let said = format!("{error:#}");
    assert!(said.contains("LOCAL_FOLDER") && said.contains("/dev/null/local"), "{said}");
}
