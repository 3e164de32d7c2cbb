//! Todos in a browser without JavaScript.

use crate::belongings::Belongings;
use crate::support::{Browser, Page, TestApp, Wanted};
use crate::whole_app::{leaves, shown};
use http::StatusCode;
use stand_ins::neon_auth::SyncDelay;
use std::time::Duration;
use uuid::Uuid;

pub const BELONGINGS: Belongings = Belongings {
    table: "todos",
    owner: "user_id",
    outlive: false,
    form: ("/todos?/create_todo", &[("task", "Tea")]),
    announced: ["Your 1 todo is deleted.", "Your 3 todos are deleted"],
};

pub async fn add_todo(browser: &mut Browser, task: &str) -> Page {
    let idempotency_key = Uuid::new_v4().to_string();
    browser.post("/todos?/create_todo", &[("idempotency_key", &idempotency_key), ("task", task)]).await
}

#[tokio::test]
async fn todos_are_for_members() {
    let app = TestApp::start().await;
    let todos = app.browser().get("/todos").await;
    assert!(todos.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{todos:?}");
    assert_eq!(app.signed_up("Ada").await.get("/todos").await.status, StatusCode::OK);
}

#[tokio::test]
async fn todos_are_seen_by_their_owner_only() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let added = add_todo(&mut ada, "Buy milk").await;
    assert!(ada.follow(added).await.body.contains("Buy milk"));
    assert!(!shown(&mut grace, "/todos").await.contains("Buy milk"));
}

#[tokio::test]
async fn forms_lead_back_to_the_part_of_the_list_that_they_are_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for task in ["Buy milk", "Buy tea"] {
        add_todo(&mut ada, task).await;
    }
    let newest: i64 =
        sqlx::query_scalar("select max(id) from todos").fetch_one(&app.database.superuser).await.expect("a todo");
    let (id, page) = (newest.to_string(), "/todos?show=open&edit=7&deleted=9");
    let done = ada.post(&format!("{page}&/set_todo_done"), &[("id", &id), ("done", "true")]).await;
    assert_eq!(done.redirect_path().as_deref(), Some("/todos?show=open"));
    let open = ada.follow(done).await.body;
    assert!(open.contains("Buy milk") && !open.contains("Buy tea") && open.contains("Done 1"), "{open}");

    let cleared = ada.post("/todos?/clear_done&show=done", &[]).await;
    let after = cleared.redirect_path().expect("a redirect");
    assert!(after.starts_with("/todos?show=done&deleted="), "{after}");
    let notice = ada.follow(cleared).await.body;
    assert!(notice.contains("Deleted: Buy tea") && notice.contains("Done 0"), "{notice}");
    let deletion = after.rsplit('=').next().expect("a number");
    let restored = ada.post(&format!("{after}&/restore_todos"), &[("deletion", deletion)]).await;
    assert_eq!(restored.redirect_path().as_deref(), Some("/todos?show=done"));
    assert!(ada.follow(restored).await.body.contains("Buy tea"));
    // An undone deletion is not offered again.
    assert!(!shown(&mut ada, &after).await.contains("Deleted:"));

    let idempotency_key = Uuid::new_v4().to_string();
    let fields = [("idempotency_key", &*idempotency_key), ("task", "x")];
    let added = ada.post("/todos?/create_todo&show=done", &fields).await;
    assert_eq!(added.redirect_path().as_deref(), Some("/todos"), "it is not done");
}

#[tokio::test]
async fn a_todo_may_come_before_the_user() {
    let sync_delay = SyncDelay::After(Duration::from_millis(700));
    let app = TestApp::with(Wanted { sync_delay, ..Wanted::default() }).await;
    let mut ada = app.signed_up("Ada").await;
    let added = add_todo(&mut ada, "Buy milk").await;
    assert!(ada.follow(added).await.body.contains("Buy milk"));
}

#[tokio::test]
async fn a_user_who_never_arrives_is_told_and_keeps_the_text() {
    let app = TestApp::with(Wanted { sync_delay: SyncDelay::Never, ..Wanted::default() }).await;
    let mut ada = app.signed_up("Ada").await;
    let refused = add_todo(&mut ada, "Buy milk").await;
    let page = ada.follow(refused).await;
    assert!(page.body.contains("value=\"Buy milk\""), "{}", page.body);
    assert!(page.body.contains("role=\"alert\"") || page.body.contains("aria-describedby"), "{}", page.body);
}

#[tokio::test]
async fn an_account_that_goes_takes_its_todos() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    add_todo(&mut ada, "Buy milk").await;
    leaves(&app, "Ada").await;
    let left: i64 =
        sqlx::query_scalar("select count(*) from todos").fetch_one(&app.database.superuser).await.expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_form_that_failed_stays_on_the_part_of_the_list_that_it_is_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    add_todo(&mut ada, "Buy milk").await;
    let id: i64 =
        sqlx::query_scalar("select max(id) from todos").fetch_one(&app.database.superuser).await.expect("a todo");
    let long = "x".repeat(501);
    let address = "/todos?/rename_todo&show=open";
    let page = ada.post(address, &[("id", &*id.to_string()), ("task", &*long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page:?}");
    let form = format!("id=\"rename-{id}\"");
    assert!(page.body.contains(&form) && page.body.contains(&format!("value=\"{long}\"")), "{}", page.body);
    assert!(page.body.contains("action=\"?/create_todo&amp;show=open\""), "{}", page.body);
    assert!(page.body.contains("too long"), "{}", page.body);
    // The address alone shows the same part, without the form.
    let plain = shown(&mut ada, address).await;
    assert!(!plain.contains(&form) && plain.contains("action=\"?/create_todo&amp;show=open\""), "{plain}");
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn a_collector_gets_nothing_of_what_is_written() {
    crate::traces::check(&[BELONGINGS]).await;
}
