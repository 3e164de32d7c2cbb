//! Todos of several users, on each generation of Neon Auth.

use super::whole_app::{USER_DATA, add_todo};
use crate::contract::backend::Backend;
use crate::contract::on_both;
use crate::support::shown;
use crate::user_data;
use http::StatusCode;

on_both!(todos_are_shown_to_and_changed_by_their_owner_only, todos_are_exported_and_deleted_with_the_account);

async fn todos_are_shown_to_and_changed_by_their_owner_only(backend: Backend) {
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    backend.browser().get("/todos").await.assert_redirect("/sign-in?return_to=%2Ftodos");
    add_todo(&mut ada, "Buy milk").await.assert_redirect("/todos");
    assert!(shown(&mut ada, "/todos").await.contains("Buy milk"));
    assert!(!shown(&mut bob, "/todos").await.contains("Buy milk"));

    let id = backend.database().value::<i64>("select id from todos").await.to_string();
    for (form, field) in
        [("set_todo_done", ("done", "true")), ("rename_todo", ("task", "Mine now")), ("delete_todo", ("", ""))]
    {
        let page = bob.post(&format!("/todos?/{form}"), &[("id", &*id), field]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{form}: {page:?}");
    }
    assert!(shown(&mut ada, "/todos").await.contains("Buy milk"));

    let deleted = ada.post("/todos?/delete_todo", &[("id", &*id)]).await.redirect_path().expect("the list");
    let token = deleted.rsplit('=').next().expect("a number");
    let stolen = bob.post("/todos?/restore_todos", &[("deletion", token)]).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND, "{stolen:?}");
    assert!(!shown(&mut bob, &deleted).await.contains("Buy milk"));
    ada.post("/todos?/restore_todos", &[("deletion", token)]).await;
    assert!(shown(&mut ada, "/todos").await.contains("Buy milk"));
}

async fn todos_are_exported_and_deleted_with_the_account(backend: Backend) {
    user_data::check(&backend, &[USER_DATA]).await;
}
