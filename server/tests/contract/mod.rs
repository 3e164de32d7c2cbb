//! One suite for both generations of Neon Auth: the local Stack, and the real better-auth. Users must not notice the
//! difference. What a generation sends is tested in its client.

mod account;
mod addresses;
pub mod backend;
mod codes;
mod devices;
pub mod flows;
mod hostile;
mod log_once;
mod mail;
mod mail_links;
mod mail_variants;
mod oauth;
mod offers;
mod password;
mod secrets;
mod sessions;
mod sign_in_example;
mod stale_sessions;
mod timing;
mod trust;
mod uncertain;

/// Runs each scenario on both generations, as `stack::…` and `managed::…`, and as `managed_next::…` on the version of
/// Better Auth that Neon moves to.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {
        crate::contract::on_backend!(stack: $($scenario)+);
        crate::contract::on_backend!(managed: $($scenario)+);
        crate::contract::on_backend!(managed_next: $($scenario)+);
    };
}
pub(crate) use on_both;

macro_rules! on_backend {
    ($backend:ident: $($scenario:ident)+) => {
        mod $backend {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::contract::backend::Backend::$backend().await).await;
            })+
        }
    };
}
pub(crate) use on_backend;
