//! The check for variables that a shell has for another project and that change what is built here.
//! It must not print their values, which may be secret.

use environment::Check;
use std::ffi::{OsStr, OsString};

const NAME: &str = "variables";

/// The variables that `.env.example` and the documents name.
const OURS: [&str; 4] = ["LEPTOS_SITE_ADDR", "LEPTOS_RELOAD_PORT", "LEPTOS_SITE_ROOT", "LEPTOS_HASH_FILE_NAME"];

/// Returns a check for each harmful variable, or one that says that there is none.
pub fn check(variables: Vec<(OsString, OsString)>) -> Vec<Check> {
    let unreadable = variables.iter().filter(|(name, value)| name.to_str().is_none() || value.to_str().is_none());
    let mut checks: Vec<Check> = unreadable.map(|(name, _)| unreadable_to_cargo_leptos(name)).collect();
    let value = |wanted: &str| variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    if value("SQLX_OFFLINE").is_some_and(|value| !is_true(value)) {
        let seen = "SQLX_OFFLINE is set: queries would be checked against the database that DATABASE_URL names";
        checks.push(Check::warning(NAME, seen, "unset SQLX_OFFLINE"));
    }
    let names = variables.iter().filter_map(|(name, _)| name.to_str());
    let mut others: Vec<&str> = names.filter(|name| name.starts_with("LEPTOS_") && !OURS.contains(name)).collect();
    if !others.is_empty() {
        others.sort_unstable();
        let seen = format!("cargo-leptos takes {} from your environment, before Cargo.toml", others.join(", "));
        checks.push(Check::warning(NAME, seen, format!("unset {}", others.join(" "))));
    }
    if checks.is_empty() { vec![Check::ok(NAME, "none that changes what is built")] } else { checks }
}

/// Reports a variable that is not UTF-8. cargo-leptos reads all variables when it starts.
fn unreadable_to_cargo_leptos(name: &OsStr) -> Check {
    let name = name.to_string_lossy();
    Check::failure(NAME, format!("{name} is not valid UTF-8, and cargo-leptos stops at it"), format!("unset {name}"))
}

/// Parses a boolean in the way of sqlx.
fn is_true(value: &OsStr) -> bool {
    value == "1" || value.eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use super::check;
    use environment::{Check, CheckOutcome};
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    fn of(variables: &[(&str, &[u8])]) -> Vec<Check> {
        check(variables.iter().map(|(name, value)| (name.into(), OsString::from_vec(value.to_vec()))).collect())
    }

    #[test]
    fn non_utf8_variable_is_named_without_its_value() {
        let checks = of(&[("GREETING", b"secret \xff"), ("PATH", b"/usr/bin")]);
        assert_eq!((checks.len(), checks[0].outcome), (1, CheckOutcome::Failure));
        assert!(checks[0].seen.starts_with("GREETING is not valid UTF-8") && !checks[0].seen.contains("secret"));
    }

    #[test]
    fn leptos_variables_of_another_project_are_one_warning() {
        let checks = of(&[("LEPTOS_SITE_PKG_DIR", b"x"), ("LEPTOS_OUTPUT_NAME", b"shop"), ("LEPTOS_SITE_ADDR", b"")]);
        assert_eq!((checks.len(), checks[0].outcome), (1, CheckOutcome::Warning));
        assert_eq!(checks[0].fix.as_deref(), Some("unset LEPTOS_OUTPUT_NAME LEPTOS_SITE_PKG_DIR"));
    }

    #[test]
    fn sqlx_offline_set_to_false_is_a_warning() {
        for (value, outcome) in [
            ("true", CheckOutcome::Ok),
            ("TRUE", CheckOutcome::Ok),
            ("1", CheckOutcome::Ok),
            ("false", CheckOutcome::Warning),
            ("", CheckOutcome::Warning),
        ] {
            assert_eq!(of(&[("SQLX_OFFLINE", value.as_bytes())])[0].outcome, outcome, "{value}");
        }
        assert_eq!(of(&[])[0].outcome, CheckOutcome::Ok);
    }
}
