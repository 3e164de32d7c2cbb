//! The variables of PostgreSQL's own programs (`PGHOST`, `PGSSLMODE`, `PGOPTIONS`, …), which a shell may have exported
//! for `psql`. sqlx would complete every connection with them.

use anyhow::Context;
use environment::is_libpq_variable;
use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Starts the program anew without these variables, in the same process, if there are any: where a connection leads,
/// and how it is encrypted, stands in its URL alone. sqlx has no option for it, and removing a variable from a running
/// process is unsafe.
pub fn ignore_variables() -> anyhow::Result<()> {
    let names: Vec<OsString> =
        env::vars_os().map(|(name, _)| name).filter(|name| is_libpq_variable(&name.to_string_lossy())).collect();
    if names.is_empty() {
        return Ok(());
    }
    let mut command = Command::new(env::current_exe().context("cannot find this program")?);
    command.args(env::args_os().skip(1));
    for name in &names {
        command.env_remove(name);
    }
    let error = command.exec();
    Err(error).with_context(|| {
        format!("cannot start without the variables {}: unset them", names.join(" ".as_ref()).display())
    })
}
