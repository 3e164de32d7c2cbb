//! Checks of the machine before anything is installed or built, so that a problem shows in a second and not after
//! minutes.

mod build_target;
mod c_compiler;
pub mod cargo_settings;
mod disk;
mod line_ends;
mod linker_flags;
pub mod local_mode;
mod memory;
mod modes;
mod node;
mod ports;
mod programs;
pub mod rust;
mod variables;

use crate::folders::root;
use anyhow::{Result, bail};
use environment::{Check, DotEnv, Report, Variables, colours};
use std::env;
use std::io::{stderr, stdout};
use std::path::Path;

/// The purpose of a check, which decides what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Install what compiling takes, or compile.
    Build,
    /// Install everything, for the app and for its tests.
    Setup,
    /// Make a release.
    Release,
    /// Run the app and reload it.
    Run,
    /// Run tests and measurements, which start servers and databases of their own.
    Test,
    /// Report everything.
    Report,
}

impl Purpose {
    fn starts_databases(self) -> bool {
        matches!(self, Self::Setup | Self::Run | Self::Test | Self::Report)
    }

    fn listens(self) -> bool {
        matches!(self, Self::Run | Self::Report)
    }

    /// Returns whether programs are taken from `target/`, even if cargo builds elsewhere.
    fn takes_from_target(self) -> bool {
        matches!(self, Self::Release | Self::Test)
    }
}

/// Fails if something is certain to fail, and prints warnings. Prints nothing when all is well.
pub fn check(purpose: Purpose) -> Result<()> {
    let report = look(root(), purpose).without_passed();
    let lines = report.lines(colours::are_enabled(&stderr()));
    if !report.is_healthy() {
        bail!("this machine is not ready\n{lines}");
    }
    eprint!("{lines}");
    Ok(())
}

/// Prints every check. Fails if one has failed.
pub fn print(json: bool) -> Result<()> {
    let report = look(root(), Purpose::Report);
    if json {
        println!("{}", report.to_json());
    } else {
        println!("{}", report.to_text(colours::are_enabled(&stdout())));
    }
    if report.is_healthy() { Ok(()) } else { bail!("this machine is not ready") }
}

fn look(project: &Path, purpose: Purpose) -> Report {
    let environment = |name: &str| env::var_os(name);
    let (file, unreadable) = match DotEnv::read(&project.join(".env")) {
        Ok(file) => (file, None),
        Err(error) => (DotEnv::default(), Some(error)),
    };
    let variables = Variables::new(&environment, &file);
    let mut checks = vec![node::check(), rust::check(), c_compiler::check(&environment)];
    let settings = cargo_settings::read();
    checks.push(linker_flags::check(&environment, &settings));
    checks.extend(build_target::check(&environment, &settings, purpose));
    checks.extend(variables::check(env::vars_os().collect()));
    checks.push(line_ends::check(project));
    checks.push(disk::check(&environment, purpose));
    checks.extend(memory::check(purpose));
    if purpose.listens() {
        checks.extend(unreadable.map(|error| Check::failure(".env", error.to_string(), error.fix())));
        checks.push(ports::check(&variables));
    }
    if purpose.starts_databases() {
        checks.push(local_mode::check(&environment, &variables));
        checks.push(modes::check(&environment));
    }
    Report { checks }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, check, look};
    use crate::folders::root;
    use environment::CheckOutcome;
    use std::fs;

    /// Checks the machine for the tests of xtask, which all need a build.
    #[test]
    fn this_machine_can_build() {
        check(Purpose::Build).unwrap();
    }

    fn names(purpose: Purpose) -> Vec<&'static str> {
        look(root(), purpose).checks.iter().map(|check| check.name).collect()
    }

    #[test]
    fn each_purpose_has_its_checks() {
        for (purpose, ports, modes) in [
            (Purpose::Build, false, false),
            (Purpose::Release, false, false),
            (Purpose::Setup, false, true),
            (Purpose::Test, false, true),
            (Purpose::Run, true, true),
            (Purpose::Report, true, true),
        ] {
            let names = names(purpose);
            assert_eq!((names.contains(&"ports"), names.contains(&"file modes")), (ports, modes), "{purpose:?}");
            for every in ["Node.js", "Rust", "C compiler", "linker flags", "target folder", "build target", "variables"]
            {
                assert!(names.contains(&every), "{purpose:?} without {every}");
            }
            for every in ["line ends", "disk", "memory"] {
                assert!(names.contains(&every) || !cfg!(target_os = "linux"), "{purpose:?} without {every}");
            }
            assert_eq!(names.contains(&"local mode"), modes, "{purpose:?}");
        }
    }

    #[test]
    fn invalid_dotenv_file_fails_only_where_the_app_runs() {
        let project = tempfile::tempdir().unwrap();
        fs::write(project.path().join(".env"), "DATABASE_URL=hunter2\nnonsense\n").unwrap();
        let found = |purpose| look(project.path(), purpose).checks.into_iter().find(|check| check.name == ".env");
        let check = found(Purpose::Run).unwrap();
        assert_eq!((check.outcome, check.seen.as_str()), (CheckOutcome::Failure, "cannot be understood in line 2"));
        assert!(found(Purpose::Build).is_none());
    }
}
