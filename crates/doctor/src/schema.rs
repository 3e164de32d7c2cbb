//! Checks that the schema is the one that this build makes, with every rule of row-level security.

use super::Report;
use http_server::config::{NeonAuthSettings, OTHER_DIRECTORY_FIX};
use rls::inspect::{Inspection, MigrationStatus, RULES};
use sqlx::migrate::Migrator;

const FUNCTIONS: [&str; 4] = ["jwt", "session", "uid", "user_id"];

/// Checks the user directory, the functions of the identity, and the rules that every table has to follow.
pub async fn check(
    database: &mut Inspection,
    neon_auth: Option<&NeonAuthSettings>,
    migrations: &Migrator,
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    match database.directory().await? {
        Some(directory) if neon_auth.is_some_and(|settings| settings.is_managed() != directory.is_managed) => report
            .failure(
                "directory",
                format!("{} is of the other generation of Neon Auth than the variables", directory.table),
                OTHER_DIRECTORY_FIX,
            ),
        Some(directory) => {
            let deletion = if directory.deletes_softly { "marks deleted users" } else { "removes deleted users" };
            report.ok("directory", format!("{}, ids are {}, {deletion}", directory.table, directory.id_type));
        }
        None => report.failure(
            "directory",
            "neither neon_auth.\"user\" nor neon_auth.users_sync is there",
            "enable Neon Auth for this branch and database in Neon's console, then run `server migrate`",
        ),
    }
    if database.may_delete_users().await? == Some(false) {
        let seen = "the owner of this database may not delete users: where the project does not let people delete themselves, \
                    their accounts stay";
        let fix = "as an owner of neon_auth: grant delete on neon_auth.\"user\" to the role that ran `server migrate`";
        report.warning("account deletion", seen, fix);
    }
    check_identity_function(database, report).await?;
    let mut broken = false;
    for rule in &RULES {
        let violations = database.violations(rule).await?;
        if !violations.is_empty() {
            broken = true;
            let fixes: Vec<String> = violations.iter().map(|violation| rule.fix.replace("{}", violation)).collect();
            let seen = format!("not so for {}: {}", violations.join(", "), rule.says);
            report.failure("row security", seen, format!("as the owner: {}", fixes.join("; ")));
        }
    }
    for missing in database.missing_objects(migrations).await? {
        broken = true;
        let fix = format!("`server migrate` if it never ran; else, as the owner: {}", missing.statement);
        report.failure("row security", format!("{} is missing", missing.name), fix);
    }
    if !broken {
        report.ok("row security", "on and forced for every table; every policy and index is there");
    }
    Ok(())
}

/// Checks the functions by which policies learn who asks.
async fn check_identity_function(database: &mut Inspection, report: &mut Report) -> Result<(), sqlx::Error> {
    let identity = database.identity_functions().await?;
    let Some(id_type) = identity.current_user_id else {
        report.failure("identity", "current_user_id() is missing, which every policy uses", "run `server migrate`");
        return Ok(());
    };
    match identity.extension {
        Some(version) => {
            report.ok("identity", format!("auth.* from pg_session_jwt {version}, current_user_id() returns {id_type}"));
        }
        None if identity.functions == FUNCTIONS => {
            report.ok("identity", format!("auth.* are SQL functions, current_user_id() returns {id_type}"));
        }
        None => report.failure(
            "identity",
            format!("of auth.session, jwt, user_id and uid only these are there: {}", identity.functions.join(", ")),
            "run migrations/0003_read_the_identity.sql again from its block for the functions, as the owner",
        ),
    }
    Ok(())
}

/// Compares the migrations that ran with those of this build. `database` is the owner's: no other login may read them.
pub async fn check_migrations(
    database: &mut Inspection,
    migrations: &Migrator,
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    let Some(MigrationStatus { applied, missing, unknown, changed }) = database.migration_status(migrations).await?
    else {
        let seen = "this login may not read which migrations ran: it is not the owner";
        report.warning("migrations", seen, "set DATABASE_OWNER_URL to the role that ran `server migrate`");
        return Ok(());
    };
    if !missing.is_empty() {
        report.failure(
            "migrations",
            format!("behind this build: {} did not run", join_versions(&missing)),
            "run `server migrate`",
        );
    }
    if !unknown.is_empty() {
        let seen = format!("ahead of this build: it does not know {}", join_versions(&unknown));
        report.failure("migrations", seen, "deploy the build that ran them, or a newer one");
    }
    if !changed.is_empty() {
        let seen = format!("ran with another text than this build has: {}", join_versions(&changed));
        report.failure(
            "migrations",
            seen,
            "give the files their old text back, and write a new migration for the change",
        );
    }
    if missing.is_empty() && unknown.is_empty() && changed.is_empty() {
        report.ok("migrations", format!("all {applied} of this build ran"));
    }
    Ok(())
}

fn join_versions(versions: &[i64]) -> String {
    versions.iter().map(|version| format!("{version:04}")).collect::<Vec<_>>().join(", ")
}
