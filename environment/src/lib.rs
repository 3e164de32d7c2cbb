//! The variables of the environment and of the file `.env`, and whether they leave local mode on. The server reads them here,
//! and so does xtask, which prepares the machine for it.
//! It must not know what a value means, nor print one.

mod dotenv;
mod libpq;
mod local_mode;
mod variables;

pub use dotenv::{DotEnv, Unreadable};
pub use libpq::is_of_libpq;
pub use local_mode::LocalModeOff;
pub use variables::{Lookup, Source, Variables};
