//! The check for compiler flags for all targets, from the environment or from cargo's configuration, that the
//! WebAssembly linker does not understand.

use super::cargo_settings::Settings;
use environment::{Check, Lookup};
use std::env;

const NAME: &str = "linker flags";

const VARIABLES: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// The separators of flags. `CARGO_ENCODED_RUSTFLAGS` uses the unit separator.
const SEPARATORS: [char; 4] = [' ', '\t', '\n', '\u{1f}'];

pub fn check(environment: Lookup<'_>, settings: &[Settings]) -> Check {
    let variables = VARIABLES.into_iter().filter_map(|name| {
        let flags = environment(name)?;
        find_linker_flag(&flags.to_string_lossy()).map(|flag| failure(name, flag))
    });
    let files = settings.iter().flat_map(|settings| {
        let found = for_every_target(&settings.table).into_iter();
        found.filter_map(|(key, flags)| {
            find_linker_flag(&flags).map(|flag| failure(&format!("{key} in {}", settings.path.display()), flag))
        })
    });
    variables.chain(files).next().unwrap_or_else(|| Check::ok(NAME, "none for every target"))
}

fn failure(place: &str, flag: &str) -> Check {
    let seen = format!("{place} says `{flag}`, which the linker of WebAssembly does not understand");
    let fix = format!(
        "move it to `rustflags` of `[target.{}-…]` in ~/.cargo/config.toml, where only this machine's programs get it",
        env::consts::ARCH
    );
    Check::failure(NAME, seen, fix)
}

/// Returns the flags in `build` and under `cfg(all())`, with their keys.
fn for_every_target(configuration: &toml::Table) -> Vec<(&'static str, String)> {
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

fn find_linker_flag(flags: &str) -> Option<&str> {
    let is_linker_flag = |flag: &&str| ["-fuse-ld", "-Wl,", "linker="].iter().any(|part| flag.contains(part));
    flags.split(SEPARATORS).find(is_linker_flag)
}

#[cfg(test)]
mod tests {
    use super::{NAME, Settings, check};
    use environment::{Check, CheckOutcome};
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    fn in_file(text: &str) -> Check {
        let settings = Settings { path: "/home/ada/.cargo/config.toml".into(), table: text.parse().unwrap() };
        check(&|_| None, &[settings])
    }

    #[test]
    fn flags_of_another_linker_are_failures_with_their_place() {
        for (place, text) in [
            ("build.rustflags", "[build]\nrustflags = [\"-C\", \"link-arg=-fuse-ld=lld\"]\n"),
            ("build.rustflags", "build.rustflags = \"-Clink-arg=-fuse-ld=mold\"\r\n"),
            ("build.rustflags", "[build]\nrustflags = [\n  \"-Clinker=clang\",\n]\n"),
            ("target.'cfg(all())'.rustflags", "[target.'cfg(all())']\nrustflags = [\"-Clink-args=-Wl,--as-needed\"]\n"),
        ] {
            let check = in_file(text);
            assert_eq!((check.name, check.outcome), (NAME, CheckOutcome::Failure), "{text}");
            let begin = format!("{place} in /home/ada/.cargo/config.toml says `");
            assert!(check.seen.starts_with(&begin) && check.fix.is_some(), "{}", check.seen);
        }
        for (variable, flags) in
            [("RUSTFLAGS", "-C link-arg=-fuse-ld=lld"), ("CARGO_ENCODED_RUSTFLAGS", "-C\u{1f}link-arg=-fuse-ld=lld")]
        {
            let check = check(&|name| (name == variable).then(|| flags.into()), &[]);
            assert!(check.seen.starts_with(&format!("{variable} says `link-arg=-fuse-ld=lld`")), "{}", check.seen);
        }
    }

    #[test]
    fn other_flags_and_those_of_one_target_are_fine() {
        for text in [
            "",
            "[build]\nrustflags = [\"-Dwarnings\", \"--cfg=tokio_unstable\"]\n",
            "[build]\nrustflags = 1\n",
            "[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-Clink-arg=-fuse-ld=lld\"]\n",
            "[target.'cfg(target_os = \"linux\")']\nrustflags = [\"-Clink-arg=-fuse-ld=lld\"]\n",
        ] {
            assert_eq!(in_file(text).outcome, CheckOutcome::Ok, "{text}");
        }
        let nonsense = OsString::from_vec(vec![0xff]);
        assert_eq!(check(&|_| Some(nonsense.clone()), &[]).outcome, CheckOutcome::Ok);
    }
}
