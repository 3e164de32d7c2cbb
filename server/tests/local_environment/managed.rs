//! Local mode with Managed Neon Auth: a program of its own, whose data stays, and which nothing leaves behind.

use super::{SAMPLE, client, mode, origin, people, remove, sample, sign_in_over_forwarded_ports, start};
use crate::http::variables;
use crate::support::{Program, temporary_folder, until};
use local::Generation;
use neon_auth::{Credentials, NeonAuth, SignInOutcome, Tokens};
use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeMap;
use tokio::net::TcpStream;

/// The password of the sample.
const PASSWORD: &str = "local-password";

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
    assert!(first.neon_auth.is_managed());
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
    #[cfg(feature = "stack")]
    {
        let stack = start(&folder, Some(Generation::Stack)).await;
        assert!(!stack.neon_auth.is_managed());
        until("the users of the sample arrive", async || people(&stack).await == SAMPLE).await;
    }
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

#[tokio::test]
async fn codespace_signs_in_to_managed_neon_auth_over_forwarded_ports() {
    sign_in_over_forwarded_ports("codespace-managed", Generation::Managed).await;
}
