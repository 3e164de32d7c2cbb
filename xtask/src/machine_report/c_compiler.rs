//! The check for a C compiler, which the cryptography is compiled with, and which links programs.

use crate::path::find;
use environment::{Check, Lookup};
use std::path::Path;

const NAME: &str = "C compiler";

const FIX: &str =
    "install one: `apt-get install gcc libc6-dev` on Debian and Ubuntu, `xcode-select --install` on macOS";

pub fn check(environment: Lookup<'_>) -> Check {
    judge(environment, &|program| Path::new(program).is_file() || find(program).is_some())
}

/// Checks for the program in `CC`, which may have arguments, or for `cc`.
fn judge(environment: Lookup<'_>, is_there: &dyn Fn(&str) -> bool) -> Check {
    let command = environment("CC").map(|command| command.to_string_lossy().into_owned());
    match command.as_deref().and_then(|command| command.split_whitespace().next()) {
        Some(program) if is_there(program) => Check::ok(NAME, format!("{program}, by CC")),
        Some(program) => Check::failure(NAME, format!("CC names {program}, which was not found"), "unset CC"),
        None if is_there("cc") => Check::ok(NAME, "cc"),
        None => Check::failure(NAME, "cc was not found", FIX),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, judge};
    use environment::CheckOutcome;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn compiler_named_by_cc_has_to_exist() {
        let there = |program: &str| ["cc", "ccache"].contains(&program);
        for (named, outcome) in [
            (None, CheckOutcome::Ok),
            (Some("".into()), CheckOutcome::Ok),
            (Some("ccache gcc".into()), CheckOutcome::Ok),
            (Some("tcc -O2".into()), CheckOutcome::Failure),
            (Some(OsString::from_vec(vec![0xff])), CheckOutcome::Failure),
        ] {
            let judged = judge(&|name| named.clone().filter(|_| name == "CC"), &there);
            assert_eq!(judged.outcome, outcome, "{named:?}: {}", judged.seen);
        }
        let none = judge(&|_| None, &|_| false);
        assert!(none.outcome == CheckOutcome::Failure && none.fix.unwrap().contains("apt-get install gcc"));
        assert_eq!(check(&|_| None).outcome, CheckOutcome::Ok, "what linked this test");
    }
}
