//! Running a program: prints what it is for, and how to fix a failure.

use crate::folders::root;
use crate::log_file::LogFile;
use crate::path::path;
use anyhow::{Result, anyhow, ensure};
use environment::is_libpq_variable;
use std::convert::Infallible;
use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// A program to run in the project's root.
pub struct Step {
    what: String,
    command: Command,
    fix: Option<String>,
    quiet: bool,
}

impl Step {
    /// Describes a run of `program`. `what` is printed before it starts.
    pub fn new(what: impl Into<String>, program: &str) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root()).env("PATH", path());
        for (name, _) in env::vars_os().filter(|(name, _)| is_kept_from_steps(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        Self { what: what.into(), command, fix: None, quiet: false }
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
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

    /// Sets what to do about a failure.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Suppresses the heading.
    pub fn quietly(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub fn run(mut self) -> Result<()> {
        if !self.quiet {
            println!("\n==> {}", self.what);
        }
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        self.check(status)
    }

    /// Puts the program in the place of this process, so that whatever ends this process ends the program: a terminal tells
    /// all of a command's processes, an editor's stop button only the first.
    pub fn replace_this_process(mut self) -> Result<Infallible> {
        println!("\n==> {}", self.what);
        let error = self.command.exec();
        Err(self.not_started(&error))
    }

    /// Runs without a heading, and appends the program's output to the log.
    pub fn logged(mut self, log: &LogFile) -> Result<()> {
        // Without environment variables, since some are secret.
        let words = [self.command.get_program()].into_iter().chain(self.command.get_args());
        log.note(&words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" "))?;
        self.command.stdin(Stdio::null()).stdout(log.open()?).stderr(log.open()?);
        self.quietly().run()
    }

    /// Runs the program and returns its standard output.
    pub fn output(mut self) -> Result<String> {
        let output = self.command.stderr(Stdio::inherit()).output().map_err(|error| self.not_started(&error))?;
        self.check(output.status)?;
        Ok(String::from_utf8(output.stdout)?)
    }

    fn check(&self, status: ExitStatus) -> Result<()> {
        ensure!(status.success(), self.message(&format!("failed ({status})")));
        Ok(())
    }

    fn not_started(&self, error: &io::Error) -> anyhow::Error {
        anyhow!(self.message(&format!("could not be started ({error})")))
    }

    /// Returns an error message about the program, with the fix at its end.
    fn message(&self, failure: &str) -> String {
        let fix = self.fix.as_ref().map(|fix| format!("\n    Fix: {fix}")).unwrap_or_default();
        format!("{} {failure}{fix}", self.command.get_program().display())
    }
}

/// Describes a run of the server that cargo builds for it.
pub fn server(what: &str, command: &str) -> Step {
    Step::new(what, "cargo").args(["run", "--quiet", "--bin", "server", "--", command])
}

/// Returns whether a variable is removed. Cargo sets variables about the running package, which another cargo would
/// take for its own. Those of libpq (`PGHOST`, `PGOPTIONS`, …) would redirect tests and tools away from the local
/// databases.
fn is_kept_from_steps(name: &str) -> bool {
    is_libpq_variable(name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST")
}

#[cfg(test)]
mod tests {
    use super::{Step, is_kept_from_steps};
    use crate::log_file::LogFile;
    use std::env;
    use std::process::{Command, Stdio};

    #[test]
    fn program_takes_the_place_of_this_process() {
        const IN_A_PROCESS_OF_ITS_OWN: &str = "REPLACED_BY_A_TEST";
        if env::var_os(IN_A_PROCESS_OF_ITS_OWN).is_some() {
            let Err(error) = Step::new("", "sh").args(["-c", "echo process $$"]).replace_this_process();
            panic!("{error:#}");
        }
        let this = "command::tests::program_takes_the_place_of_this_process";
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", this, "--nocapture"]).env(IN_A_PROCESS_OF_ITS_OWN, "yes");
        let output = test.stdout(Stdio::piped()).spawn().map(|test| (test.id(), test.wait_with_output().unwrap()));
        let (id, output) = output.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains(&format!("process {id}\n")), "{id}: {text}");
    }

    #[test]
    fn log_has_the_output_and_no_variables() {
        let scratch = tempfile::tempdir().unwrap();
        let log = LogFile::at(scratch.path().join("log")).unwrap();
        let step = |script: &str| Step::new("", "sh").args(["-c", script]).env("TOKEN", "geheim");
        step("echo out; echo err >&2; cat").logged(&log).unwrap();
        assert_eq!(log.text(), "==> sh -c echo out; echo err >&2; cat\nout\nerr\n");
        let error = step("exit 3").fix("do this").logged(&log).unwrap_err().to_string();
        assert_eq!(error, "sh failed (exit status: 3)\n    Fix: do this");
        assert!(!log.text().contains("geheim"));
    }

    #[test]
    fn what_to_do_stands_at_the_end() {
        let error = Step::new("", "no-such-program").fix("install it").quietly().run().unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.starts_with("no-such-program could not be started (") && text.ends_with(")\n    Fix: install it"),
            "{text}"
        );
    }

    #[test]
    fn variables_of_libpq_and_cargo_are_removed() {
        for kept in ["PGHOST", "PGSSLMODE", "PGOPTIONS", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(is_kept_from_steps(kept), "{kept}");
        }
        for passed_on in ["PG_BIN", "PATH", "CARGO_HOME", "DATABASE_URL"] {
            assert!(!is_kept_from_steps(passed_on), "{passed_on}");
        }
    }
}
