//! The whole server on a free port, with a database and a Managed Neon Auth of its own. It is configured by variables,
//! like a deployment.

use super::app::FreePort;
use super::{BetterAuth, Browser, ManagedNeonAuth, Shape, TestDatabase};
use http_server::state::AppState;
use serde_json::Value;
use tokio::task::JoinHandle;

pub struct ManagedApp {
    pub origin: String,
    pub neon_auth: ManagedNeonAuth,
    pub state: AppState,
    server: JoinHandle<()>,
    /// Last, so that it is dropped after everything that is connected to it.
    pub database: TestDatabase,
}

impl ManagedApp {
    /// Starts the app. `settings` override Neon's defaults (see `settings.mjs`).
    pub async fn with(settings: &Value) -> Self {
        Self::on(BetterAuth::V1_4, settings).await
    }

    pub async fn on(version: BetterAuth, settings: &Value) -> Self {
        let database = TestDatabase::new(Shape::Managed).await;
        let neon_auth = ManagedNeonAuth::on(version, &database, settings).await;
        // Neon Auth trusts every port of a host with this name.
        let port = FreePort::take("localhost").await;
        let mut variables = port.variables(&database);
        variables.insert("NEON_AUTH_BASE_URL", neon_auth.base_url.clone());
        let origin = port.origin.clone();
        let (state, server) = port.serve(&variables);
        Self { origin, neon_auth, state, server, database }
    }

    /// Returns a new browser.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }
}

impl Drop for ManagedApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}
