//! Everything that is kept about a person, as they take it away.
//! It must not find anything of somebody else.

use crate::support::{Browser, TestApp};
use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

async fn send(browser: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) {
    let submission = Uuid::new_v4().to_string();
    let fields = [fields, &[("submission", submission.as_str())]].concat();
    browser.post_from(page, action, &fields).await;
}

#[tokio::test]
async fn a_person_gets_all_that_is_theirs_and_nothing_else() {
    let app = TestApp::start().await;
    let (mut ada, mut bob) = (app.signed_up("Ada").await, app.signed_up("Bob").await);
    for (browser, name) in [(&mut ada, "Ada"), (&mut bob, "Bob")] {
        send(browser, "/todos", "/api/create_todo", &[("task", &format!("a todo of {name}"))]).await;
        let post = [("title", &*format!("a post of {name}")), ("content", "text")];
        send(browser, "/posts/new", "/api/create_post", &post).await;
    }

    let page = ada.get("/account/export").await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert_eq!(page.headers["content-disposition"], "attachment; filename=\"leptos-neon.json\"");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let export: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(export["account"]["email"], "ada@example.com");
    assert_eq!(export["todos"][0]["task"], "a todo of Ada");
    assert_eq!(export["posts"][0]["title"], "a post of Ada");
    assert_eq!(export["devices"].as_array().map(Vec::len), Some(1));
    let body = page.body.to_lowercase();
    for foreign in ["of bob", "token", "cipher", "hash"] {
        assert!(!body.contains(foreign), "{foreign}: {body}");
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_nothing() {
    let app = TestApp::start().await;
    let page = app.browser().get("/account/export").await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount"));
}
