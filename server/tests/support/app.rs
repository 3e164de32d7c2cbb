//! The whole server on a free port, with a database and a local Neon Auth of its own. It is configured by variables,
//! like a deployment.

use super::{Browser, SITE, Shape, TestDatabase, statement_cache};
use http_server::config::Mode;
use http_server::state::AppState;
use stand_ins::neon_auth::{self, DirectoryIds, Running, Settings, SyncDelay};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const PASSWORD: &str = "correct horse battery";

/// The options of a test's app.
pub struct AppOptions {
    pub shape: Shape,
    pub sync_delay: SyncDelay,
    pub access_token_lifetime: Option<Duration>,
    /// Variables in addition to the usual ones, or in their place.
    pub variables: &'static [(&'static str, &'static str)],
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            shape: Shape::SyncUuid,
            sync_delay: SyncDelay::After(Duration::ZERO),
            access_token_lifetime: None,
            variables: &[],
        }
    }
}

pub struct TestApp {
    pub origin: String,
    pub neon_auth: Running,
    pub state: AppState,
    /// The variables of this instance, for another one like it.
    pub variables: BTreeMap<&'static str, String>,
    server: JoinHandle<()>,
    /// Last, so that it is dropped after everything that is connected to it.
    pub database: TestDatabase,
}

impl TestApp {
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
        Self::on(TestDatabase::new(options.shape).await, options).await
    }

    pub async fn on(database: TestDatabase, options: AppOptions) -> Self {
        let neon_auth = start_neon_auth(&database, &options).await;
        let port = FreePort::take("127.0.0.1").await;
        let mut variables = port.variables(&database);
        variables.extend([
            ("STACK_API_URL", neon_auth.origin.clone()),
            ("STACK_PROJECT_ID", neon_auth.project_id.clone()),
            ("STACK_PUBLISHABLE_CLIENT_KEY", neon_auth.publishable_client_key.clone()),
            ("STACK_SECRET_SERVER_KEY", neon_auth.secret_server_key.clone()),
        ]);
        variables.extend(options.variables.iter().copied().map(|(name, value)| (name, value.to_owned())));
        let origin = port.origin.clone();
        let (state, server) = port.serve(&variables);
        Self { origin, neon_auth, state, variables, server, database }
    }

    /// Returns a new browser.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
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
    server: JoinHandle<()>,
}

impl TestApp {
    pub async fn another(&self, changes: &[(&'static str, &str)]) -> Instance {
        let port = FreePort::take("127.0.0.1").await;
        let address = port.origin.clone();
        let mut variables = self.variables.clone();
        variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Instance { address, origin: self.origin.clone(), server: port.serve(&variables).1 }
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

impl Drop for Instance {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Starts the local Neon Auth. Its state is in a schema beside the app's tables, which saves a database for each test.
async fn start_neon_auth(database: &TestDatabase, options: &AppOptions) -> Running {
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), database.superuser_url.clone());
    settings.sync_delay = Some(options.sync_delay);
    settings.access_token_seconds = options.access_token_lifetime.map(|lifetime| lifetime.as_secs());
    settings.directory_url = Some(database.superuser_url.clone());
    settings.directory_ids = match options.shape {
        Shape::SyncText => DirectoryIds::Text,
        Shape::SyncUuid => DirectoryIds::Uuid,
        Shape::Managed => panic!("the local Neon Auth is of the other generation"),
    };
    neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"))
}

/// A free port, before the server uses it.
pub struct FreePort {
    pub origin: String,
    listener: TcpListener,
}

impl FreePort {
    /// Takes a free port. `host` is the name of this machine for browsers.
    pub async fn take(host: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        Self { origin: format!("http://{host}:{port}"), listener }
    }

    /// Returns the variables of every deployment, without those of Neon Auth.
    pub fn variables(&self, database: &TestDatabase) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("DATABASE_URL", database.web_url.clone()),
            ("PUBLIC_ORIGIN", self.origin.clone()),
            ("SESSION_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".to_owned()),
            ("LEPTOS_SITE_ADDR", self.listener.local_addr().expect("an address").to_string()),
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
    pub fn serve(self, variables: &BTreeMap<&'static str, String>) -> (AppState, JoinHandle<()>) {
        let mode = Mode::read(&|name| variables.get(name).map(OsString::from));
        let Mode::Complete(config) = mode.unwrap_or_else(|error| panic!("{error}")) else {
            panic!("the variables of a deployment are set")
        };
        let state = AppState::new(*config, SITE).expect("a usable configuration");
        let app = cli::app(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let listener = self.listener;
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("the server runs") });
        (state, server)
    }
}
