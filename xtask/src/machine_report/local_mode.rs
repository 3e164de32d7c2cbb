//! The check whether the server of xtask would run in local mode, and what would keep its stand-ins from starting.

use crate::folders::root;
use environment::{Check, DotEnv, LocalModeOff, Lookup, Variables, detect_production};
use std::env;
use std::path::{Path, PathBuf};

const NAME: &str = "local mode";

/// Returns whether local mode is on, which the environment and the project's `.env` can switch off.
pub fn is_on() -> bool {
    is_on_in(root(), &|name| env::var_os(name))
}

/// Returns the same for a folder and an environment. An unreadable `.env` counts as empty: another check reports it.
fn is_on_in(folder: &Path, environment: Lookup<'_>) -> bool {
    let file = DotEnv::read(&folder.join(".env")).unwrap_or_default();
    LocalModeOff::detect(&Variables::new(environment, &file)).is_none()
}

pub fn check(environment: Lookup<'_>, variables: &Variables<'_>) -> Check {
    if let Some(off) = LocalModeOff::detect(variables) {
        let seen = format!("{} {}", off.variable(), off.reason());
        return match off.is_by_environment() {
            true => Check::warning(NAME, seen, format!("{} to run in local mode", off.fix_hint())),
            false => Check::ok(NAME, seen),
        };
    }
    if let Some(name) = detect_production(environment) {
        let seen = format!("{name} says that this is production, where the stand-ins refuse to run");
        return Check::failure(NAME, seen, format!("unset {name}"));
    }
    let programs = environment("PG_BIN").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if let Some(folder) = programs.filter(|folder| !folder.join("initdb").is_file()) {
        let seen = format!("PG_BIN names {}, where there is no initdb", folder.display());
        return Check::failure(NAME, seen, "set it to the folder of PostgreSQL's programs, or unset it");
    }
    Check::ok(NAME, "on")
}

#[cfg(test)]
mod tests {
    use super::{check, is_on_in};
    use environment::{Check, CheckOutcome, DotEnv, Variables};
    use std::fs;

    #[test]
    fn environment_and_file_switch_it_off() {
        let project = tempfile::tempdir().unwrap();
        assert!(is_on_in(project.path(), &|_| None));
        assert!(!is_on_in(project.path(), &|name| (name == "DATABASE_URL").then(|| "mysql://shop".into())));
        fs::write(project.path().join(".env"), "NEON_AUTH_BASE_URL=https://example.com/auth\n").unwrap();
        assert!(!is_on_in(project.path(), &|_| None));
    }

    fn checked(environment: &[(&str, &str)], file: &str) -> Check {
        let file = DotEnv::parse(file).unwrap();
        let lookup = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        check(&lookup, &Variables::new(&lookup, &file))
    }

    #[test]
    fn environment_is_a_warning_and_file_is_not() {
        let url = ("DATABASE_URL", "mysql://hunter2@shop");
        let shell = checked(&[url], "");
        assert_eq!(
            (shell.outcome, shell.fix.as_deref()),
            (CheckOutcome::Warning, Some("unset DATABASE_URL to run in local mode"))
        );
        assert!(!shell.seen.contains("hunter2"));
        let file = checked(&[], "DATABASE_URL=postgresql://x");
        assert_eq!(
            (file.outcome, file.seen.as_str()),
            (CheckOutcome::Ok, "DATABASE_URL is set in .env, so local mode is off")
        );
    }

    #[test]
    fn obstacles_of_the_stand_ins_are_failures() {
        assert_eq!(checked(&[], "").outcome, CheckOutcome::Ok);
        let production = checked(&[("NODE_ENV", "production")], "");
        assert_eq!((production.outcome, production.fix.as_deref()), (CheckOutcome::Failure, Some("unset NODE_ENV")));
        // A server with a deployment's settings does not need them.
        assert_eq!(checked(&[("NODE_ENV", "production")], "DATABASE_URL=postgresql://x").outcome, CheckOutcome::Ok);

        let programs = tempfile::tempdir().unwrap();
        let folder = programs.path().to_str().unwrap();
        let without = checked(&[("PG_BIN", folder)], "");
        assert_eq!(without.outcome, CheckOutcome::Failure);
        assert!(without.seen.contains(folder), "{}", without.seen);
        fs::write(programs.path().join("initdb"), "").unwrap();
        assert_eq!(checked(&[("PG_BIN", folder)], "").outcome, CheckOutcome::Ok);
        assert_eq!(checked(&[("PG_BIN", "")], "").outcome, CheckOutcome::Ok);
    }
}
