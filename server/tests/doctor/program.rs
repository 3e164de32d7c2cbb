//! `server doctor` as a process: its exit code, what it prints, and local mode.

use super::{TestDeployment, Variables};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

/// Runs the doctor with nothing else in its environment.
pub async fn run<'a>(variables: impl IntoIterator<Item = (&'a str, String)>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().envs(variables).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command.arg("doctor").args(arguments).kill_on_drop(true);
    timeout(Duration::from_secs(60), command.output()).await.expect("it ends").expect("it starts")
}

/// Checks that nothing printed contains a password or a key of these variables.
#[track_caller]
pub fn assert_prints_no_secret(output: &Output, variables: &Variables) {
    let printed = String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap();
    for secret in secrets(variables) {
        assert!(!printed.contains(&secret), "{secret} in {printed}");
    }
}

fn secrets(variables: &Variables) -> impl Iterator<Item = String> {
    let password = |name| Url::parse(&variables[name]).unwrap().password().unwrap().to_owned();
    let passwords = ["DATABASE_URL", "DATABASE_OWNER_URL"].map(password);
    let keys = variables.iter().filter(|(name, _)| name.ends_with("_KEY")).map(|(_, key)| key.clone());
    passwords.into_iter().chain(keys).chain(["hunter2".to_owned()])
}

#[tokio::test]
async fn program_ends_with_what_it_found_and_prints_no_secret() {
    let mut here = TestDeployment::new().await;
    let healthy = run(here.variables.clone(), &["--json"]).await;
    assert!(healthy.status.success(), "{healthy:?}");
    let document: Value = serde_json::from_slice(&healthy.stdout).unwrap();
    assert_eq!((&document["healthy"], &document["failures"]), (&json!(true), &json!(0)));
    assert!(document["checks"].as_array().unwrap().len() >= 12, "{document:#}");
    assert_prints_no_secret(&healthy, &here.variables);

    here.database
        .run("create table drafts (id int); alter table drafts enable row level security, force row level security")
        .await;
    let mut owner_url = Url::parse(&here.database.owner_url).unwrap();
    owner_url.set_password(Some("hunter2hunter2")).unwrap();
    here.variables.insert("DATABASE_OWNER_URL", owner_url.into());
    let ill = run(here.variables.clone(), &["--json"]).await;
    assert_eq!(ill.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!((&document["healthy"], &document["failures"]), (&json!(false), &json!(2)));
    let failed = document["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "failure");
    assert!(failed.clone().count() == 2 && failed.clone().all(|check| check["fix"].is_string()), "{document:#}");

    here.variables.insert("SESSION_KEY", "hunter2hunter2".to_owned());
    let text = run(here.variables.clone(), &[]).await;
    assert_eq!(text.status.code(), Some(1));
    let shown = String::from_utf8(text.stdout.clone()).unwrap();
    assert!(shown.contains("failure  row security") && shown.contains("Fix: "), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colours where nobody looks");

    for output in [healthy, ill, text] {
        assert_prints_no_secret(&output, &here.variables);
    }
}

/// Examines local mode, and checks whether it is healthy and what is said. `HOME` is kept, since PostgreSQL may be in a
/// cache there.
async fn assert_local_mode(folder: &Path, changes: &[(&str, &str)], is_healthy: bool, texts: &[&str]) -> String {
    let kept = ["HOME", "PATH", "PG_BIN", "XDG_CACHE_HOME"];
    let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let folder = folder.display().to_string();
    let own = [("LOCAL_FOLDER", &*folder), ("LEPTOS_SITE_ADDR", "127.0.0.1:0"), ("LEPTOS_WATCH", "true")];
    let own = own.iter().chain(changes).map(|(name, value)| (*name, (*value).to_owned()));
    let output = run(kept.chain(own), &[]).await;
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.success(), is_healthy, "{shown}");
    for text in texts {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    shown
}

#[cfg(feature = "managed")]
async fn assert_managed_is_examined(folder: &Path) {
    let managed = ("LOCAL_NEON_AUTH_GENERATION", "managed");
    assert_local_mode(folder, &[managed], true, &["local mode", "cargo xtask dev"]).await;
    let without_node = [managed, ("PATH", "/nowhere")];
    assert_local_mode(folder, &without_node, false, &["cannot be started", "Node.js was not found"]).await;
}

#[tokio::test]
async fn local_mode_is_examined_without_starting_anything() {
    let inside = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = inside.join(format!("doctor-{}", Uuid::new_v4().simple()));
    let shown = assert_local_mode(&folder, &[], true, &["local mode", "cargo xtask dev"]).await;
    assert!(!shown.contains("lets other machines in"), "{shown}");
    let open = [("LEPTOS_SITE_ADDR", "0.0.0.0:0")];
    assert_local_mode(&folder, &open, true, &["0.0.0.0:0 lets other machines in", "127.0.0.1"]).await;
    let below_a_file = Path::new("/dev/null/local");
    assert_local_mode(below_a_file, &[], false, &["/dev/null is no folder", "LOCAL_FOLDER"]).await;
    assert_local_mode(&folder, &[("PG_BIN", "/nowhere")], false, &["cannot be started", "PG_BIN"]).await;
    #[cfg(feature = "managed")]
    assert_managed_is_examined(&folder).await;
    assert_local_mode(&folder, &[("LOCAL_NEON_AUTH_GENERATION", "both")], false, &[]).await;
    assert!(!folder.exists());
}
