//! Databases that the server must not use, and connection strings that it cannot use.

use super::{Place, Variables};
#[cfg(feature = "managed")]
use crate::support::ManagedNeonAuth;
#[cfg(all(feature = "managed", feature = "stack"))]
use crate::support::UNREACHABLE;
use crate::support::{NeonAuthStandIn, Program, Shape, TestDatabase, TestNeonAuth};
use url::Url;

/// The variables of Neon Auth that a server without any of them asks for.
#[cfg(feature = "managed")]
const MISSING: &[&str] = ManagedNeonAuth::REQUIRED;
/// The variables of Neon Auth that a server without any of them asks for.
#[cfg(not(feature = "managed"))]
const MISSING: &[&str] = TestNeonAuth::REQUIRED;

/// The directory of the other generation than the test's, and the fix of a database that has it.
#[cfg(all(feature = "managed", feature = "stack"))]
const OTHER_DIRECTORY: (Shape, &str) = (Shape::Managed, "set NEON_AUTH_BASE_URL");
/// The directory of the generation that this build does not have, and the fix of a database that has it.
#[cfg(not(feature = "managed"))]
const OTHER_DIRECTORY: (Shape, &str) = (Shape::Managed, "neon_auth.users_sync: this build has no other");
/// The directory of the generation that this build does not have, and the fix of a database that has it.
#[cfg(not(feature = "stack"))]
const OTHER_DIRECTORY: (Shape, &str) = (Shape::SyncUuid, "this build has no other");

#[tokio::test]
async fn unusable_connection_string_is_refused() {
    let place = Place::new().await;
    for (url, fix) in [
        ("postgresql://web:hunter#2@127.0.0.1/app", "%23"),
        ("postgresql://web:12/hunter@127.0.0.1/app", "%2F"),
        ("postgresql://web:12?hunter@127.0.0.1/app", "%3F"),
        ("postgresql://web:p@hunter/2@127.0.0.1/app", "%40"),
        ("postgresql://web:hunter%ff@127.0.0.1/app", "%25"),
        ("postgresql://web:hunter@127.0.0.1/app?sslmode=always", "verify-full"),
        ("postgresql://web:hunter@127.0.0.1/app?sslrootcert=/nowhere", "sslrootcert=system"),
    ] {
        let variables = place.with(&[("DATABASE_URL", url), ("DATABASE_OWNER_URL", url)]);
        place.assert_refused(&variables, &["DATABASE_URL", "DATABASE_OWNER_URL"]).await;
        for command in [&[][..], &["migrate"], &["doctor"]] {
            let said = place.said(&variables, command).await;
            assert!(said.contains(fix) && !said.contains("hunter"), "{url}: {said}");
        }
    }
}

/// Covers a connection string from Neon's console, and one with a parameter of another driver.
#[tokio::test]
async fn unknown_connection_parameter_is_reported() {
    let place = Place::new().await;
    let url = Url::parse(&place.deployment.variables["DATABASE_URL"]).expect("a URL");
    let said = async |parameters: &str| {
        let mut url = url.clone();
        url.set_query(Some(parameters));
        let variables = place.with(&[("DATABASE_URL", url.as_str())]);
        let program = Program::start_logged(variables.iter().map(|(name, value)| (*name, value.clone()))).await;
        program.until_status("/readyz", "200").await;
        program.signal("TERM").await;
        let doctor = place.run(&variables, &["doctor"]).await;
        assert!(doctor.status.success(), "{doctor:?}");
        (program.log_at_exit().await, String::from_utf8_lossy(&doctor.stdout).into_owned())
    };
    let (log, report) = said("sslmode=prefer&channel_binding=require").await;
    assert!(!log.contains("parameter") && !report.contains("ignored"), "{log}{report}");
    let (log, report) = said("schema=hunter2").await;
    assert_eq!(log.matches("ignor").count(), 1, "{log}");
    for said in [log, report] {
        assert!(said.contains("has parameters that are ignored: schema") && !said.contains("hunter2"), "{said}");
    }
}

/// Covers local mode in a shell that has the database of another project in its environment.
#[tokio::test]
async fn database_of_another_project_ends_local_mode() {
    let place = Place::new().await;
    let site = ["LEPTOS_SITE_ADDR", "LEPTOS_SITE_ROOT", "LEPTOS_HASH_FILES"];
    let site = site.map(|name| (name, place.deployment.variables[name].clone()));
    let other = |url: &str| Variables::from_iter(site.clone().into_iter().chain([("DATABASE_URL", url.to_owned())]));
    let missing = [&["DATABASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"], MISSING].concat();
    // The database would answer, but is not asked.
    for url in [&*place.deployment.database.superuser_url, "mysql://root:pw@127.0.0.1/shop"] {
        place.assert_refused(&other(url), &missing).await;
        for command in [&[][..], &["doctor"]] {
            let said = place.said(&other(url), command).await;
            assert!(said.contains("is set in your environment, so local mode is off"), "{said}");
            assert!(said.contains("unset DATABASE_URL to run in local mode"), "{said}");
        }
    }
    place.file(".env", &format!("DATABASE_URL={}\n", place.deployment.variables["DATABASE_URL"]));
    let of_file = Variables::from_iter(site.clone());
    place.assert_refused(&of_file, &missing).await;
    let said = place.said(&of_file, &[]).await;
    let fix = "DATABASE_URL is set in .env, so local mode is off: take DATABASE_URL out of .env";
    assert!(said.contains(fix), "{said}");
}

/// Covers databases that are refused after a look at them: server and doctor each say so in their own words.
#[tokio::test]
async fn unsafe_database_is_refused() {
    let place = Place::new().await;
    let TestDatabase { owner_url, superuser_url, .. } = &place.deployment.database;
    let (shape, fix) = OTHER_DIRECTORY;
    let other = TestDatabase::new(shape).await;
    let is_set = format!("{} is set", TestNeonAuth::REQUIRED[0]);
    for (url, check, named, texts) in [
        (owner_url, "login", "DATABASE_URL", ["\"app_owner\"", "server migrate"]),
        (superuser_url, "login", "DATABASE_URL", ["superuser", "server migrate"]),
        (&other.web_url, "directory", fix, [&*is_set, shape.table()]),
    ] {
        assert_database_refused(&place, url, &[], (check, named), texts).await;
    }
}

/// Covers a database for which the other generation is enabled, but that has not moved to it yet.
#[cfg(all(feature = "managed", feature = "stack"))]
#[tokio::test]
async fn database_that_has_not_moved_is_refused() {
    let place = Place::new().await;
    let enabled = TestDatabase::new(Shape::SyncUuid).await;
    enabled.run(&Shape::managed_table()).await;
    let unset = UNREACHABLE.map(|(name, _)| (name, ""));
    let changes = [&unset[..], &[("NEON_AUTH_BASE_URL", "http://127.0.0.1:1/neondb/auth")]].concat();
    let texts = ["NEON_AUTH_BASE_URL is set"; 2];
    assert_database_refused(&place, &enabled.web_url, &changes, ("directory", "server move-to-managed"), texts).await;
}

/// Checks that the server refuses this database and says these texts, that its doctor fails in this check, and that both
/// name the same.
async fn assert_database_refused(
    place: &Place,
    url: &str,
    changes: &[(&'static str, &str)],
    (check, named): (&str, &str),
    texts: [&str; 2],
) {
    let mut variables = place.with(changes);
    variables.insert("DATABASE_URL", url.to_owned());
    variables.remove("DATABASE_OWNER_URL");
    let (server, failures) = tokio::join!(place.run(&variables, &[]), place.failures(&variables));
    let said = String::from_utf8_lossy(&server.stderr);
    assert!(!server.status.success() && said.contains(named), "{named}: {said}");
    assert!(texts.iter().all(|text| said.contains(text)), "{texts:?}: {said}");
    let failure = failures.iter().find(|(name, _)| name == check);
    assert!(failure.is_some_and(|(_, said)| said.contains(named)), "{failures:#?}");
}
