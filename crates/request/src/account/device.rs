//! A place where a person is signed in, as they see it.
//! It must not hold anything that opens a session.

use super::user_agent;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use uuid::Uuid;

/// Names a session, for the person whose session it is to end it. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceId(
    /// Not the id that the cookie holds.
    pub Uuid,
);

/// A session, as the person sees and exports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// For ending it.
    #[serde(skip)]
    pub id: DeviceId,
    /// As the browser calls itself.
    pub user_agent: Option<String>,
    /// Where it was last used from.
    pub address: Option<String>,
    /// When it began.
    #[serde(with = "rfc3339")]
    pub first_seen: OffsetDateTime,
    /// When it was last used, to the minute.
    #[serde(with = "rfc3339")]
    pub last_seen: OffsetDateTime,
    /// Whether this is the one that asks.
    #[serde(skip)]
    pub here: bool,
}

impl Device {
    /// Returns a name such as `Firefox on Linux`.
    pub fn name(&self) -> String {
        user_agent::describe(self.user_agent.as_deref())
    }
}
