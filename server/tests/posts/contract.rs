//! Posts after the deletion of their author's account, on each generation of Neon Auth.

use super::whole_app::USER_DATA;
use crate::contract::backend::Backend;
use crate::contract::on_both;
use crate::user_data;

on_both!(posts_are_exported_and_lose_the_name_with_the_account,);

async fn posts_are_exported_and_lose_the_name_with_the_account(backend: Backend) {
    user_data::check(&backend, &[USER_DATA]).await;
}
