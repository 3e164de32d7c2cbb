//! What every request shares.

use crate::config::Config;
use crate::shutdown::Readiness;
use crate::sign_in::{Auth, Sessions};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use leptos::prelude::AnyView;
use neon_auth::BaseUrlError;
use request::AppError;
use request::feature::Features;
use request::form::OldInput;
use rls::{DatabaseUrlError, Db, DbSettings};
use secrecy::ExposeSecret;
use sessions::{SessionKey, SessionKeyError};
use sqlx::migrate::Migrator;
use std::sync::Arc;

/// The app that is served. It comes from outside, so that a change of a page compiles nothing of the server again.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The name that the exported file, cookies, connections to the database and traces have.
    pub name: &'static str,
    /// Returns the page at the path of the request.
    pub pages: fn() -> AnyView,
    /// Returns the document around such a page. `files` are the tags that load the browser's half.
    pub document: fn(files: String, page: AnyView) -> AnyView,
    /// Returns the document of a page that the server makes itself.
    pub framed: fn(files: String, title: &'static str, content: AnyView) -> String,
    /// Returns the document for an error that no page could answer. `back` is the page whose form it is about, if any,
    /// `typed` what was typed into that form, which is nowhere else, and `stylesheet` the path of the stylesheet, if
    /// there is one.
    pub failure_page: fn(error: &AppError, back: Option<&str>, typed: &OldInput, stylesheet: Option<&str>) -> String,
    /// The one style inside documents. The Content-Security-Policy allows it by its hash.
    pub style: &'static str,
    /// The features. Their forms, documents and exports are part of the routes.
    pub features: Features,
    /// The crates of the app, as `tracing` names them: their spans are sent to a collector of traces.
    pub crates: &'static [&'static str],
    /// The schema: `server migrate` runs these, and the doctor compares a database with them.
    pub migrations: &'static Migrator,
}

/// The state that all requests share. Clones share all of it.
#[derive(Clone)]
pub struct AppState {
    /// The configuration of this server.
    pub config: Arc<Config>,
    /// The app that is served.
    pub site: Site,
    /// The database, as the login `web`.
    pub db: Db,
    /// The sessions, and the client of Neon Auth with its keys.
    pub auth: Auth,
    /// Whether this instance wants requests.
    pub readiness: Readiness,
}

/// The reason why a configuration makes no [`AppState`].
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("DATABASE_URL cannot be used")]
    Database(#[from] DatabaseUrlError),
    #[error("SESSION_KEY cannot be used")]
    SessionKey(#[from] SessionKeyError),
    #[error("the URL of Neon Auth cannot be used")]
    NeonAuth(#[from] BaseUrlError),
}

impl AppState {
    /// Makes the state of a server that serves `site`. Nothing is connected yet: the first use does that.
    pub fn new(config: Config, site: Site) -> Result<Self, StateError> {
        let pools = &config.common.pools;
        let db = Db::connect_lazy(&DbSettings {
            url: config.database_url.expose_secret().to_owned(),
            application_name: site.name.to_owned(),
            max_connections: pools.connections,
            acquire_timeout: pools.acquire_timeout,
            statement_cache_capacity: pools.statement_cache,
        })?;
        let db = watched(db, &config);
        let key = SessionKey::parse(&config.session_key)?;
        let https = config.public_origin.is_https();
        let sessions = Sessions::connect_lazy(site.name, config.database_url.clone(), pools, key, https)?;
        let neon_auth = config.neon_auth.client(config.public_origin.url(), &db)?;
        let auth = Auth::new(sessions, neon_auth, config.public_origin.url());
        Ok(Self { config: Arc::new(config), site, db, auth, readiness: Readiness::default() })
    }
}

/// Returns the database. In local mode it announces the identity of each transaction, which a page shows.
#[cfg(feature = "local")]
fn watched(db: Db, config: &Config) -> Db {
    if config.local { db.with_identity_notice() } else { db }
}

#[cfg(not(feature = "local"))]
fn watched(db: Db, _: &Config) -> Db {
    db
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.config.common.leptos.options.clone()
    }
}
