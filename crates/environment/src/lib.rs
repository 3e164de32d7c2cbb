//! The variables of the environment and of the file `.env`, whether they leave local mode on, and what a doctor has found. The
//! server has them from here, and so does xtask, which prepares the machine for it.
//! It must not know what a value means, nor print one.

pub mod colours;
mod dotenv;
mod libpq;
mod local_mode;
mod production;
mod report;
mod variables;

pub use dotenv::{DotEnv, Unreadable};
pub use libpq::is_of_libpq;
pub use local_mode::LocalModeOff;
pub use production::production_by;
pub use report::{Check, Outcome, Report};
pub use variables::{Lookup, Source, Variables};
