//! Posts on the page that shows the statements of requests.

use crate::under_the_hood::{Local, part, shown, text};

#[tokio::test]
async fn an_anonymous_user_is_shown_without_claims() {
    let local = Local::start().await;
    let mut browser = local.browser();
    browser.get("/?q=something").await;
    let request = text(part(&shown(&mut browser).await, "GET /<"));
    assert!(request.contains("Role anonymous Claims none"), "{request}");
    assert!(request.contains("posts_are_read_by_anyone"), "{request}");
}

#[tokio::test]
async fn showing_the_probes_changes_nothing() {
    let local = Local::start().await;
    let mut ada = local.signed_up("Ada").await;
    super::publish(&mut ada, "Tea", "Hot.").await;
    let page = text(&shown(&mut ada).await);
    assert!(page.contains("Nobody anonymous 1 ids 1 nothing"), "{page}");
    assert!(page.contains("update posts set title = upper(title)") && page.contains("not run"), "{page}");
    assert_eq!(local.app.database.value::<String>("select title from posts").await, "Tea");
}
