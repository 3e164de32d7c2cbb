//! What the server is told from outside, checked once at start: every wrong or missing variable is named with its fix.
//! It must not print a secret.

mod browser_files;
mod codespace;
mod database;
mod leptos;
mod log;
mod metrics;
mod migration;
mod mode;
mod neon_auth;
mod origin;
mod partial;
mod proxy;
mod rates;
mod traces;
mod vars;

pub use browser_files::BrowserFiles;
pub use codespace::Codespace;
pub use leptos::LeptosSettings;
pub use log::{Log, LogFormat};
pub use metrics::MetricsToken;
pub use migration::MigrationConfig;
pub use mode::{LocalMode, LocalParts, Mode};
pub use origin::PublicOrigin;
pub use partial::{PartialConfig, Platform};
pub use proxy::TrustedProxy;
pub use rates::{Rate, Rates};
pub use traces::TraceSettings;
pub use vars::{ConfigError, Problem, Unreadable};

use crate::connections::Bounds;
use environment::DotEnv;
pub use neon_auth::{NeonAuthSettings, OTHER_DIRECTORY_FIX};
use secrecy::SecretString;
use sessions::SessionKey;
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
    pub common: CommonConfig,
    /// Whether database and Neon Auth are the stand-ins on this machine.
    pub local: bool,
}

/// The part of a configuration that is needed in local mode as well. Each variable of it has a default, or may be left
/// out.
#[derive(Clone, Debug)]
pub struct CommonConfig {
    /// How much is logged, and in which format.
    pub log: Log,
    /// Where the server listens, and where the files for browsers are.
    pub leptos: LeptosSettings,
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

impl CommonConfig {
    fn read(vars: &mut Vars<'_>, local: bool) -> Self {
        let trusted_proxy = TrustedProxy::read(vars);
        Self {
            log: Log::read(vars),
            leptos: LeptosSettings::read(vars, local),
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

fn dotenv() -> Result<DotEnv, ConfigError> {
    DotEnv::read(".env".as_ref()).map_err(|error| {
        let fix = error.fix().to_owned();
        ConfigError(vec![Problem { variable: ".env", what: error.to_string(), fix }])
    })
}

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
