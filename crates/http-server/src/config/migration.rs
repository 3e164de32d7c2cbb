//! The configuration of `server migrate`.

use super::vars::Vars;
use super::{ConfigError, Log, database, dotenv};
use environment::{DotEnv, Lookup, Variables};
use rls::migrate;
use secrecy::SecretString;
use std::env;

/// The configuration of `server migrate`.
pub struct MigrationConfig {
    /// How much is logged, and in which format.
    pub log: Log,
    /// The connection string of the role that owns the database.
    pub owner_url: SecretString,
    /// The password that the login `web` gets: the one in `DATABASE_URL`, when that is set.
    pub web_password: Option<SecretString>,
    /// How long statements of the login `web` may take, and wait.
    pub limits: migrate::Limits,
}

impl MigrationConfig {
    /// Reads the environment and the `.env` of the working directory.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::of(Variables::new(&|name| env::var_os(name), &dotenv()?))
    }

    /// Reads the variables of any source.
    pub fn read(environment: Lookup<'_>) -> Result<Self, ConfigError> {
        Self::of(Variables::new(environment, &DotEnv::default()))
    }

    fn of(variables: Variables<'_>) -> Result<Self, ConfigError> {
        let mut vars = Vars::new(variables);
        let log = Log::read(&mut vars);
        let limits = limits(&mut vars);
        let fix = "the direct connection string (not the pooled one) of the role that owns the database";
        let owner_url = database::required(&mut vars, database::OWNER, fix);
        let web_password = vars.optional(&[database::WEB]).and_then(|text| {
            let fix = "the connection string of the login \"web\", with the password that it shall get";
            let url = database::parsed(&mut vars, database::WEB, &text, fix)?;
            let url = url.url();
            if url.username() != "web" {
                vars.wrong(database::WEB, "does not log in as \"web\"", fix);
            }
            let password = url.password()?;
            let decoded = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
            Some(SecretString::from(decoded))
        });
        let missing = database::missing_file(database::OWNER, owner_url.as_ref());
        missing.into_iter().for_each(|problem| vars.report(problem));
        vars.finish(())?;
        owner_url.map(|owner_url| Self { log, owner_url, web_password, limits }).ok_or_else(ConfigError::default)
    }
}

/// Reads the limits that `server migrate` sets for the login `web`.
pub(super) fn limits(vars: &mut Vars<'_>) -> migrate::Limits {
    let usual = migrate::Limits::default();
    let idle = usual.idle_transaction.as_secs();
    migrate::Limits {
        statement: vars.seconds("DATABASE_STATEMENT_SECONDS", usual.statement.as_secs(), 1..=600),
        idle_transaction: vars.seconds("DATABASE_IDLE_TRANSACTION_SECONDS", idle, 1..=600),
        lock: vars.seconds("DATABASE_LOCK_SECONDS", usual.lock.as_secs(), 1..=600),
    }
}
