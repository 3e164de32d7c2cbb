//! The tests of road trips.

mod contract;
mod rls;
mod whole_app;
