//! Posts after the deletion of their author's account, on both generations of Neon Auth.

use super::whole_app::BELONGINGS;
use crate::belongings;
use crate::contract::backend::Backend;
use crate::contract::on_both;

on_both!(they_are_announced_handed_out_and_nameless_without_the_account,);

async fn they_are_announced_handed_out_and_nameless_without_the_account(backend: Backend) {
    belongings::check(&backend, &[BELONGINGS]).await;
}
