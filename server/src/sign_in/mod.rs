//! What signing in needs, apart from HTTP.

mod beside;
mod browser_session;
mod content;
mod mails;
pub mod methods;
pub mod problem;
pub mod renewal;
mod sessions;

pub use beside::{Beside, TooMany};
pub use browser_session::{BrowserSession, SessionLost};
pub use content::{Content, PendingLogin, Person};
pub use mails::AwaitedMail;
pub use sessions::Sessions;
