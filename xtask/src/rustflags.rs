//! Flags for every target, of the environment or of cargo's configuration, that the linker of WebAssembly does not understand.
//! It must not judge flags that are for one target alone.

use crate::command::root;
use anyhow::{Result, bail};
use std::env;
use std::path::PathBuf;

const VARIABLES: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// Whatever is between flags: `CARGO_ENCODED_RUSTFLAGS` has a unit separator there.
const BETWEEN: [char; 4] = [' ', '\t', '\n', '\u{1f}'];

pub fn check() -> Result<()> {
    for name in VARIABLES {
        judge(name, &env::var(name).unwrap_or_default())?;
    }
    for file in configurations() {
        // One that cannot be read is cargo's to complain about.
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (key, flags) in for_every_target(&text) {
            judge(&format!("{key} in {}", file.display()), &flags)?;
        }
    }
    Ok(())
}

/// Where cargo looks for its configuration when it runs in the project.
fn configurations() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let folders = root().ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.flat_map(|folder| [folder.join("config.toml"), folder.join("config")]).collect()
}

/// The flags in `build` and under `cfg(all())`, with the key that they have.
fn for_every_target(text: &str) -> Vec<(&'static str, String)> {
    let Ok(configuration) = text.parse::<toml::Table>() else { return Vec::new() };
    let flags = |table: Option<&toml::Value>| match table?.get("rustflags")? {
        toml::Value::Array(flags) => Some(flags.iter().filter_map(|flag| flag.as_str()).collect::<Vec<_>>().join(" ")),
        flags => flags.as_str().map(str::to_owned),
    };
    let targets = configuration.get("target");
    [
        ("build.rustflags", flags(configuration.get("build"))),
        ("target.'cfg(all())'.rustflags", flags(targets.and_then(|targets| targets.get("cfg(all())")))),
    ]
    .into_iter()
    .filter_map(|(key, flags)| Some((key, flags?)))
    .collect()
}

fn judge(place: &str, flags: &str) -> Result<()> {
    let of_a_linker = |flag: &&str| ["-fuse-ld", "-Wl,", "linker="].iter().any(|part| flag.contains(part));
    if let Some(flag) = flags.split(BETWEEN).find(of_a_linker) {
        bail!(
            "{place} says `{flag}`, which the linker of WebAssembly does not understand\n    Fix: move it to \
             `rustflags` of `[target.{}-…]` in ~/.cargo/config.toml, where only this machine's programs get it",
            env::consts::ARCH
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check, for_every_target, judge};

    fn said(text: &str) -> Option<String> {
        let found = for_every_target(text);
        found.iter().find_map(|(key, flags)| judge(key, flags).err()).map(|error| error.to_string())
    }

    #[test]
    fn flags_of_another_linker_are_named_with_their_place() {
        for (place, text) in [
            ("build.rustflags", "[build]\nrustflags = [\"-C\", \"link-arg=-fuse-ld=lld\"]\n"),
            ("build.rustflags", "build.rustflags = \"-Clink-arg=-fuse-ld=mold\"\r\n"),
            ("build.rustflags", "[build]\nrustflags = [\n  \"-Clinker=clang\",\n]\n"),
            ("target.'cfg(all())'.rustflags", "[target.'cfg(all())']\nrustflags = [\"-Clink-args=-Wl,--as-needed\"]\n"),
        ] {
            let said = said(text).unwrap_or_else(|| panic!("{text}"));
            assert!(said.starts_with(place) && said.contains("Fix: "), "{said}");
        }
        for flags in ["-C link-arg=-fuse-ld=lld", "-C\u{1f}link-arg=-fuse-ld=lld"] {
            let said = judge("RUSTFLAGS", flags).unwrap_err().to_string();
            assert!(said.starts_with("RUSTFLAGS says `link-arg=-fuse-ld=lld`"), "{said}");
        }
    }

    #[test]
    fn other_flags_and_those_of_one_target_are_let_be() {
        for text in [
            "",
            "[build]\nrustflags = [\"-Dwarnings\", \"--cfg=tokio_unstable\"]\n",
            "[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-Clink-arg=-fuse-ld=lld\"]\n",
            "[target.'cfg(target_os = \"linux\")']\nrustflags = [\"-Clink-arg=-fuse-ld=lld\"]\n",
            "nonsense",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
        check().expect("this machine builds the browser's half");
    }
}
