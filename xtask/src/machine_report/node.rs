//! The check for Node.js and npm: with an old one, installing works and running fails with a syntax error.

use super::programs::first_line;
use crate::path::find;
use environment::Check;
use semver::Version;

const NAME: &str = "Node.js";

/// The oldest version that Tailwind CSS, Playwright and the scripts of this repository run on.
const OLDEST: Version = Version::new(20, 11, 0);

const FIX: &str = "install Node.js 22 from https://nodejs.org (or with nvm: `nvm install 22`), then run this again";

pub fn check() -> Check {
    judge(first_line("node", &["--version"]).as_deref(), find("npm").is_some())
}

/// Checks a version. `version` is the output of `node --version`, if there is any.
fn judge(version: Option<&str>, npm: bool) -> Check {
    let Version { major, minor, .. } = OLDEST;
    let Some(version) = version else {
        return Check::failure(NAME, format!("not found; {major}.{minor} or newer is needed"), FIX);
    };
    let found = version.strip_prefix('v').and_then(|version| version.parse::<Version>().ok());
    if found.is_none_or(|found| found < OLDEST) {
        return Check::failure(NAME, format!("{version} was found; {major}.{minor} or newer is needed"), FIX);
    }
    if !npm {
        let fix = format!("{FIX}; Debian has it as the package `npm`");
        return Check::failure(NAME, format!("npm was not found beside {version}"), fix);
    }
    Check::ok(NAME, format!("{version}, with npm"))
}

#[cfg(test)]
mod tests {
    use super::{NAME, judge};
    use environment::{Check, CheckOutcome};

    fn failed(check: Check) -> (String, String) {
        assert_eq!((check.name, check.outcome), (NAME, CheckOutcome::Failure));
        (check.seen, check.fix.unwrap())
    }

    #[test]
    fn new_enough_version_is_ok() {
        for version in ["v20.11.0", "v20.20.2", "v21.0.0", "v22.3.0-nightly", "v100.0.0"] {
            assert_eq!(judge(Some(version), true).outcome, CheckOutcome::Ok, "{version}");
        }
    }

    #[test]
    fn old_version_is_a_failure() {
        for version in
            ["v12.22.9", "v16.20.2", "v18.19.1", "v20.10.0", "v9.0.0", "something else", "v20", "v.", "20.11.0"]
        {
            let (seen, fix) = failed(judge(Some(version), true));
            assert_eq!(seen, format!("{version} was found; 20.11 or newer is needed"));
            assert!(fix.contains("https://nodejs.org"), "{fix}");
        }
    }

    #[test]
    fn missing_node_or_npm_is_a_failure() {
        let (seen, fix) = failed(judge(None, true));
        assert!(seen.contains("not found; 20.11") && fix.contains("https://nodejs.org"), "{seen} {fix}");
        let (seen, fix) = failed(judge(Some("v22.0.0"), false));
        assert!(seen.contains("npm was not found") && fix.contains("`npm`"), "{seen} {fix}");
    }
}
