//! Everything that the app keeps about a person, for that person to take away.
//! It must not hold anything that opens a session.

use super::Device;
use crate::AppError;
use crate::feature::Features;
use identity::Claims;
use rls::Db;
use serde::Serialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::serde::rfc3339;

/// The file.
#[derive(Debug, Serialize)]
pub struct Export {
    #[serde(with = "rfc3339")]
    exported_at: OffsetDateTime,
    account: Account,
    devices: Vec<NamedDevice>,
    /// A list for each feature, under its name.
    #[serde(flatten)]
    features: Map<String, Value>,
}

/// As Neon Auth describes it.
#[derive(Debug, Serialize)]
struct Account {
    id: String,
    name: Option<String>,
    email: Option<String>,
    email_verified: bool,
}

#[derive(Debug, Serialize)]
struct NamedDevice {
    name: String,
    #[serde(flatten)]
    device: Device,
}

impl Export {
    /// Collects what the token, the sessions and the features say about the user of these claims.
    pub async fn of(db: &Db, claims: &Claims, devices: Vec<Device>, features: Features) -> Result<Self, AppError> {
        let mut tx = db.as_user(claims).await?;
        Ok(Self {
            exported_at: OffsetDateTime::now_utc(),
            account: Account {
                id: claims.subject().to_owned(),
                name: claims.name().map(ToOwned::to_owned),
                email: claims.email().map(ToOwned::to_owned),
                email_verified: claims.email_verified(),
            },
            devices: devices.into_iter().map(|device| NamedDevice { name: device.name(), device }).collect(),
            features: features.export(&mut tx).await?,
        })
    }
}
