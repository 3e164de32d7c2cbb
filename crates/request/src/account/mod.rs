//! The account of the person who is signed in, and what can go wrong on the way there.
//! It must not know how a provider or a cookie works: the server does.

mod device;
mod export;
mod notice;
mod own;
mod problem;
mod user_agent;

pub use device::{Device, DeviceId};
pub use export::Export;
pub use notice::Notice;
pub use own::{OwnAccount, OwnPassword, own_account, provide_own_account};
pub use problem::SignInProblem;
