//! Todos of several users, on both generations of Neon Auth.

use super::whole_app::BELONGINGS;
use crate::belongings;
use crate::contract::backend::Backend;
use crate::contract::on_both;
use uuid::Uuid;

on_both!(two_people_see_their_own_todos_only, they_are_announced_handed_out_and_gone_with_the_account,);

async fn two_people_see_their_own_todos_only(backend: Backend) {
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    let submission = Uuid::new_v4().to_string();
    let page = ada.post("/todos?/create_todo", &[("task", "Buy milk"), ("idempotency_key", &submission)]).await;
    assert!(page.redirect_path().is_some_and(|path| path == "/todos"), "{page:?}");
    assert!(ada.get("/todos").await.body.contains("Buy milk"));
    assert!(!bob.get("/todos").await.body.contains("Buy milk"));
}

async fn they_are_announced_handed_out_and_gone_with_the_account(backend: Backend) {
    belongings::check(&backend, &[BELONGINGS]).await;
}
