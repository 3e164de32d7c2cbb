//! The variables of the environment and of `.env`, whether they leave local mode on, and the report of a doctor.
//! It must not print a value.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

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
