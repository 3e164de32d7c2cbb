//! Installing with fake programs, on a `PATH` of their own.

use super::found::is_newer_patch;
use super::{CargoTool, cargo_leptos, nextest, wasm_bindgen_cli};
use crate::install::State;
use crate::log_file::LogFile;
use crate::path::path;
use anyhow::Result;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

struct Machine {
    scratch: TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { scratch: tempfile::tempdir().unwrap() };
        machine.program("cargo", &makes("0.3.10"));
        machine
    }

    fn bin(&self) -> PathBuf {
        self.scratch.path().join("bin")
    }

    /// Returns a `PATH` with the project's own tools first, as steps have it.
    fn path(&self) -> OsString {
        env::join_paths([self.root().join("bin"), self.bin(), "/usr/bin".into(), "/bin".into()]).unwrap()
    }

    fn root(&self) -> PathBuf {
        self.scratch.path().join("cache/tool")
    }

    fn target(&self) -> PathBuf {
        self.scratch.path().join("cache/compiling")
    }

    fn program(&self, name: &str, script: &str) {
        program(&self.bin().join(name), script);
    }

    fn install(&self) -> Result<String> {
        let log = LogFile::at(self.scratch.path().join("log"))?;
        let installed = tool().install(&self.path(), &self.target(), &self.root(), &log);
        installed.map(|()| log.text())
    }

    /// Returns the command lines of the fake installers, one a line.
    fn command_lines(&self) -> String {
        fs::read_to_string(self.scratch.path().join("command-lines")).unwrap_or_default()
    }

    /// Installs the tool, and returns the command lines of the fake installers.
    fn installed(&self) -> String {
        self.install().unwrap();
        assert_eq!(self.state(), State::Installed);
        self.command_lines()
    }

    fn state(&self) -> State {
        tool().state_in(&self.path())
    }

    fn reason(&self) -> Option<String> {
        match self.state() {
            State::Unfit(reason) => Some(reason),
            State::Installed | State::Missing => None,
        }
    }
}

fn tool() -> CargoTool {
    CargoTool {
        package: "some-tool",
        program: "some-program",
        version: "0.3.10",
        fits: is_newer_patch,
        options: &["--locked"],
        opt_level: "0",
        seconds: 1,
    }
}

/// Writes a program from another process: a file that this process has open for writing, in any thread, cannot be run.
fn program(file: &Path, script: &str) {
    let write = "mkdir -p \"$(dirname \"$0\")\" && rm -f \"$0\" && cat > \"$0\" && chmod +x \"$0\"";
    let mut shell = Command::new("sh").args(["-euc", write]).arg(file).stdin(Stdio::piped()).spawn().unwrap();
    write!(shell.stdin.take().unwrap(), "#!/bin/sh\n{script}\n").unwrap();
    assert!(shell.wait().unwrap().success());
}

fn prints(version: &str) -> String {
    format!("echo some-program {version}")
}

/// Returns a script that acts like `cargo install` and `cargo-binstall`, and prints the settings that cargo got to the
/// log.
fn makes(version: &str) -> String {
    format!(
        r#"echo "$(basename "$0") $*" >> "$(dirname "$0")/../command-lines"
while test $# -gt 0; do case $1 in --root) root=$2; shift ;; --target-dir) mkdir -p "$2/half" ;; esac; shift; done
mkdir -p "$root/bin"
printf '#!/bin/sh\necho some-program {version}\n' > "$root/bin/some-program"
chmod +x "$root/bin/some-program"
env | grep -E '^(CARGO_PROFILE|OPENSSL)' | sort"#
    )
}

#[test]
fn installed_tools_are_on_the_path() {
    let folders: Vec<_> = env::split_paths(&path()).collect();
    for tool in [cargo_leptos(), wasm_bindgen_cli(), nextest()] {
        assert!(folders.contains(&tool.root().join("bin")), "{}", tool.package);
    }
}

#[test]
fn fitting_program_of_the_machine_is_used() {
    let machine = Machine::new();
    assert_eq!(machine.state(), State::Missing);
    machine.program("some-program", &prints("0.3.12"));
    assert_eq!(machine.state(), State::Installed);
    machine.program("some-program", &prints("0.4.0"));
    assert!(machine.reason().unwrap().ends_with("bin/some-program is 0.4.0"));
    // The project's own comes first.
    program(&machine.root().join("bin/some-program"), &prints("0.3.10"));
    assert_eq!(machine.state(), State::Installed);
}

#[test]
fn broken_program_is_replaced() {
    let machine = Machine::new();
    let own = machine.root().join("bin/some-program");
    for (script, reason) in [
        ("exit 3", "does not run (exit status: 3)"),
        ("kill -9 $$", "does not run (signal: 9"),
        ("true", "does not say its version"),
        ("echo some-program nonsense", "does not say its version"),
    ] {
        program(&own, script);
        let message = machine.reason().unwrap();
        assert!(message.contains(&own.display().to_string()) && message.contains(reason), "{message}");
        machine.installed();
    }
    for broken in ["\u{7f}ELF", ""] {
        // An empty file is a valid script for a shell.
        fs::write(&own, broken).unwrap();
        assert!(machine.reason().unwrap().contains("does not "), "{:?}", machine.reason());
        machine.installed();
    }
    let no_program = Command::new("chmod").arg("-x").arg(&own).status().unwrap();
    assert!(no_program.success() && machine.reason().unwrap().contains("does not run (Permission denied"));
    machine.installed();
}

#[test]
fn tool_is_compiled_unoptimised_and_build_folder_deleted() {
    let machine = Machine::new();
    machine.program("pkg-config", "exit 0");
    let log = machine.install().unwrap();
    for setting in [
        "CARGO_PROFILE_RELEASE_OPT_LEVEL=0",
        "CARGO_PROFILE_RELEASE_LTO=off",
        "CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16",
        "CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_CODEGEN_UNITS=16",
        "CARGO_PROFILE_RELEASE_DEBUG=0",
        "OPENSSL_NO_VENDOR=1",
    ] {
        assert!(log.lines().any(|line| line == setting), "{setting}: {log}");
    }
    let expected = "cargo install some-tool --version 0.3.10 --bin some-program --locked --force --root";
    assert!(machine.command_lines().starts_with(expected), "{}", machine.command_lines());
    assert!(!machine.target().exists());
}

#[test]
fn openssl_is_vendored_without_its_headers() {
    let machine = Machine::new();
    machine.program("pkg-config", "exit 1");
    assert!(!machine.install().unwrap().contains("OPENSSL_NO_VENDOR=1"));
}

#[test]
fn interrupted_compilation_is_resumed() {
    let machine = Machine::new();
    machine.program("cargo", &format!("{}\nkill -9 $$", makes("0.3.10")));
    let message = machine.install().unwrap_err().to_string();
    assert!(
        message.starts_with("cargo failed (signal: 9") && message.contains("Fix: look at the first error in"),
        "{message}"
    );
    assert!(machine.target().join("half").is_dir());
    machine.program("cargo", &makes("0.3.10"));
    machine.installed();
    let expected = format!("--target-dir {}", machine.target().display());
    assert!(machine.command_lines().lines().all(|line| line.ends_with(&expected)), "{}", machine.command_lines());
}

#[test]
fn wrong_version_after_compilation_is_an_error() {
    let machine = Machine::new();
    machine.program("cargo", &makes("0.3.9"));
    let message = machine.install().unwrap_err().to_string();
    assert!(message.ends_with("bin/some-program is 0.3.9, although it was just compiled"), "{message}");
}

#[test]
fn binstall_is_preferred() {
    let machine = Machine::new();
    machine.program("cargo-binstall", &makes("0.3.10"));
    let command_lines = machine.installed();
    assert!(
        command_lines.starts_with("cargo-binstall --no-confirm --force --disable-strategies compile --root"),
        "{command_lines}"
    );
    assert!(command_lines.ends_with(" some-tool@0.3.10\n"), "{command_lines}");
    assert_eq!(command_lines.lines().count(), 1);
}

#[test]
fn tool_is_compiled_if_binstall_fails() {
    for (name, script) in [
        ("fails", "exit 94".to_owned()),
        ("nonsense", "echo nonsense".to_owned()),
        ("other", makes("0.2.0")),
        ("broken", makes("0.3.10\\nexit 1")),
    ] {
        let machine = Machine::new();
        machine.program("cargo-binstall", &script);
        let command_lines = machine.installed();
        assert!(
            command_lines.lines().last().unwrap().starts_with("cargo install some-tool"),
            "{name}: {command_lines}"
        );
    }
}
