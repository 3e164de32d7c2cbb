//! The whole server on a free port, with a database and a Neon Auth of its own. It is configured by variables, like a
//! deployment.

use super::{Browser, FreePort, NeonAuthStandIn, SITE, Server, TestDatabase, statement_cache};
use http_server::config::Mode;
use http_server::state::AppState;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";

/// The options of a test's app.
#[derive(Default)]
pub struct AppOptions {
    pub access_token_lifetime: Option<Duration>,
    /// Variables in addition to the usual ones, or in their place.
    pub variables: &'static [(&'static str, &'static str)],
}

/// The app on a Neon Auth of one generation.
pub struct App<N> {
    pub origin: String,
    pub neon_auth: N,
    pub state: AppState,
    /// The variables of this instance, for another one like it.
    pub variables: BTreeMap<&'static str, String>,
    _server: Server,
    /// Last, so that it is dropped after everything that is connected to it.
    pub database: TestDatabase,
}

impl<N: NeonAuthStandIn> App<N> {
    pub async fn start() -> Self {
        Self::with(AppOptions::default()).await
    }

    /// Starts the app, and signs a user up.
    pub async fn with_user(name: &str) -> (Self, Browser) {
        let app = Self::start().await;
        let browser = app.signed_up(name).await;
        (app, browser)
    }

    pub async fn with(options: AppOptions) -> Self {
        Self::on(TestDatabase::new(N::SHAPE).await, options).await
    }

    pub async fn on(database: TestDatabase, options: AppOptions) -> Self {
        let neon_auth = N::start(&database, options.access_token_lifetime).await;
        Self::with_neon_auth(database, neon_auth, options.variables).await
    }

    /// Starts the app beside a Neon Auth that runs.
    pub async fn with_neon_auth(database: TestDatabase, neon_auth: N, changes: &[(&'static str, &str)]) -> Self {
        let port = FreePort::take(N::TRUSTED_HOST).await;
        let mut variables = port.variables(&database);
        variables.extend(neon_auth.variables());
        variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let origin = port.origin.clone();
        let (state, server) = port.start(&variables);
        Self { origin, neon_auth, state, variables, _server: server, database }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// Deletes a user like Neon Auth does, and runs the purge that finds the mark.
    pub async fn forget(&self, name: &str) {
        let directory = self.database.shape.table();
        let id: Uuid = self.database.value(&format!("select id from {directory} where name = '{name}'")).await;
        self.database.delete_user(id).await;
        self.state.db.purge_deleted_users().await.expect("the purge runs");
    }

    /// Returns a browser of a user who has just signed up; the e-mail address follows from the name.
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_up(name).await;
        browser
    }
}

/// Another server on the same database, behind the same public origin.
pub struct Instance {
    /// The address of this server itself.
    pub address: String,
    origin: String,
    _server: Server,
}

impl<N> App<N> {
    pub async fn another(&self, changes: &[(&'static str, &str)]) -> Instance {
        let port = FreePort::take("127.0.0.1").await;
        let address = port.origin.clone();
        let mut variables = self.variables.clone();
        variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Instance { address, origin: self.origin.clone(), _server: port.start(&variables).1 }
    }
}

impl Instance {
    /// Returns the same browser, as if a load balancer sent its next request here.
    pub fn browser(&self, browser: &Browser) -> Browser {
        let mut here = Browser::new(&self.origin).sent_to(&self.address);
        if let Some(session) = browser.cookie(super::SESSION_COOKIE) {
            here.set_cookie(super::SESSION_COOKIE, session);
        }
        here
    }
}

impl FreePort {
    /// Returns the variables of every deployment, without those of Neon Auth.
    fn variables(&self, database: &TestDatabase) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("DATABASE_URL", database.web_url.clone()),
            ("PUBLIC_ORIGIN", self.origin.clone()),
            ("SESSION_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".to_owned()),
            ("LEPTOS_SITE_ADDR", self.address.to_string()),
            // The browser's half is not built for these tests.
            ("LEPTOS_HASH_FILES", "false".to_owned()),
            ("DATABASE_CONNECTIONS", "4".to_owned()),
            ("SESSION_DATABASE_CONNECTIONS", "2".to_owned()),
            ("DATABASE_STATEMENT_CACHE", statement_cache().to_string()),
            // All clients of the tests share one address.
            ("RATE_SIGN_IN", "10000/1".to_owned()),
            ("RATE_CODE", "10000/1".to_owned()),
            ("RATE_ACCOUNT", "10000/1".to_owned()),
            ("RATE_OTHER", "10000/1".to_owned()),
            ("RATE_FORM", "10000/1".to_owned()),
        ])
    }

    /// Starts the server with only these variables.
    fn start(self, variables: &BTreeMap<&'static str, String>) -> (AppState, Server) {
        let mode = Mode::read(&|name| variables.get(name).map(OsString::from));
        let Mode::Complete(config) = mode.unwrap_or_else(|error| panic!("{error}")) else {
            panic!("the variables of a deployment are set")
        };
        let state = AppState::new(*config, SITE).expect("a usable configuration");
        (state.clone(), self.serve(cli::app(state)))
    }
}
