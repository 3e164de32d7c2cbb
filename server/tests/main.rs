//! All tests of the whole server in one program, since each file of its own would link the server again.
//! A test asserts what a user or an attacker would see, and owns its database.

// Future types nest deeper than the default limit allows.
#![recursion_limit = "256"]

mod auth;
mod conditional;
mod contract;
mod doctor;
mod durability;
mod forms;
mod http;
mod instances;
mod kept_forms;
mod libpq_variables;
mod local_environment;
#[cfg(feature = "stack")]
mod local_neon_auth;
mod local_postgres;
mod locked_table;
#[cfg(feature = "managed")]
mod managed_neon_auth;
mod outages;
mod posts;
mod refusals;
mod rls;
mod support;
mod todos;
#[cfg(feature = "otlp")]
mod traces;
mod under_the_hood;
mod user_data;

/// Makes a module of tests, each of which runs the scenario of its name with this argument.
macro_rules! scenarios {
    ($module:ident($argument:expr): $($scenario:ident)+) => {
        mod $module {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario($argument).await;
            })+
        }
    };
}
pub(crate) use scenarios;
