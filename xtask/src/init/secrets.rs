//! The `.env` of a new project: that of the example, with secrets of its own. They are never printed.

use anyhow::{Context, Result};
use std::fs::File;
use std::io::Read;

/// The variables that switch local mode off. They stay comments until there is a Neon project.
const OF_A_PROJECT: [&str; 3] = ["DATABASE_URL=", "DATABASE_OWNER_URL=", "NEON_AUTH_BASE_URL="];

const EXAMPLE_PASSWORD: &str = "choose-a-password";
const SESSION_KEY: &str = "SESSION_KEY=";

/// Returns the content of `.env`, made of that of `.env.example`.
pub fn dotenv(example: &str) -> Result<String> {
    let mut text = String::from(
        "# The secrets of this machine, which Git ignores. `cargo xtask dev` runs in local mode\n\
         # until the lines of your Neon project are filled in and have no # at their beginning. docs/neon.md goes through it.\n\n",
    );
    let (session_key, password) = (random::<32>()?, random::<24>()?);
    let (_, variables) = example.split_once("\n\n").context(".env.example begins with what it is")?;
    for line in variables.lines() {
        if OF_A_PROJECT.iter().any(|name| line.starts_with(name)) {
            text.push('#');
        }
        text.push_str(&line.replace(EXAMPLE_PASSWORD, &password));
        if line == SESSION_KEY {
            text.push_str(&session_key);
        }
        text.push('\n');
    }
    Ok(text)
}

/// Returns so many random bytes as hexadecimal digits.
fn random<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0; BYTES];
    File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes)).context("/dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::dotenv;
    use crate::folders::root;
    use std::collections::BTreeMap;

    #[test]
    fn secrets_are_fresh_and_local_mode_stays_on() {
        let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
        let (first, second) = (dotenv(&example).unwrap(), dotenv(&example).unwrap());
        assert_ne!(first, second);
        let set: BTreeMap<_, _> =
            first.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')).collect();
        assert_eq!(set.keys().copied().collect::<Vec<_>>(), ["PUBLIC_ORIGIN", "SESSION_KEY"]);
        let is_hex =
            |text: &str, bytes: usize| text.len() == 2 * bytes && text.chars().all(|digit| digit.is_ascii_hexdigit());
        assert!(is_hex(set["SESSION_KEY"], 32), "32 bytes");
        let url = first.lines().find_map(|line| line.strip_prefix("#DATABASE_URL=postgresql://web:")).unwrap();
        assert!(is_hex(url.split_once('@').unwrap().0, 24), "24 bytes");
        for kept in ["#DATABASE_OWNER_URL=", "#NEON_AUTH_BASE_URL=", "#RATE_SIGN_IN="] {
            assert!(first.lines().any(|line| line.starts_with(kept)), "{kept}");
        }
        assert!(!first.contains("choose-a-password"));
    }
}
