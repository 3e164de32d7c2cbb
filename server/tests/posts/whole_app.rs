//! Posts in a browser without JavaScript.

use crate::belongings::Belongings;
use crate::support::{Browser, Page, TestApp};
use crate::whole_app::{leaves, shown};
use http::Method;
use uuid::Uuid;

pub const BELONGINGS: Belongings = Belongings {
    table: "posts",
    owner: "author_id",
    outlive: true,
    form: ("/api/create_post", &[("title", "Tea"), ("content", "It is hot.")]),
    announced: ["Your 1 post stays, without your name", "Your 3 posts stay, without your name"],
};

async fn publish(browser: &mut Browser, title: &str) -> Page {
    let submission = Uuid::new_v4().to_string();
    let fields = [("submission", &*submission), ("title", title), ("content", "Some text")];
    browser.post_from("/posts/new", "/api/create_post", &fields).await
}

#[tokio::test]
async fn anybody_reads_and_only_members_write() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let published = publish(&mut ada, "Notes on the engine").await;
    assert!(ada.follow(published).await.body.contains("Notes on the engine"));

    let mut stranger = app.browser();
    let feed = shown(&mut stranger, "/").await;
    assert!(feed.contains("Notes on the engine") && feed.contains("Ada"), "{feed}");
    publish(&mut stranger, "Spam").await;
    assert!(!shown(&mut stranger, "/").await.contains("Spam"));
}

#[tokio::test]
async fn an_account_that_goes_leaves_its_posts() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    publish(&mut ada, "Notes on the engine").await;
    leaves(&app, "Ada").await;
    let feed = shown(&mut app.browser(), "/").await;
    assert!(feed.contains("Notes on the engine") && !feed.contains("Ada"), "{feed}");
}

#[tokio::test]
async fn a_form_whose_page_is_not_known_leads_to_the_post_that_it_names() {
    let app = TestApp::start().await;
    let headers = [("origin", app.origin.as_str()), ("sec-fetch-site", "same-origin")];
    for (action, page) in
        [("/api/create_post", "/posts/new"), ("/api/update_post", "/posts/7/edit"), ("/api/delete_post", "/posts/7")]
    {
        let answer = app.browser().send(Method::POST, action, Some(&[("id", "7"), ("title", "x")]), &headers).await;
        let path = answer.redirect_path().expect("a redirect");
        assert!(path.starts_with(&format!("{page}?__path=")), "{action}: {path}");
    }
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn a_collector_gets_nothing_of_what_is_written() {
    crate::traces::check(&[BELONGINGS]).await;
}
