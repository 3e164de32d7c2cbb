//! Installing with fake programs, on a `PATH` of their own.

use super::found::is_newer_patch;
use super::{CargoTool, cargo_leptos, nextest, wasm_bindgen_cli};
use crate::install::Look;
use crate::log_file::LogFile;
use crate::path::path;
use crate::scratch::Scratch;
use anyhow::Result;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Machine {
    scratch: Scratch,
}

impl Machine {
    fn new(name: &str) -> Self {
        let machine = Self { scratch: Scratch::new(name) };
        machine.program("cargo", &makes("0.3.10"));
        machine
    }

    fn bin(&self) -> PathBuf {
        self.scratch.0.join("bin")
    }

    /// Returns a `PATH` with the project's own tools first, as steps have it.
    fn path(&self) -> OsString {
        env::join_paths([self.root().join("bin"), self.bin(), "/usr/bin".into(), "/bin".into()]).unwrap()
    }

    fn root(&self) -> PathBuf {
        self.scratch.0.join("cache/tool")
    }

    fn target(&self) -> PathBuf {
        self.scratch.0.join("cache/compiling")
    }

    fn program(&self, name: &str, script: &str) {
        program(&self.bin().join(name), script);
    }

    fn install(&self) -> Result<String> {
        let log = LogFile::at(self.scratch.0.join("log"))?;
        let installed = tool().install_with(&self.path(), &self.target(), &self.root(), &log);
        installed.map(|()| log.text())
    }

    /// Returns the command lines of the fake installers, one a line.
    fn asked(&self) -> String {
        fs::read_to_string(self.scratch.0.join("asked")).unwrap_or_default()
    }

    /// Installs the tool, and returns the command lines of the fake installers.
    fn installed(&self) -> String {
        self.install().unwrap();
        assert!(matches!(tool().look_in(&self.path()), Look::There));
        self.asked()
    }

    fn reason(&self) -> Option<String> {
        match tool().look_in(&self.path()) {
            Look::Unfit(reason) => Some(reason),
            Look::There | Look::Missing => None,
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
        r#"echo "$(basename "$0") $*" >> "$(dirname "$0")/../asked"
while test $# -gt 0; do case $1 in --root) root=$2; shift ;; --target-dir) mkdir -p "$2/half" ;; esac; shift; done
mkdir -p "$root/bin"
printf '#!/bin/sh\necho some-program {version}\n' > "$root/bin/some-program"
chmod +x "$root/bin/some-program"
env | grep -E '^(CARGO_PROFILE|OPENSSL)' | sort"#
    )
}

#[test]
fn steps_find_what_was_installed() {
    let folders: Vec<_> = env::split_paths(&path()).collect();
    for tool in [cargo_leptos(), wasm_bindgen_cli(), nextest()] {
        assert!(folders.contains(&tool.root().join("bin")), "{}", tool.package);
    }
}

#[test]
fn what_the_machine_has_in_a_fitting_version_is_used() {
    let machine = Machine::new("tool-there");
    assert!(matches!(tool().look_in(&machine.path()), Look::Missing));
    machine.program("some-program", &prints("0.3.12"));
    assert!(matches!(tool().look_in(&machine.path()), Look::There));
    machine.program("some-program", &prints("0.4.0"));
    assert!(machine.reason().unwrap().ends_with("bin/some-program is 0.4.0"));
    // The project's own comes first.
    program(&machine.root().join("bin/some-program"), &prints("0.3.10"));
    assert!(matches!(tool().look_in(&machine.path()), Look::There));
}

#[test]
fn a_broken_one_is_named_with_the_reason_and_replaced() {
    let machine = Machine::new("tool-broken");
    let own = machine.root().join("bin/some-program");
    for (script, reason) in [
        ("exit 3", "does not run (exit status: 3)"),
        ("kill -9 $$", "does not run (signal: 9"),
        ("true", "does not say its version"),
        ("echo some-program nonsense", "does not say its version"),
    ] {
        program(&own, script);
        let said = machine.reason().unwrap();
        assert!(said.contains(&own.display().to_string()) && said.contains(reason), "{said}");
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
fn it_is_compiled_without_optimising_it_and_what_that_needed_is_deleted() {
    let machine = Machine::new("tool-compiled");
    machine.program("pkg-config", "exit 0");
    let log = machine.install().unwrap();
    for told in [
        "CARGO_PROFILE_RELEASE_OPT_LEVEL=0",
        "CARGO_PROFILE_RELEASE_LTO=off",
        "CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16",
        "CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_CODEGEN_UNITS=16",
        "CARGO_PROFILE_RELEASE_DEBUG=0",
        "OPENSSL_NO_VENDOR=1",
    ] {
        assert!(log.lines().any(|line| line == told), "{told}: {log}");
    }
    let asked = "cargo install some-tool --version 0.3.10 --bin some-program --locked --force --root";
    assert!(machine.asked().starts_with(asked), "{}", machine.asked());
    assert!(!machine.target().exists());
}

#[test]
fn openssl_is_compiled_where_the_machine_has_no_headers_of_it() {
    let machine = Machine::new("tool-openssl");
    machine.program("pkg-config", "exit 1");
    assert!(!machine.install().unwrap().contains("OPENSSL_NO_VENDOR=1"));
}

#[test]
fn an_interrupted_one_goes_on_from_what_was_compiled() {
    let machine = Machine::new("tool-interrupted");
    machine.program("cargo", &format!("{}\nkill -9 $$", makes("0.3.10")));
    let said = machine.install().unwrap_err().to_string();
    assert!(said.starts_with("cargo failed (signal: 9") && said.contains("Fix: look at the first error in"), "{said}");
    assert!(machine.target().join("half").is_dir());
    machine.program("cargo", &makes("0.3.10"));
    machine.installed();
    let asked = format!("--target-dir {}", machine.target().display());
    assert!(machine.asked().lines().all(|line| line.ends_with(&asked)), "{}", machine.asked());
}

#[test]
fn one_that_does_not_fit_after_it_was_compiled_is_an_error() {
    let machine = Machine::new("tool-other");
    machine.program("cargo", &makes("0.3.9"));
    let said = machine.install().unwrap_err().to_string();
    assert!(said.ends_with("bin/some-program is 0.3.9, although it was just compiled"), "{said}");
}

#[test]
fn binstall_is_asked_first_where_it_is_installed() {
    let machine = Machine::new("tool-binstall");
    machine.program("cargo-binstall", &makes("0.3.10"));
    let asked = machine.installed();
    assert!(asked.starts_with("cargo-binstall --no-confirm --force --disable-strategies compile --root"), "{asked}");
    assert!(asked.ends_with(" some-tool@0.3.10\n"), "{asked}");
    assert_eq!(asked.lines().count(), 1);
}

#[test]
fn it_is_compiled_where_binstall_brings_none_that_runs() {
    for (name, script) in [
        ("fails", "exit 94".to_owned()),
        ("nonsense", "echo nonsense".to_owned()),
        ("other", makes("0.2.0")),
        ("broken", makes("0.3.10\\nexit 1")),
    ] {
        let machine = Machine::new(&format!("tool-binstall-{name}"));
        machine.program("cargo-binstall", &script);
        let asked = machine.installed();
        assert!(asked.lines().last().unwrap().starts_with("cargo install some-tool"), "{name}: {asked}");
    }
}
