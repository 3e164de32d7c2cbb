//! What signing in needs, apart from HTTP.

pub mod methods;
pub mod problem;
