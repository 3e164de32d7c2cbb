//! Forms without JavaScript, of the tests' own feature: who sees the result, and how a failed form keeps its text.

use crate::support::feature::{letters, notes};
use crate::support::{Browser, Page, SITE, TestApp, Wanted};
use crate::whole_app::{leaves, shown};
use http::{Method, StatusCode};
use stand_ins::neon_auth::SyncDelay;
use uuid::Uuid;

async fn write(browser: &mut Browser, page: &str, body: &str) -> Page {
    let action = if page == notes::PAGE { "/api/create_note" } else { "/api/create_letter" };
    let submission = Uuid::new_v4().to_string();
    browser.post_from(page, action, &[("submission", &submission), ("body", body)]).await
}

#[tokio::test]
async fn what_is_personal_is_seen_by_its_owner_only() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let added = write(&mut ada, notes::PAGE, "Buy milk").await;
    assert_eq!(added.redirect_path().as_deref(), Some(notes::PAGE));
    assert!(ada.follow(added).await.body.contains("Buy milk"));
    assert!(!shown(&mut grace, notes::PAGE).await.contains("Buy milk"));
    let stranger = app.browser().get(notes::PAGE).await;
    assert!(stranger.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{stranger:?}");

    let id: i64 = sqlx::query_scalar("select id from notes").fetch_one(&app.database.superuser).await.unwrap();
    let id = id.to_string();
    let refused = grace.post_from(notes::PAGE, "/api/delete_note", &[("id", &id)]).await;
    assert!(refused.redirect_path().is_some_and(|path| path.contains("__err")), "{refused:?}");
    assert!(shown(&mut ada, notes::PAGE).await.contains("Buy milk"));
    ada.post_from(notes::PAGE, "/api/delete_note", &[("id", &id)]).await;
    assert!(!shown(&mut ada, notes::PAGE).await.contains("Buy milk"));
}

#[tokio::test]
async fn what_is_public_is_read_by_anybody_and_loses_its_name_with_the_account() {
    let app = TestApp::start().await;
    write(&mut app.signed_up("Ada").await, letters::PAGE, "On the engine").await;
    let mut stranger = app.browser();
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && page.contains("Ada") && !page.contains("/api/create_letter"), "{page}");
    write(&mut stranger, letters::PAGE, "Spam").await;
    assert_eq!(shown(&mut stranger, letters::DOCUMENT).await, "On the engine\n");
    leaves(&app, "Ada").await;
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && !page.contains("Ada"), "{page}");
}

#[tokio::test]
async fn a_form_that_failed_comes_back_with_its_text() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for page in [notes::PAGE, letters::PAGE] {
        let long = "x".repeat(501);
        let refused = write(&mut ada, page, &long).await;
        let body = ada.follow(refused).await.body;
        assert!(body.contains(&format!("value=\"{long}\"")) && body.contains("This is too long"), "{page}: {body}");
    }
}

#[tokio::test]
async fn a_form_of_a_user_who_never_arrives_comes_back_with_its_text() {
    let app = TestApp::with(Wanted { sync_delay: SyncDelay::Never, ..Wanted::default() }).await;
    let mut ada = app.signed_up("Ada").await;
    let refused = write(&mut ada, notes::PAGE, "Buy milk").await;
    let page = ada.follow(refused).await;
    assert!(page.body.contains("value=\"Buy milk\""), "{}", page.body);
}

#[tokio::test]
async fn a_form_whose_page_is_not_known_leads_to_the_page_of_its_feature() {
    let app = TestApp::start().await;
    let headers = [("origin", app.origin.as_str()), ("sec-fetch-site", "same-origin")];
    for (action, page) in SITE.features.iter().flat_map(|feature| feature.forms) {
        let answer = app.browser().send(Method::POST, action, Some(&[("id", "7")]), &headers).await;
        let path = answer.redirect_path().expect("a redirect");
        assert!(path.starts_with(&format!("{}?__path=", page.replace("{id}", "7"))), "{action}: {path}");
    }
}

#[tokio::test]
async fn the_server_may_do_the_maintenance_of_every_feature() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for body in ["Old", "New"] {
        assert_eq!(write(&mut ada, notes::PAGE, body).await.status, StatusCode::FOUND);
    }
    let age = "update notes set created_at = now() - interval '2 years' where body = 'Old'";
    sqlx::query(age).execute(&app.database.superuser).await.unwrap();
    for maintenance in SITE.features.iter().flat_map(|feature| feature.maintenance) {
        app.state.db.maintain(*maintenance).await.unwrap_or_else(|error| panic!("{maintenance:?}: {error}"));
    }
    let page = shown(&mut ada, notes::PAGE).await;
    assert!(page.contains("New") && !page.contains("Old"), "{page}");
}
