//! Running a program: says what and why, and names the fix when it fails.
//! It must not know which programs there are.

use crate::folders::root;
use crate::log_file::LogFile;
use crate::path::path;
use anyhow::{Context, Result, bail};
use environment::is_of_libpq;
use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// One program to run from the project's root.
pub struct Step {
    what: String,
    program: String,
    command: Command,
    fix: Option<String>,
    quiet: bool,
}

impl Step {
    /// `what` is printed before the program runs.
    pub fn new(what: impl Into<String>, program: &str) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root()).env("PATH", path());
        for (name, _) in env::vars_os().filter(|(name, _)| is_kept_from_steps(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        Self { what: what.into(), program: program.to_owned(), command, fix: None, quiet: false }
    }

    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn directory(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(root().join(directory));
        self
    }

    /// What to do when this fails.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Without saying what.
    pub fn quietly(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub fn run(mut self) -> Result<()> {
        if !self.quiet {
            println!("\n==> {}", self.what);
        }
        let status = self.command.status().with_context(|| self.could_not_start())?;
        if status.success() { Ok(()) } else { bail!("{} failed ({status}){}", self.program, self.hint()) }
    }

    /// Runs without saying what. What the program prints goes to the log.
    pub fn logged(mut self, log: &LogFile) -> Result<()> {
        // Without its variables: some are secret.
        let words = [self.command.get_program()].into_iter().chain(self.command.get_args());
        log.note(&words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" "))?;
        self.command.stdin(Stdio::null()).stdout(log.open()?).stderr(log.open()?);
        self.quietly().run()
    }

    /// Runs without output of its own.
    pub fn output(mut self) -> Result<String> {
        let output = self.command.stderr(Stdio::inherit()).output().with_context(|| self.could_not_start())?;
        if !output.status.success() {
            bail!("{} failed ({}){}", self.program, output.status, self.hint());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn could_not_start(&self) -> String {
        format!("could not start {}{}", self.program, self.hint())
    }

    fn hint(&self) -> String {
        self.fix.as_ref().map(|fix| format!("\n    Fix: {fix}")).unwrap_or_default()
    }
}

/// Cargo tells its children which package runs; a cargo in there would believe that it is that package. And what a shell has
/// exported for `psql` (`PGHOST`, `PGOPTIONS`, …) would lead tests and tools away from the local databases.
fn is_kept_from_steps(name: &str) -> bool {
    is_of_libpq(name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST")
}

#[cfg(test)]
mod tests {
    use super::{Step, is_kept_from_steps};
    use crate::log_file::LogFile;
    use crate::scratch::Scratch;

    #[test]
    fn a_log_has_what_a_program_printed_and_no_variable_of_it() {
        let scratch = Scratch::new("logged");
        let log = LogFile::at(scratch.0.join("log")).unwrap();
        let step = |script: &str| Step::new("", "sh").args(["-c", script]).env("TOKEN", "geheim");
        step("echo out; echo err >&2; cat").logged(&log).unwrap();
        assert_eq!(log.text(), "==> sh -c echo out; echo err >&2; cat\nout\nerr\n");
        let said = step("exit 3").fix("do this").logged(&log).unwrap_err().to_string();
        assert_eq!(said, "sh failed (exit status: 3)\n    Fix: do this");
        assert!(!log.text().contains("geheim"));
    }

    #[test]
    fn steps_do_not_see_what_was_meant_for_other_programs() {
        for kept in ["PGHOST", "PGSSLMODE", "PGOPTIONS", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(is_kept_from_steps(kept), "{kept}");
        }
        for passed_on in ["PG_BIN", "PATH", "CARGO_HOME", "DATABASE_URL"] {
            assert!(!is_kept_from_steps(passed_on), "{passed_on}");
        }
    }
}
