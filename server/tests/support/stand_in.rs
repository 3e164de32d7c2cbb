//! The Neon Auth of a test. Tests of everything but sign-in run on one generation: the quicker one, where there are both.

#[cfg(not(feature = "stack"))]
pub use super::managed::{ManagedNeonAuth as TestNeonAuth, UNREACHABLE};
#[cfg(feature = "stack")]
pub use super::stack::{StackNeonAuth as TestNeonAuth, UNREACHABLE};

use super::app::App;
use super::{Shape, TestDatabase};
use std::time::Duration;

/// A stand-in for Neon Auth, with a database that has its directory.
pub trait NeonAuthStandIn: Sized {
    /// The shape of its user directory.
    const SHAPE: Shape;

    /// A name of this machine under which it trusts an app on any port.
    const TRUSTED_HOST: &'static str;

    /// The variables without which an app does not start. The first says of which generation the project is.
    const REQUIRED: &'static [&'static str];

    async fn start(database: &TestDatabase, access_token_lifetime: Option<Duration>) -> Self;

    /// Starts it as the Neon Auth of a deployment with nothing to repair: it trusts this origin.
    async fn start_for_deployment(database: &TestDatabase, origin: &str) -> Self;

    /// Returns the variables of an app that uses it.
    fn variables(&self) -> Vec<(&'static str, String)>;

    /// Returns the variable that leads to a Neon Auth at this origin, with its value.
    fn url_variable(origin: &str) -> (&'static str, String);
}

pub type TestApp = App<TestNeonAuth>;

/// The shape of the user directory of [`TestApp`].
pub const SHAPE: Shape = TestNeonAuth::SHAPE;
