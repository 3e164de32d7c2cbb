//! What the server is told from outside, checked once at start: every wrong or missing variable is named with its fix.
//! It must not print a secret.

mod browser_files;
mod codespace;
mod database;
mod findings;
mod log;
mod metrics;
mod neon_auth;
mod origin;
mod proxy;
mod rates;
mod site;
mod traces;
mod vars;

pub use browser_files::BrowserFiles;
pub use codespace::Codespace;
pub use findings::{Findings, Platform};
pub use log::{Log, LogFormat};
pub use metrics::MetricsToken;
pub use origin::PublicOrigin;
pub use proxy::TrustedProxy;
pub use rates::{Rate, Rates};
pub use site::Site;
pub use traces::TraceSettings;
pub use vars::{ConfigError, Problem};

use crate::connections::Bounds;
use environment::{DotEnv, Lookup, Variables};
pub use neon_auth::NeonAuthSettings;
use rls::migrate;
use secrecy::SecretString;
use sessions::SessionKey;
use std::env;
use std::time::Duration;
use vars::Vars;

/// A whole configuration: the server can start with it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where browsers reach the app.
    pub public_origin: PublicOrigin,
    /// The key of the sessions. It was checked: [`SessionKey::parse`] takes it.
    pub session_key: SecretString,
    /// The connection string of the login `web`.
    pub database_url: SecretString,
    /// The Neon Auth project that signs people in.
    pub neon_auth: NeonAuthSettings,
    /// What is needed in local mode as well.
    pub basics: Basics,
    /// Whether database and Neon Auth are the stand-ins on this machine.
    pub local: bool,
}

/// The part of a configuration that is needed in local mode as well. Each variable of it has a default, or may be left
/// out.
#[derive(Clone, Debug)]
pub struct Basics {
    /// How much is logged, and in which format.
    pub log: Log,
    /// Where the server listens, and where the files for browsers are.
    pub site: Site,
    /// How many connections to the database there are.
    pub pools: Pools,
    /// The bounds of requests, of connections and of the end of the server.
    pub limits: Limits,
    /// The proxy that is believed about where a request comes from.
    pub trusted_proxy: TrustedProxy,
    /// How often clients may try what reaches Neon Auth.
    pub rates: Rates,
    /// The token that opens the metrics. Without it nothing is measured.
    pub metrics: Option<MetricsToken>,
    /// Where spans are sent. Without it they are not.
    pub traces: Option<TraceSettings>,
}

/// The two pools of connections to the database.
#[derive(Clone, Debug)]
pub struct Pools {
    /// Connections for pages and server functions.
    pub connections: u32,
    /// Connections for the session store, which is asked once per request.
    pub session_connections: u32,
    /// How long a request waits for a connection. Neon wakes a suspended database in a few hundred milliseconds.
    pub acquire_timeout: Duration,
    /// Prepared statements per connection; 0 for a pooler that cannot keep them.
    pub statement_cache: usize,
}

/// The bounds of requests, of connections and of the end of the server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one body. The longest text of a form is 50,000 characters, of which each may take twelve bytes.
    pub body_bytes: usize,
    /// Bytes of all bodies together that are being read at one moment.
    pub bodies_bytes: usize,
    /// The bounds of connections.
    pub connections: Bounds,
    /// How long a request may take, its body included.
    pub request: Duration,
    /// The times of a shutdown.
    pub shutdown: Shutdown,
}

/// The times of a shutdown. Both together have to be less than what the platform waits.
#[derive(Clone, Copy, Debug)]
pub struct Shutdown {
    /// How long the server goes on listening after it has said that it is not ready, for platforms that ask now and
    /// then.
    pub notice: Duration,
    /// How long requests in flight may go on after that.
    pub drain: Duration,
}

/// A configuration of the kind that the environment asks for.
#[derive(Debug)]
pub enum Setup {
    /// A server with a database and a Neon Auth project of its own.
    Complete(Box<Config>),
    /// Local mode: none of the variables of a database or of Neon Auth is set.
    Local(Box<LocalSetup>),
}

/// The part of a configuration that local mode still takes from the environment.
#[derive(Debug)]
pub struct LocalSetup {
    /// What every server needs.
    pub basics: Basics,
    /// Where browsers reach the app.
    pub public_origin: PublicOrigin,
    /// The codespace that forwards its ports to browsers, if they come that way.
    pub codespace: Option<Codespace>,
}

/// The part of a configuration that comes from the stand-ins of local mode.
pub struct LocalParts {
    /// The connection string of the login `web`.
    pub database_url: SecretString,
    /// The local Neon Auth.
    pub neon_auth: NeonAuthSettings,
    /// The key of the sessions. [`SessionKey::parse`] has to take it.
    pub session_key: SecretString,
}

impl Setup {
    /// Returns the part that local mode has as well.
    pub fn basics(&self) -> &Basics {
        match self {
            Self::Complete(config) => &config.basics,
            Self::Local(setup) => &setup.basics,
        }
    }

    /// Reads the variables of any source, without a look at the files that they lead to. Returns every problem at once.
    pub fn read(environment: Lookup<'_>) -> Result<Self, ConfigError> {
        Self::of(Findings::read(environment))
    }

    /// Returns what was found, or the problems if there are any.
    pub fn of(findings: Findings) -> Result<Self, ConfigError> {
        let Findings {
            problems, basics, local, codespace, database_url, neon_auth, public_origin, session_key, ..
        } = findings;
        if !problems.is_empty() {
            return Err(ConfigError(problems));
        }
        match (local, database_url, neon_auth, public_origin, session_key) {
            (true, _, _, Some(public_origin), _) => {
                Ok(Self::Local(Box::new(LocalSetup { basics, public_origin, codespace })))
            }
            (false, Some(database_url), Some(neon_auth), Some(public_origin), Some(session_key)) => {
                let config = Config { public_origin, session_key, database_url, neon_auth, basics, local };
                Ok(Self::Complete(Box::new(config)))
            }
            _ => Err(ConfigError::default()),
        }
    }
}

impl LocalSetup {
    /// Returns the whole configuration.
    pub fn complete(self, parts: LocalParts) -> Config {
        Config {
            public_origin: self.public_origin,
            session_key: parts.session_key,
            database_url: parts.database_url,
            neon_auth: parts.neon_auth,
            basics: self.basics,
            local: true,
        }
    }
}

impl Basics {
    fn read(vars: &mut Vars<'_>, local: bool) -> Self {
        let trusted_proxy = TrustedProxy::read(vars);
        Self {
            log: Log::read(vars),
            site: Site::read(vars, local),
            pools: Pools {
                connections: vars.number("DATABASE_CONNECTIONS", 10, 1..=1000),
                session_connections: vars.number("SESSION_DATABASE_CONNECTIONS", 5, 1..=1000),
                acquire_timeout: vars.seconds("DATABASE_ACQUIRE_SECONDS", 5, 1..=60),
                statement_cache: vars.number("DATABASE_STATEMENT_CACHE", 100, 0..=10_000),
            },
            limits: Limits {
                body_bytes: vars.number("BODY_LIMIT_BYTES", 1024 * 1024, 1024..=64 * 1024 * 1024),
                // A form is held twice while it is read: as it came, and as its fields.
                bodies_bytes: vars.number("BODIES_LIMIT_BYTES", 16 * 1024 * 1024, 1024..=1024 * 1024 * 1024),
                connections: Bounds {
                    // Each may take some 64 kB before a request has begun, and a whole page that its client does not
                    // read.
                    connections: vars.number("CONNECTIONS", 256, 1..=100_000),
                    head: vars.seconds("HEAD_SECONDS", 30, 1..=600),
                    idle: vars.seconds("IDLE_SECONDS", 75, 1..=3600),
                    unread: vars.seconds("UNREAD_SECONDS", 120, 1..=3600),
                },
                request: vars.seconds("REQUEST_SECONDS", 30, 1..=600),
                shutdown: Shutdown {
                    notice: vars.seconds("SHUTDOWN_NOTICE_SECONDS", 0, 0..=60),
                    drain: vars.seconds("SHUTDOWN_SECONDS", 10, 0..=600),
                },
            },
            traces: TraceSettings::read(vars, &trusted_proxy),
            trusted_proxy,
            rates: Rates::read(vars),
            metrics: MetricsToken::read(vars),
        }
    }
}

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
        let limits = migration_limits(&mut vars);
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
fn migration_limits(vars: &mut Vars<'_>) -> migrate::Limits {
    let usual = migrate::Limits::default();
    let idle = usual.idle_transaction.as_secs();
    migrate::Limits {
        statement: vars.seconds("DATABASE_STATEMENT_SECONDS", usual.statement.as_secs(), 1..=600),
        idle_transaction: vars.seconds("DATABASE_IDLE_TRANSACTION_SECONDS", idle, 1..=600),
        lock: vars.seconds("DATABASE_LOCK_SECONDS", usual.lock.as_secs(), 1..=600),
    }
}

/// Reads the `.env` of the working directory.
fn dotenv() -> Result<DotEnv, ConfigError> {
    DotEnv::read(".env".as_ref()).map_err(|error| {
        let fix = error.fix().to_owned();
        ConfigError(vec![Problem { variable: ".env", what: error.to_string(), fix }])
    })
}

/// Reads the key of the sessions, and reports one that cannot be used.
fn session_key(vars: &mut Vars<'_>) -> Option<SecretString> {
    let fix = "32 random bytes as base64: `openssl rand -base64 32` prints such a key. Keep it secret, and keep it";
    let key = SecretString::from(vars.required(&["SESSION_KEY"], fix)?);
    match SessionKey::parse(&key) {
        Ok(_) => Some(key),
        Err(error) => {
            vars.wrong("SESSION_KEY", &format!("cannot be used: {error}"), fix);
            None
        }
    }
}
