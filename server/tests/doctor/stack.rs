//! `server doctor` with a project of the Stack generation: the shapes of its directory, its keys and its settings.

use super::program::{assert_prints_no_secret, run};
use super::{Deployment, assert_all_ok, assert_failure, check};
use crate::support::Shape;
use crate::support::stack::StackNeonAuth;
use serde_json::{Value, json};
use uuid::Uuid;

type StackDeployment = Deployment<StackNeonAuth>;

#[tokio::test]
async fn healthy_set_up_has_nothing_to_repair() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let report = StackDeployment::of(shape).await.examine().await;
        assert_all_ok(&report);
        for (name, seen) in [
            ("directory", "neon_auth.users_sync"),
            ("migrations", "all "),
            ("sign-in methods", "password, "),
            ("database", "direct"),
        ] {
            assert!(check(&report, name).seen.contains(seen), "{seen}: {report:#?}");
        }
    }
}

#[tokio::test]
async fn wrong_key_is_named_with_its_fix() {
    let here = StackDeployment::new().await;
    let other_project = Uuid::new_v4().to_string();
    for (variable, value, name, seen, fix) in [
        ("STACK_PROJECT_ID", &*other_project, "Neon Auth", "does not know STACK_PROJECT_ID", "copy the project id"),
        ("STACK_SECRET_SERVER_KEY", "ssk_wrong", "server key", "STACK_SECRET_SERVER_KEY is refused", "Neon's console"),
    ] {
        assert_failure(&here.examine_with(variable, value).await, name, seen, fix);
    }
}

#[tokio::test]
async fn refused_server_key_is_not_printed() {
    let mut here = StackDeployment::new().await;
    here.variables.insert("STACK_SECRET_SERVER_KEY", "ssk_hunter2hunter2".to_owned());
    let json = run(here.variables.clone(), &["--json"]).await;
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&document["healthy"], &document["failures"]), (&json!(false), &json!(1)));
    let text = run(here.variables.clone(), &[]).await;
    assert!(String::from_utf8_lossy(&text.stdout).contains("failure  server key"), "{text:?}");
    for output in [json, text] {
        assert_eq!(output.status.code(), Some(1));
        assert_prints_no_secret(&output, &here.variables);
    }
}

#[tokio::test]
async fn project_without_a_way_to_sign_in_is_named() {
    let here = StackDeployment::new().await;
    here.neon_auth.change(json!({ "credential_enabled": false, "oauth_providers": [] })).await;
    assert_failure(&here.examine().await, "sign-in methods", "nobody can sign in", "switch one on");
}
