//! One suite for every generation of Neon Auth, since users must not notice the difference. What a generation sends is
//! tested in its client.

mod account;
pub mod backend;
mod codes;
mod devices;
pub mod flows;
#[cfg(feature = "managed")]
mod hostile;
mod log_once;
mod mail;
mod mail_links;
#[cfg(feature = "managed")]
mod mail_variants;
#[cfg(feature = "managed")]
mod managed_account;
mod oauth;
mod offers;
mod password;
mod secrets;
#[cfg(feature = "managed")]
mod sessions;
mod sign_in_example;
#[cfg(feature = "stack")]
mod stack_links;
#[cfg(feature = "managed")]
mod stale_sessions;
mod timing;
mod trust;
mod uncertain;

/// Runs each scenario on both generations, as `stack::…` and `managed::…`, and as `managed_next::…` on the version of
/// Better Auth that Neon moves to.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {
        #[cfg(feature = "stack")]
        crate::scenarios!(stack(crate::contract::backend::Backend::stack().await): $($scenario)+);
        #[cfg(feature = "managed")]
        crate::scenarios!(managed(crate::contract::backend::Backend::managed().await): $($scenario)+);
        #[cfg(feature = "managed")]
        crate::scenarios!(managed_next(crate::contract::backend::Backend::managed_next().await): $($scenario)+);
    };
}
pub(crate) use on_both;
