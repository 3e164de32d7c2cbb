//! The variables of the environment and of `.env`, whether they leave local mode on, and the report of a doctor.
//! It must not print a value.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod colours;
mod dotenv;
mod local_mode;
mod production;
mod report;
mod variables;

pub use dotenv::{DotEnv, DotEnvError};
pub use local_mode::LocalModeOff;
pub use production::detect_production;
pub use report::{Check, CheckOutcome, Report};
pub use variables::{Lookup, Source, Variables, is_libpq_variable};
