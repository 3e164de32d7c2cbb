//! Signing in, staying signed in and being signed out, as seen by a browser, an attacker and a failing Neon Auth. A fake
//! stands in for Neon Auth: what needs a faithful one is in `contract`.

mod bare_axum;
mod browser;
#[cfg(feature = "stack")]
mod client;
mod fake;
mod keys;
mod oauth;
mod password;
mod renewal;
mod secrets;
mod session_rows;
mod sessions;

/// Runs each scenario on both generations of Neon Auth, as `stack::…` and `managed::…`.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {
        #[cfg(feature = "stack")]
        crate::scenarios!(stack(crate::auth::fake::Generation::Stack): $($scenario)+);
        #[cfg(feature = "managed")]
        crate::scenarios!(managed(crate::auth::fake::Generation::Managed): $($scenario)+);
    };
}
pub(crate) use on_both;
