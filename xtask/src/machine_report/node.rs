//! The check for Node.js and npm: with an old one, installing works and running fails with a syntax error.

use super::programs::first_line;
use crate::path::find;
use environment::Check;

const NAME: &str = "Node.js";

/// The oldest version that Tailwind CSS, Playwright and the scripts in `end2end` run on.
const OLDEST: (u32, u32) = (20, 11);

const FIX: &str = "install Node.js 22 from https://nodejs.org (or with nvm: `nvm install 22`), then run this again";

pub fn check() -> Check {
    judge(first_line("node", &["--version"]).as_deref(), find("npm").is_some())
}

/// Checks a version. `version` is the output of `node --version`, if there is any.
fn judge(version: Option<&str>, npm: bool) -> Check {
    let (major, minor) = OLDEST;
    let Some(version) = version else {
        return Check::failure(NAME, format!("not found; {major}.{minor} or newer is needed"), FIX);
    };
    if parse(version).is_none_or(|found| found < OLDEST) {
        return Check::failure(NAME, format!("{version} was found; {major}.{minor} or newer is needed"), FIX);
    }
    if !npm {
        let fix = format!("{FIX}; Debian has it as the package `npm`");
        return Check::failure(NAME, format!("npm was not found beside {version}"), fix);
    }
    Check::ok(NAME, format!("{version}, with npm"))
}

/// Parses `v20.11.1` as (20, 11).
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
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
    fn a_node_that_is_new_enough_is_accepted() {
        for version in ["v20.11.0", "v20.20.2", "v21.0.0", "v22.3.0-nightly", "v100.0.0"] {
            assert_eq!(judge(Some(version), true).outcome, CheckOutcome::Ok, "{version}");
        }
    }

    #[test]
    fn an_old_one_is_named_with_what_is_needed_and_where_it_is() {
        for version in
            ["v12.22.9", "v16.20.2", "v18.19.1", "v20.10.0", "v9.0.0", "something else", "v20", "v.", "20.11.0"]
        {
            let (seen, fix) = failed(judge(Some(version), true));
            assert_eq!(seen, format!("{version} was found; 20.11 or newer is needed"));
            assert!(fix.contains("https://nodejs.org"), "{fix}");
        }
    }

    #[test]
    fn none_at_all_or_none_with_npm_is_said() {
        let (seen, fix) = failed(judge(None, true));
        assert!(seen.contains("not found; 20.11") && fix.contains("https://nodejs.org"), "{seen} {fix}");
        let (seen, fix) = failed(judge(Some("v22.0.0"), false));
        assert!(seen.contains("npm was not found") && fix.contains("`npm`"), "{seen} {fix}");
    }
}
