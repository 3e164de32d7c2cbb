//! The tests of todos.

mod contract;
mod rls;
mod under_the_hood;
mod whole_app;
