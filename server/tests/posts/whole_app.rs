//! Posts in a browser without JavaScript.

use crate::belongings::Belongings;
use crate::support::{Browser, Page, TestApp};
use crate::whole_app::{leaves, shown};
use uuid::Uuid;

pub const BELONGINGS: Belongings = Belongings {
    table: "posts",
    owner: "author_id",
    outlive: true,
    form: ("/posts/new?/create_post", &[("title", "Tea"), ("content", "It is hot.")]),
    announced: ["Your 1 post stays, without your name", "Your 3 posts stay, without your name"],
};

async fn publish(browser: &mut Browser, title: &str) -> Page {
    let idempotency_key = Uuid::new_v4().to_string();
    let fields = [("idempotency_key", &*idempotency_key), ("title", title), ("content", "Some text")];
    browser.post("/posts/new?/create_post", &fields).await
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
async fn a_form_that_failed_stays_on_its_page() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let published = publish(&mut ada, "Notes on the engine").await;
    let path = published.redirect_path().expect("the post");
    let id = path.rsplit('/').next().expect("its number");
    for (address, fields, status) in [
        ("/posts/new?/create_post".to_owned(), vec![("title", ""), ("content", "Typed")], 422),
        (
            format!("{path}/edit?/update_post"),
            vec![("id", id), ("version", "1"), ("title", ""), ("content", "Typed")],
            422,
        ),
        (
            format!("{path}/edit?/update_post"),
            vec![("id", id), ("version", "0"), ("title", "T"), ("content", "Typed")],
            409,
        ),
        (format!("{path}?/delete_post"), vec![("id", "815")], 404),
    ] {
        let page = ada.post(&address, &fields).await;
        assert_eq!(page.status.as_u16(), status, "{address}: {page:?}");
        assert!(page.body.contains("role=\"alert\""), "{address}: {}", page.body);
        assert_eq!(page.body.contains(">Typed</textarea>"), status != 404, "{address}: {}", page.body);
    }
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn a_collector_gets_nothing_of_what_is_written() {
    crate::traces::check(&[BELONGINGS]).await;
}
