//! Whether Node.js and npm are there, and new enough: an old one installs everything and then fails with a syntax error.
//! It must not install them.

use crate::command::find;
use anyhow::{Result, bail};
use std::process::Command;

/// What Tailwind CSS, Playwright and the scripts in `end2end` run on.
const OLDEST: (u32, u32) = (20, 11);

const FIX: &str = "install Node.js 22 from https://nodejs.org (or with nvm: `nvm install 22`), then run this again";

pub fn check() -> Result<()> {
    judge(printed_version("node").as_deref(), find("npm").is_some())
}

/// `version` is what `node --version` prints, if it prints anything.
fn judge(version: Option<&str>, npm: bool) -> Result<()> {
    let (major, minor) = OLDEST;
    let Some(version) = version else {
        bail!("Node.js was not found; {major}.{minor} or newer is needed\n    Fix: {FIX}");
    };
    if parse(version).is_none_or(|found| found < OLDEST) {
        bail!("Node.js {version} was found; {major}.{minor} or newer is needed\n    Fix: {FIX}");
    }
    if !npm {
        bail!("npm was not found beside Node.js {version}\n    Fix: {FIX}; Debian has it as the package `npm`");
    }
    Ok(())
}

fn printed_version(program: &str) -> Option<String> {
    let output = Command::new(find(program)?).arg("--version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `v20.11.1` → (20, 11)
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{check, judge};

    #[test]
    fn a_node_that_is_new_enough_is_accepted() {
        for version in ["v20.11.0", "v20.20.2", "v21.0.0", "v22.3.0-nightly", "v100.0.0"] {
            judge(Some(version), true).unwrap_or_else(|error| panic!("{version}: {error}"));
        }
        check().expect("the one that runs the browser tests");
    }

    #[test]
    fn an_old_one_is_named_with_what_is_needed_and_where_it_is() {
        for version in ["v12.22.9", "v16.20.2", "v18.19.1", "v20.10.0", "v9.0.0", "something else"] {
            let said = judge(Some(version), true).expect_err(version).to_string();
            assert!(said.contains(&format!("Node.js {version} was found; 20.11 or newer is needed")), "{said}");
            assert!(said.contains("https://nodejs.org"), "{said}");
        }
    }

    #[test]
    fn none_at_all_or_none_with_npm_is_said() {
        let said = judge(None, true).unwrap_err().to_string();
        assert!(said.contains("not found; 20.11") && said.contains("https://nodejs.org"), "{said}");
        let said = judge(Some("v22.0.0"), false).unwrap_err().to_string();
        assert!(said.contains("npm was not found") && said.contains("Fix: "), "{said}");
    }
}
