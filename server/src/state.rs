//! What every request shares.
//! It must not connect anywhere: the first use does.

use crate::app_database::AppDatabase;
use crate::config::Config;
use crate::session::{SessionKey, SessionKeyError, Store, StoreError, StoreSettings};
use crate::shutdown::Readiness;
use crate::sign_in::{Auth, Sessions};
use app::feature::Features;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use leptos::prelude::AnyView;
use neon_auth::BaseUrlError;
use rls::{DatabaseUrlError, Db, DbSettings};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// The app that is served. It comes from outside, so that a change of a page compiles nothing of the server again.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// Shows the page at the path of the request.
    pub pages: fn() -> AnyView,
    pub features: Features,
}

#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub site: Site,
    pub db: Db,
    pub auth: Auth,
    pub readiness: Readiness,
}

#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("DATABASE_URL cannot be used")]
    Database(#[from] DatabaseUrlError),
    #[error("DATABASE_URL cannot be used for sessions")]
    Sessions(#[from] StoreError),
    #[error("SESSION_KEY cannot be used")]
    SessionKey(#[from] SessionKeyError),
    #[error("NEON_AUTH_BASE_URL or STACK_API_URL cannot be used")]
    NeonAuth(#[from] BaseUrlError),
}

impl AppState {
    pub fn new(config: Config, site: Site) -> Result<Self, StateError> {
        let pools = &config.basics.pools;
        let db = Db::connect_lazy(&DbSettings {
            url: config.database_url.expose_secret().to_owned(),
            application_name: "leptos-neon".to_owned(),
            max_connections: pools.connections,
            acquire_timeout: pools.acquire_timeout,
            statement_cache_capacity: pools.statement_cache,
        })?;
        let db = watched(db, &config);
        let store = Store::connect_lazy(StoreSettings {
            url: config.database_url.clone(),
            max_connections: pools.session_connections,
            acquire_timeout: pools.acquire_timeout,
            statement_cache_capacity: pools.statement_cache,
            key: SessionKey::parse(&config.session_key)?,
        })?;
        let sessions = Sessions::new(store, config.public_origin.is_https());
        let neon_auth = config.neon_auth.client(config.public_origin.url(), Arc::new(AppDatabase(db.clone())))?;
        let auth = Auth::new(sessions, neon_auth, config.public_origin.url());
        Ok(Self { config: Arc::new(config), site, db, auth, readiness: Readiness::default() })
    }
}

/// In local mode a page shows whom PostgreSQL sees.
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

impl FromRef<AppState> for Db {
    fn from_ref(state: &AppState) -> Self {
        state.db.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.config.basics.site.options.clone()
    }
}
