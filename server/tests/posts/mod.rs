//! The tests of posts.

mod conditional;
mod contract;
mod documents;
mod http;
pub mod rls;
mod under_the_hood;
pub mod whole_app;
