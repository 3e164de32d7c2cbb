//! `server doctor` on Managed Neon Auth: healthy, and with each of its faults.

use super::{Deployment, ORIGIN, assert_all_ok, assert_check, check};
use crate::support::ManagedNeonAuth;
use doctor::CheckOutcome::{self, Failure, Warning};
use serde_json::json;

type ManagedDeployment = Deployment<ManagedNeonAuth>;

impl ManagedDeployment {
    /// Checks that only this check finds something, with this fix.
    async fn assert_only(&self, outcome: CheckOutcome, name: &str, seen: &str, fix: &str) {
        let report = self.examine().await;
        assert_eq!(report.checks.iter().filter(|check| check.outcome != CheckOutcome::Ok).count(), 1, "{report:#?}");
        assert_check(&report, name, outcome, seen, fix);
    }
}

#[tokio::test]
async fn healthy_set_up_has_nothing_to_repair() {
    let here = ManagedDeployment::new().await;
    here.neon_auth.change(json!({ "providers": ["google", "github"] })).await;
    let report = here.examine().await;
    assert_all_ok(&report);
    for (name, seen) in [
        ("Neon Auth", "Managed generation"),
        ("directory", "removes deleted users"),
        ("token keys", "can verify tokens"),
        ("migrations", "all "),
        ("database", "direct"),
    ] {
        assert!(check(&report, name).seen.contains(seen), "{seen}: {report:#?}");
    }
    assert_eq!(check(&report, "sign-in methods").seen, "password, google, github");
}

#[tokio::test]
async fn fault_of_the_project_is_named_with_its_fix() {
    let here = ManagedDeployment::new().await;
    let not_trusted = json!({ "trusted_origins": ["https://www.example.com"] });
    let localhost = json!({ "trusted_origins": [ORIGIN], "allow_localhost": true });
    let no_methods = json!({ "allow_localhost": false, "email_and_password": false, "providers": [] });
    for (settings, outcome, name, seen, fix) in [
        (not_trusted, Failure, "trusted domain", "https://www.example.com", "add https://app.example.com"),
        (localhost, Warning, "trusted domain", "localhost", "switch off"),
        (no_methods, Failure, "sign-in methods", "nobody can sign in", "console"),
    ] {
        here.neon_auth.change(settings).await;
        here.assert_only(outcome, name, seen, fix).await;
    }
    here.neon_auth.change(json!({ "email_and_password": true })).await;

    here.neon_auth.fail(json!({ "mode": "html", "path": "/.well-known/jwks.json" })).await;
    here.assert_only(Failure, "token keys", "of no use", "support").await;
    here.neon_auth.fail(json!({ "mode": "unavailable" })).await;
    here.assert_only(Failure, "Neon Auth", "does not answer", "Private Link").await;
    here.neon_auth.recover().await;

    here.database.run(r#"revoke delete on neon_auth."user" from app_owner"#).await;
    here.assert_only(Warning, "account deletion", "may not delete users", "grant delete").await;
    here.database.run(r#"grant delete on neon_auth."user" to app_owner"#).await;
    here.database.run("revoke select on neon_auth.project_config from app_owner").await;
    here.assert_only(Warning, "trusted domain", "cannot be read", "grant select").await;
    here.database.run("grant select on neon_auth.project_config to app_owner").await;

    let base_url = here.neon_auth.base_url.replace("/neondb/auth", "/elsewhere/auth");
    let report = here.examine_with("NEON_AUTH_BASE_URL", &base_url).await;
    assert_check(&report, "Neon Auth", Failure, "", "NEON_AUTH_BASE_URL");

    here.database.run("drop function web.neon_auth_project(text)").await;
    here.assert_only(Failure, "Neon Auth", "its settings in the database cannot be read", "server migrate").await;
}
