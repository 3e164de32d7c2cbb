//! Encrypted sessions in PostgreSQL, for tower-sessions: rows, devices, and the cookie that names one.
//! It must not know what a session holds, beyond whose it is.

pub mod cookie;
mod crypto;
mod device;
mod devices;
mod key_strength;
mod pool;
pub mod record;
mod rows;
mod settings;
mod store;

pub use cookie::SessionCookie;
pub use crypto::{SessionKey, SessionKeyError};
pub use device::Visitor;
pub use devices::Device;
pub use settings::StoreSettings;
pub use store::{Changed, Store, StoreError};

/// A visitor's session holds a login of ten minutes or a mail. One that holds a form alone ends when the form does.
pub const VISIT: time::Duration = time::Duration::hours(1);
