//! What signing in needs, apart from HTTP.

mod auth;
mod beside;
mod browser_session;
mod content;
mod email_links;
mod mails;
mod own_account;
pub(crate) mod problem;
pub(crate) mod renewal;
mod sessions;
pub mod store;

pub use self::sessions::Sessions;
pub use auth::{Auth, Parts};
pub use browser_session::{BrowserSession, VISIT};
pub use content::{Content, PendingLogin, Person};
pub use mails::{AwaitedMail, Mails};
pub(crate) use own_account::SessionAccount;
