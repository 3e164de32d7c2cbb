//! A place where a person is signed in, as they see it.
//! It must not hold anything that opens a session.

use super::user_agent;
use time::OffsetDateTime;
use uuid::Uuid;

/// Good for ending the session that it names, by the person whose session it is, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceId(pub Uuid);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    /// As the browser calls itself.
    pub user_agent: Option<String>,
    /// Where it was last used from.
    pub address: Option<String>,
    pub first_seen: OffsetDateTime,
    /// Exact to the minute.
    pub last_seen: OffsetDateTime,
    /// Whether this is the one that asks.
    pub here: bool,
}

impl Device {
    /// Such as `Firefox on Linux`.
    pub fn name(&self) -> String {
        user_agent::describe(self.user_agent.as_deref())
    }
}
