//! Todos in a browser without JavaScript.

use crate::support::{Browser, Page, TestApp};
use crate::user_data::UserData;
use crate::whole_app::shown;
use http::StatusCode;

pub const USER_DATA: UserData = UserData {
    table: "todos",
    owner: "user_id",
    outlive: false,
    form: ("/todos?/create_todo", &[("task", "Tea")]),
    announced: ["Your 1 todo is deleted.", "Your 3 todos are deleted"],
};

pub async fn add_todo(browser: &mut Browser, task: &str) -> Page {
    browser.post_with_key("/todos?/create_todo", &[("task", task)]).await
}

#[tokio::test]
async fn todos_require_a_sign_in() {
    let app = TestApp::start().await;
    let todos = app.browser().get("/todos").await;
    assert!(todos.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{todos:?}");
    assert_eq!(app.signed_up("Ada").await.get("/todos").await.status, StatusCode::OK);
}

#[tokio::test]
async fn forms_return_to_the_filter_they_were_sent_from() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    for task in ["Buy milk", "Buy tea"] {
        add_todo(&mut ada, task).await;
    }
    let newest: i64 = app.database.value("select max(id) from todos").await;
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

    let added = ada.post_with_key("/todos?/create_todo&show=done", &[("task", "x")]).await;
    assert_eq!(added.redirect_path().as_deref(), Some("/todos"), "it is not done");
}

#[tokio::test]
async fn a_failed_form_keeps_the_filter() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    add_todo(&mut ada, "Buy milk").await;
    let id: i64 = app.database.value("select max(id) from todos").await;
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

#[tokio::test]
async fn a_tampered_query_shows_the_list() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    add_todo(&mut ada, "Tea").await;
    for query in [
        "show=none",
        "show=OPEN",
        "show=open%27--",
        "before=",
        "before=x",
        "before=99999999999999999999",
        "before=1.5",
        "before=%00",
        "deleted=now",
        "deleted=9223372036854775807",
        "deleted=-9223372036854775808",
        "edit=x",
        "edit=9223372036854775807",
    ] {
        let list = shown(&mut ada, &format!("/todos?{query}")).await;
        assert!(list.contains("Tea") && !list.contains("Deleted"), "{query}: {list}");
    }
    for before in ["0", "-1", "-9223372036854775808"] {
        let list = shown(&mut ada, &format!("/todos?before={before}")).await;
        assert!(list.contains("Nothing more on this page") && list.contains("All 1"), "{before}: {list}");
    }
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn traces_contain_no_text_of_users() {
    crate::traces::check(&[USER_DATA]).await;
}
