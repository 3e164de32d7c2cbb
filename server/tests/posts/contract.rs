//! Posts after the deletion of their author's account, on both generations of Neon Auth.

use super::whole_app::USER_DATA;
use crate::contract::on_both;
use crate::contract::side::Side;
use crate::user_data;

on_both!(posts_are_exported_and_lose_the_name_with_the_account,);

async fn posts_are_exported_and_lose_the_name_with_the_account(side: Side) {
    user_data::check(&side, &[USER_DATA]).await;
}
