//! The account of the person who is signed in, and what can go wrong on the way there.

mod device;
mod export;
mod notice;
mod own;
mod problem;

pub use device::Device;
pub use export::Export;
pub use notice::Notice;
pub use own::{OwnAccount, OwnPassword, own_account};
pub use problem::SignInProblem;
