//! The tests of the todos, in the order of what they go through.

mod contract;
mod rls;
mod under_the_hood;
mod whole_app;
