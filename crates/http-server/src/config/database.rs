//! Connection strings, and the files that they name.

use super::vars::{Problem, Vars};
use rls::DatabaseUrl;
use secrecy::{ExposeSecret, SecretString};

/// The variable of the server's login.
pub const WEB: &str = "DATABASE_URL";
/// The variable of the owner of the database.
pub const OWNER: &str = "DATABASE_OWNER_URL";

/// Reads a connection string that has to be there, and reports one that is missing or wrong. `fix` says whose it has to
/// be.
pub fn required(vars: &mut Vars<'_>, name: &'static str, fix: &str) -> Option<SecretString> {
    let text = vars.required(&[name], fix)?;
    parsed(vars, name, &text, fix)?;
    Some(text.into())
}

/// Parses a connection string, and reports one that is wrong.
pub fn parsed(vars: &mut Vars<'_>, name: &'static str, text: &str, fix: &str) -> Option<DatabaseUrl> {
    match DatabaseUrl::parse(text) {
        Ok(url) => Some(url),
        Err(error) => {
            vars.report(match error.fix() {
                Some(instruction) => Problem { variable: name, what: error.to_string(), fix: instruction.to_owned() },
                None => Problem::of_value(name, error.to_string(), fix),
            });
            None
        }
    }
}

/// Returns the problem of a connection string that names a file which cannot be read.
pub fn missing_file(name: &'static str, url: Option<&SecretString>) -> Option<Problem> {
    let parameter = DatabaseUrl::parse(url?.expose_secret()).ok()?.missing_file()?;
    let what = format!("names a file in {parameter} that cannot be read");
    let fix = match parameter {
        "sslrootcert" => "correct the path, or write sslrootcert=system for the public authorities, which Neon uses",
        _ => "correct the path, or take the parameter out",
    };
    Some(Problem { variable: name, what, fix: fix.to_owned() })
}

/// Returns a warning on the parameters that have no effect, if there are any: the operator may count on them.
pub fn ignored(name: &'static str, url: Option<&SecretString>) -> Option<Problem> {
    let ignored = DatabaseUrl::parse(url?.expose_secret()).ok()?.ignored();
    let what = format!("has parameters that are ignored: {}", ignored.join(", "));
    let fix = "take them out".to_owned();
    (!ignored.is_empty()).then_some(Problem { variable: name, what, fix })
}
