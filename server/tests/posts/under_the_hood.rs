//! Posts on the page that shows the statements of requests.

use crate::under_the_hood::{Local, part, shown, text};

#[tokio::test]
async fn a_visitor_is_shown_as_anonymous_without_claims() {
    let local = Local::start().await;
    let mut stranger = local.browser();
    stranger.get("/?q=something").await;
    let request = text(part(&shown(&mut stranger).await, "GET /<"));
    assert!(request.contains("Role anonymous Claims none"), "{request}");
    assert!(request.contains("posts_are_read_by_anyone"), "{request}");
}

#[tokio::test]
async fn nothing_is_changed_by_looking() {
    let local = Local::start().await;
    let mut ada = local.signed_up("Ada").await;
    let fields = [("title", "Tea"), ("content", "Hot."), ("idempotency_key", "0b06c9a2-1d1e-4c55-8d9a-000000000000")];
    ada.post("/posts/new?/create_post", &fields).await;
    let page = text(&shown(&mut ada).await);
    assert!(page.contains("Nobody anonymous 1 ids 1 nothing"), "{page}");
    assert!(page.contains("update posts set title = upper(title)") && page.contains("not run"), "{page}");
    let title: String =
        sqlx::query_scalar("select title from posts").fetch_one(&local.app.database.superuser).await.unwrap();
    assert_eq!(title, "Tea");
}
