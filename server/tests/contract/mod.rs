//! One suite for both generations of Neon Auth: the local Stack, and the real better-auth. Users must not notice the
//! difference. What a generation sends is tested in its client.

mod account;
mod addresses;
mod codes;
mod devices;
mod doctor;
mod fresh;
mod hostile;
mod mail;
mod mail_variants;
mod oauth;
mod offers;
mod once;
mod password;
mod secrets;
mod sessions;
pub mod side;
mod sign_in_example;
mod timing;
mod trust;
mod uncertain;

/// Runs each scenario on both generations, as `stack::…` and `managed::…`, and as `managed_next::…` on the version of
/// Better Auth that Neon moves to.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {
        mod stack {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::contract::side::Side::stack().await).await;
            })+
        }

        mod managed {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::contract::side::Side::managed().await).await;
            })+
        }

        mod managed_next {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::contract::side::Side::managed_next().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
