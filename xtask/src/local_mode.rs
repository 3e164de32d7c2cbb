//! Whether the server that xtask starts would run in local mode.
//! It must not refuse anything: the server does.

use crate::command::root;
use environment::{DotEnv, LocalModeOff, Lookup, Variables};
use std::env;
use std::path::Path;

/// Returns what switches it off, in the shell or in the project's `.env`.
pub fn off() -> Option<LocalModeOff> {
    off_in(root(), &|name| env::var_os(name))
}

/// A `.env` that cannot be read is the server's to report.
fn off_in(folder: &Path, environment: Lookup<'_>) -> Option<LocalModeOff> {
    let file = DotEnv::read(&folder.join(".env")).unwrap_or_default();
    LocalModeOff::by(&Variables::new(environment, &file))
}

#[cfg(test)]
mod tests {
    use super::off_in;
    use crate::scratch::Scratch;
    use std::fs;

    #[test]
    fn the_shell_and_the_file_switch_it_off() {
        let project = Scratch::new("local-mode");
        assert_eq!(off_in(&project.0, &|_| None), None);
        let shell = off_in(&project.0, &|name| (name == "DATABASE_URL").then(|| "mysql://shop".into())).unwrap();
        assert!(shell.to_string().contains("is set in your environment, so local mode is off: unset DATABASE_URL"));
        fs::write(project.0.join(".env"), "NEON_AUTH_BASE_URL=https://example.com/auth\n").unwrap();
        let file = off_in(&project.0, &|_| None).unwrap();
        assert!(file.to_string().contains("NEON_AUTH_BASE_URL is set in .env"));
    }
}
