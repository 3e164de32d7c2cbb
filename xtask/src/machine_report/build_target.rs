//! The check that cargo builds into `target/` and for this machine, where programs are looked for.

use super::Purpose;
use super::cargo_settings::Settings;
use crate::folders::root;
use environment::{Check, Lookup};
use std::ffi::OsStr;
use std::path::PathBuf;

const FOLDER: &str = "target folder";
const TRIPLE: &str = "build target";

pub fn check(environment: Lookup<'_>, settings: &[Settings], purpose: Purpose) -> [Check; 2] {
    let folder = setting(environment, &["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"], settings, "target-dir");
    let triple = setting(environment, &["CARGO_BUILD_TARGET"], settings, "target");
    [judge_folder(folder, purpose), judge_triple(triple)]
}

/// A value and its source.
struct Setting {
    place: String,
    value: String,
    /// The folder from which cargo takes the value for a path.
    folder: PathBuf,
}

/// Returns the first value that is set: variables come before files, and nearer files before farther ones.
fn setting(environment: Lookup<'_>, variables: &[&str], settings: &[Settings], key: &str) -> Option<Setting> {
    let text = |value: &OsStr| Some(value.to_string_lossy().into_owned()).filter(|text| !text.is_empty());
    let mut variables = variables.iter().filter_map(|name| {
        let value = text(&environment(name)?)?;
        Some(Setting { place: (*name).to_owned(), value, folder: root().to_owned() })
    });
    let mut files = settings.iter().filter_map(|file| {
        let value = match file.get("build", key)? {
            toml::Value::Array(values) => values.first()?.as_str()?.to_owned(),
            value => value.as_str()?.to_owned(),
        };
        // The one with `.cargo`, which has the file.
        let folder = file.path.ancestors().nth(2).unwrap_or(root()).to_owned();
        Some(Setting { place: format!("build.{key} in {}", file.path.display()), value, folder })
    });
    variables.next().or_else(|| files.next())
}

fn judge_folder(folder: Option<Setting>, purpose: Purpose) -> Check {
    let usual = root().join("target");
    let elsewhere = folder.filter(|setting| setting.folder.join(&setting.value) != usual);
    let Some(Setting { place, value, .. }) = elsewhere else {
        return Check::ok(FOLDER, "target");
    };
    let seen = format!("{place} says {value}: releases and browser tests look for programs in target/");
    let fix = "set CARGO_TARGET_DIR=target for this project";
    if purpose.takes_from_target() { Check::failure(FOLDER, seen, fix) } else { Check::warning(FOLDER, seen, fix) }
}

fn judge_triple(triple: Option<Setting>) -> Check {
    let Some(Setting { place, value, .. }) = triple else { return Check::ok(TRIPLE, "this machine") };
    let seen = format!("{place} says {value}: the server would be built where cargo-leptos does not look for it");
    let way = if place.starts_with("CARGO_") { "unset" } else { "remove" };
    Check::failure(TRIPLE, seen, format!("{way} {place}"))
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Settings, check, root};
    use environment::CheckOutcome;

    fn outcomes(variable: Option<(&str, &str)>, file: &str, purpose: Purpose) -> [CheckOutcome; 2] {
        outcomes_in("/home/ada/.cargo/config.toml", variable, file, purpose)
    }

    fn outcomes_in(path: &str, variable: Option<(&str, &str)>, file: &str, purpose: Purpose) -> [CheckOutcome; 2] {
        let settings = [Settings { path: path.into(), table: file.parse().unwrap() }];
        let environment = |name: &str| variable.filter(|(known, _)| *known == name).map(|(_, value)| value.into());
        check(&environment, &settings, purpose).map(|check| check.outcome)
    }

    #[test]
    fn other_target_folder_fails_where_programs_are_taken_from_it() {
        for (purpose, outcome) in [
            (Purpose::Run, CheckOutcome::Warning),
            (Purpose::Build, CheckOutcome::Warning),
            (Purpose::Report, CheckOutcome::Warning),
            (Purpose::Release, CheckOutcome::Failure),
            (Purpose::Test, CheckOutcome::Failure),
        ] {
            for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
                assert_eq!(
                    outcomes(Some((variable, "/big/disk")), "", purpose),
                    [outcome, CheckOutcome::Ok],
                    "{variable}"
                );
            }
            let file = "build.target-dir = \"/big/disk\"";
            assert_eq!(outcomes(None, file, purpose), [outcome, CheckOutcome::Ok], "{purpose:?}");
            // The fix that it suggests works.
            assert_eq!(
                outcomes(Some(("CARGO_TARGET_DIR", "target")), file, purpose),
                [CheckOutcome::Ok; 2],
                "{purpose:?}"
            );
        }
        let relative = "build.target-dir = \"target\"";
        let [folder, _] = outcomes(None, relative, Purpose::Test);
        assert_eq!(folder, CheckOutcome::Failure, "it is in the folder of the file");
        let here = root().join(".cargo/config.toml").display().to_string();
        assert_eq!(outcomes_in(&here, None, relative, Purpose::Test), [CheckOutcome::Ok; 2]);
        let usual = root().join("target").display().to_string();
        for usual in ["", "target", "target/", &usual] {
            assert_eq!(
                outcomes(Some(("CARGO_TARGET_DIR", usual)), "", Purpose::Test),
                [CheckOutcome::Ok; 2],
                "{usual}"
            );
        }
    }

    #[test]
    fn other_build_target_is_a_failure() {
        let triple = "x86_64-unknown-linux-musl";
        let failed = [CheckOutcome::Ok, CheckOutcome::Failure];
        assert_eq!(outcomes(Some(("CARGO_BUILD_TARGET", triple)), "", Purpose::Run), failed);
        for file in [format!("[build]\ntarget = \"{triple}\""), format!("[build]\ntarget = [\"{triple}\"]")] {
            assert_eq!(outcomes(None, &file, Purpose::Build), failed, "{file}");
        }
        for file in ["build.target = []", "build.target = 1", "build = 1"] {
            assert_eq!(outcomes(None, file, Purpose::Build), [CheckOutcome::Ok; 2], "{file}");
        }
    }
}
