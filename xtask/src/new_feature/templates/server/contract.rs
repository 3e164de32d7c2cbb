//! Road trips at the deletion of an account, on each generation of Neon Auth. //personal
//! Road trips after the deletion of their author's account, on each generation of Neon Auth. //public

use super::whole_app::USER_DATA;
use crate::contract::backend::Backend;
use crate::contract::on_both;
use crate::user_data;

on_both!(road_trips_are_exported_and_deleted_with_the_account,); //personal
on_both!(road_trips_are_exported_and_lose_the_name_with_the_account,); //public

async fn road_trips_are_exported_and_deleted_with_the_account(backend: Backend) { //personal
async fn road_trips_are_exported_and_lose_the_name_with_the_account(backend: Backend) { //public
    user_data::check(&backend, &[USER_DATA]).await;
}
