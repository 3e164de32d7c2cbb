//! The local Neon Auth of the Stack generation: a server of this process.

use crate::databases::{APP_OWNER, Urls};
use crate::secrets::Secrets;
use ::neon_auth::{NeonAuth, Stack, StackSettings};
use http_server::config::{Codespace, LocalMode};
use stand_ins::neon_auth::{self, Settings};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

/// Returns the settings of the server, which keeps everything in its database.
pub fn settings(_: &Path, secrets: &Secrets, urls: &Urls, mode: &LocalMode) -> Settings {
    let port = secrets.instance().neon_auth_port;
    let codespace = mode.codespace.as_ref();
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), urls.neon_auth.clone());
    settings.directory_url = Some(urls.directory.clone());
    settings.app_owner = APP_OWNER.to_owned();
    settings.browser_origin = codespace.map(|codespace| codespace.origin(port));
    settings.trusted_domains = codespace.map(Codespace::every_origin).into_iter().collect();
    // As in a project of Neon whose app has an address on the internet.
    settings.allow_localhost = Some(codespace.is_none());
    settings
}

/// Makes the user directory, by a start of the local Neon Auth, which is not needed for longer than that.
pub async fn make_directory(url: String) -> anyhow::Result<()> {
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), url.clone());
    settings.directory_url = Some(url);
    neon_auth::start(settings).await?;
    Ok(())
}

/// Asks whether the keys are its own, too.
pub async fn is_reachable(settings: &StackSettings) -> bool {
    match Stack::new(settings.clone()) {
        Ok(client) => NeonAuth::Stack(client).settings().await.is_ok(),
        Err(_) => false,
    }
}
