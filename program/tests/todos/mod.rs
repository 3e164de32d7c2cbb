//! The tests of the todos, in the order of what they go through.

mod contract;
pub mod rls;
mod under_the_hood;
pub mod whole_app;
