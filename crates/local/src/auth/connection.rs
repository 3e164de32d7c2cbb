//! How a second server of the folder, the doctor and browser tests reach the local Neon Auth that runs.

use super::service::Running;
use http_server::config::{Codespace, NeonAuthSettings};
#[cfg(feature = "managed")]
use neon_auth::ManagedSettings;
#[cfg(feature = "stack")]
use neon_auth::StackSettings;
use serde::{Deserialize, Serialize};
use url::Url;

/// The origin and keys of a running local Neon Auth. Each generation has a file of its own, and other fields in it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum ConnectionInfo {
    #[cfg(feature = "stack")]
    Stack {
        origin: Url,
        project_id: String,
        publishable_client_key: String,
        secret_server_key: String,
        /// Opens its control endpoints under `/local`, for browser tests and by hand.
        super_secret_admin_key: String,
    },
    #[cfg(feature = "managed")]
    Managed {
        base_url: Url,
        control: Url,
        /// Opens its control endpoints, for browser tests and by hand.
        control_key: String,
    },
}

impl ConnectionInfo {
    pub fn from_running(running: &Running) -> Result<Self, url::ParseError> {
        Ok(match running {
            #[cfg(feature = "stack")]
            Running::Stack(running) => Self::Stack {
                origin: running.origin.parse()?,
                project_id: running.project_id.clone(),
                publishable_client_key: running.publishable_client_key.clone(),
                secret_server_key: running.secret_server_key.clone(),
                super_secret_admin_key: running.super_secret_admin_key.clone(),
            },
            #[cfg(feature = "managed")]
            Running::Managed(running) => Self::Managed {
                base_url: running.access.base_url.parse()?,
                control: running.access.control.parse()?,
                control_key: running.access.control_key.clone(),
            },
        })
    }

    pub fn port(&self) -> Option<u16> {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack { origin, .. } => origin.port(),
            #[cfg(feature = "managed")]
            Self::Managed { base_url, .. } => base_url.port(),
        }
    }

    /// Returns the settings of a client, whose browsers come through `codespace`, where there is one.
    pub fn into_settings(self, codespace: Option<&Codespace>) -> NeonAuthSettings {
        let forwarded = codespace.zip(self.port()).map(|(codespace, port)| codespace.origin(port));
        let browser_url = forwarded.and_then(|origin| origin.parse().ok());
        match self {
            #[cfg(feature = "stack")]
            Self::Stack { origin, project_id, publishable_client_key, secret_server_key, .. } => {
                NeonAuthSettings::Stack(StackSettings {
                    api_url: origin,
                    browser_url,
                    project_id,
                    publishable_client_key: publishable_client_key.into(),
                    secret_server_key: secret_server_key.into(),
                })
            }
            #[cfg(feature = "managed")]
            Self::Managed { base_url, .. } => NeonAuthSettings::Managed(ManagedSettings { base_url, browser_url }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectionInfo;

    fn read(file: &str) -> ConnectionInfo {
        serde_json::from_str(file).unwrap()
    }

    #[cfg(feature = "stack")]
    #[test]
    fn file_of_the_stack_generation_is_read() {
        let file = r#"{"origin": "http://127.0.0.1:20001", "project_id": "p", "publishable_client_key": "c",
            "secret_server_key": "s", "super_secret_admin_key": "a"}"#;
        assert_eq!(read(file).port(), Some(20001));
        assert!(!read(file).into_settings(None).is_managed());
    }

    #[cfg(feature = "managed")]
    #[test]
    fn file_of_the_managed_generation_is_read() {
        let file = r#"{"base_url": "http://localhost:20002/neondb/auth", "control": "http://localhost:20002/control",
            "control_key": "k"}"#;
        assert_eq!(read(file).port(), Some(20002));
        assert!(read(file).into_settings(None).is_managed());
    }
}
