//! What signing in needs, apart from HTTP.

mod auth;
mod background_calls;
mod browser_session;
mod content;
mod mails;
mod own_account;
pub(crate) mod problem;
pub(crate) mod renewal;
mod sessions;

pub use self::sessions::Sessions;
pub use auth::{Auth, AuthInner};
pub use browser_session::{BrowserSession, VISIT};
pub(crate) use content::FORM_LIFETIME;
pub use content::{Content, PendingLogin, Person};
pub use mails::{AwaitedMail, Mails};
pub(crate) use own_account::SessionAccount;
