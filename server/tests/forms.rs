//! Forms without JavaScript, on the tests' own feature: what they add is seen by who may see it, and what fails comes back
//! with its text on its own page, in the same request.

use crate::support::feature::{letters, notes};
use crate::support::{AppOptions, Browser, PASSWORD, Page, SESSION_COOKIE, SITE, TestApp};
use crate::whole_app::{forget, shown};
use http::{Method, StatusCode};
use request::form;
use stand_ins::neon_auth::SyncDelay;
use uuid::Uuid;

async fn write(browser: &mut Browser, page: &str, body: &str) -> Page {
    let key = if page == notes::PAGE { "create_note" } else { "create_letter" };
    let submission = Uuid::new_v4().to_string();
    browser.post(&format!("{page}?/{key}"), &[("submission", &submission), ("body", body)]).await
}

/// Checks the answer to a form that has failed: its page, which no cache and no search engine keeps, with the text.
fn assert_failed(page: &Page, status: StatusCode, text: &str) {
    assert_eq!(page.status, status, "{page:?}");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert!(page.redirect().is_none() && !page.headers.contains_key("etag"), "{page:?}");
    assert!(page.body.contains(&format!("value=\"{text}\"")), "{}", page.body);
}

#[tokio::test]
async fn what_is_personal_is_seen_by_its_owner_only() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let added = write(&mut ada, notes::PAGE, "Buy milk").await;
    assert_eq!((added.status, added.redirect_path().as_deref()), (StatusCode::SEE_OTHER, Some(notes::PAGE)));
    assert_eq!(added.body, "", "a redirect has nothing to read");
    assert!(ada.follow(added).await.body.contains("Buy milk"));
    assert!(!shown(&mut grace, notes::PAGE).await.contains("Buy milk"));
    let stranger = app.browser().get(notes::PAGE).await;
    assert!(stranger.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{stranger:?}");

    let id: i64 = sqlx::query_scalar("select id from notes").fetch_one(&app.database.superuser).await.unwrap();
    let id = id.to_string();
    let refused = grace.post("/notes?/delete_note", &[("id", &id)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{refused:?}");
    assert!(refused.body.contains("This does not exist, or it is not yours."), "{}", refused.body);
    assert!(shown(&mut ada, notes::PAGE).await.contains("Buy milk"));
    ada.post("/notes?/delete_note", &[("id", &id)]).await;
    assert!(!shown(&mut ada, notes::PAGE).await.contains("Buy milk"));
}

#[tokio::test]
async fn what_is_public_is_read_by_anybody_and_loses_its_name_with_the_account() {
    let app = TestApp::start().await;
    write(&mut app.signed_up("Ada").await, letters::PAGE, "On the engine").await;
    let mut stranger = app.browser();
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && page.contains("Ada") && !page.contains("create_letter"), "{page}");
    write(&mut stranger, letters::PAGE, "Spam").await;
    assert_eq!(shown(&mut stranger, letters::DOCUMENT).await, "On the engine\n");
    forget(&app, "Ada").await;
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && !page.contains("Ada"), "{page}");
}

#[tokio::test]
async fn a_form_that_failed_comes_back_with_its_text() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for page in [notes::PAGE, letters::PAGE] {
        let long = "x".repeat(501);
        // Once more is what a reload does.
        for _ in 0..2 {
            let refused = write(&mut ada, page, &long).await;
            assert_failed(&refused, StatusCode::UNPROCESSABLE_ENTITY, &long);
            assert!(refused.body.contains("This is too long: at most 500"), "{}", refused.body);
        }
        // Neither the page before it nor another tab knows of it.
        let plain = shown(&mut ada, page).await;
        assert!(!plain.contains(&long) && !plain.contains("too long"), "{plain}");
    }
    let rows: i64 = sqlx::query_scalar("select max(octet_length(ciphertext))::int8 from web.session")
        .fetch_one(&app.database.superuser)
        .await
        .unwrap();
    let again: i64 = {
        write(&mut ada, notes::PAGE, &"x".repeat(10_000)).await;
        sqlx::query_scalar("select max(octet_length(ciphertext))::int8 from web.session")
            .fetch_one(&app.database.superuser)
            .await
            .unwrap()
    };
    assert_eq!(again, rows, "no session holds it");
}

#[tokio::test]
async fn a_text_at_the_limit_comes_back_whole() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let long = "🦀".repeat(80_000);
    let refused = write(&mut ada, notes::PAGE, &long).await;
    assert_failed(&refused, StatusCode::UNPROCESSABLE_ENTITY, &long);
}

#[tokio::test]
async fn a_form_of_a_user_who_never_arrives_comes_back_with_its_text() {
    let app = TestApp::with(AppOptions { sync_delay: SyncDelay::Never, ..AppOptions::default() }).await;
    let mut ada = app.signed_up("Ada").await;
    let refused = write(&mut ada, notes::PAGE, "Buy milk").await;
    assert_failed(&refused, StatusCode::SERVICE_UNAVAILABLE, "Buy milk");
    assert_eq!(refused.headers["retry-after"], "5");
    assert!(!refused.headers.contains_key("refresh"), "the same form would be sent by itself");
}

#[tokio::test]
async fn a_page_that_cannot_be_shown_gives_the_text_back_all_the_same() {
    let app = TestApp::start().await;
    let proxy = crate::support::DatabaseProxy::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &proxy.url), ("DATABASE_ACQUIRE_SECONDS", "1")]).await;
    let mut ada = server.browser(&app.signed_up("Ada").await);
    proxy.cut();
    let page = write(&mut ada, notes::PAGE, "Buy <milk>").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page:?}");
    assert!(page.body.contains("Buy &lt;milk>") || page.body.contains("Buy &lt;milk&gt;"), "{}", page.body);
    assert!(page.body.contains("href=\"/notes\"") && !page.body.contains("submission"), "{}", page.body);
    assert_eq!(page.headers["cache-control"], "private, no-store");
}

#[tokio::test]
async fn a_preview_is_the_page_with_the_text_and_adds_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let page = ada.post("/letters?/preview", &[("body", "On the engine"), ("password", "hunter2")]).await;
    assert_failed(&page, StatusCode::OK, "On the engine");
    assert!(!page.body.contains("hunter2"), "{}", page.body);
    assert_eq!(shown(&mut ada, letters::DOCUMENT).await, "");
    assert!(!shown(&mut ada, letters::PAGE).await.contains("On the engine"));
}

#[tokio::test]
async fn each_form_is_taken_by_its_own_page_and_by_no_other() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let pages = SITE.features.pages_with_forms();
    for (function, page) in SITE.features.iter().flat_map(|feature| feature.forms) {
        let key = form::key_of(function);
        for other in &pages {
            let is_here = SITE.features.iter().any(|feature| feature.forms.contains(&(*function, *other)));
            let address = format!("{}?/{key}", other.replace("{id}", "7"));
            let answer = ada.post(&address, &[("nothing", "x")]).await;
            // What is on its own page is called: without arguments it fails there, or has nothing to do.
            let taken = answer.status != StatusCode::NOT_FOUND || answer.body.contains("This form could not be read");
            assert_eq!(taken, is_here, "{address} of {page}: {answer:?}");
            assert!(!answer.status.is_server_error(), "{address}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_none_calls_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let fields = [("submission", "0198c0de-0000-7000-8000-000000000001"), ("body", "Tea")];
    for query in [
        "",
        "?",
        "?/",
        "?create_note",
        "?/unknown",
        "?/create_letter",
        "?/preview",
        "?/CREATE_NOTE",
        "?/create_note/",
        "?//create_note",
        "?/../create_note",
        "?/x/../create_note",
        "?/api/create_note",
        "?/create_note&/create_note",
        "?/create_note&/delete_note",
        "?/create_note=1",
        "?%2Fcreate_note",
        "?/create%5Fnote",
        "?/create_note%00",
        "?/create_note;/x",
        "?x=/create_note",
    ] {
        let answer = ada.post(&format!("/notes{query}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{query}: {answer:?}");
    }
    for path in
        ["/notes/?/create_note", "/sign-in/code?/create_note", "/account?/create_note", "/feed.xml?/create_note"]
    {
        let answer = ada.post(path, &fields).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
    for path in ["//notes?/create_note", "/%6eotes?/create_note", "/NOTES?/create_note"] {
        let headers = [("sec-fetch-site", "same-origin")];
        let answer = ada.send(Method::POST, &format!("{}{path}", app.origin), Some(&fields), &headers).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {answer:?}");
    }
    let count: i64 = sqlx::query_scalar("select count(*) from notes").fetch_one(&app.database.superuser).await.unwrap();
    assert_eq!(count, 0);
    let beside = ada.post("/notes?a=%26&/create_note&b", &fields).await;
    assert_eq!(beside.redirect_path().as_deref(), Some(notes::PAGE), "{beside:?}");
}

#[tokio::test]
async fn the_address_that_a_form_was_posted_to_shows_the_plain_page() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for query in ["?/create_note", "?/unknown", "?/create_note&/delete_note", "?/../x", "?/api/create_note"] {
        let page = ada.get(&format!("{}{query}", notes::PAGE)).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.headers["x-robots-tag"], "noindex", "{query}");
        assert!(page.body.contains("action=\"?/create_note\""), "{query}: {}", page.body);
    }
    let mut visitor = app.browser();
    let page = visitor.get("/letters?/create_letter").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    assert!(!visitor.get(letters::PAGE).await.headers.contains_key("x-robots-tag"), "the page itself is found");
    // Whoever has to sign in comes back to the page.
    let away = visitor.get("/notes?/create_note").await;
    assert_eq!(away.redirect_path().as_deref(), Some("/sign-in?return_to=%2Fnotes"), "{away:?}");
    let theme = ada.post_from("/notes?/create_note", "/theme", &[("theme", "dark")]).await;
    assert_eq!(theme.redirect_path().as_deref(), Some(notes::PAGE));
}

/// Signs in again as a browser does that was sent to the sign-in page, and returns the page that this leads to.
async fn signed_in_again(browser: &mut Browser, sent: Page, name: &str) -> Page {
    let address = sent.redirect().expect("the way to the sign-in");
    let (_, return_to) = address.query_pairs().into_owned().find(|(name, _)| name == "return_to").expect("and back");
    let form = browser.follow(sent).await;
    assert!(form.body.contains(&format!("value=\"{}\"", return_to.replace('&', "&amp;"))), "{}", form.body);
    let email = format!("{}@example.com", name.to_ascii_lowercase());
    let entered = sign_in(browser, &email, &return_to).await;
    browser.follow(entered).await
}

async fn sign_in(browser: &mut Browser, email: &str, return_to: &str) -> Page {
    let fields = [("email", email), ("password", PASSWORD), ("return_to", return_to)];
    browser.post("/sign-in?/password", &fields).await
}

#[tokio::test]
async fn a_session_that_ended_while_somebody_wrote_takes_no_text_with_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    ada.post("/auth/sign-out", &[]).await;
    let submission = Uuid::new_v4().to_string();
    let fields = [("submission", &*submission), ("body", "Buy milk"), ("password", "hunter2")];
    let sent = ada.post("/notes?x=1&/create_note", &fields).await;
    assert_eq!(sent.redirect_path().as_deref(), Some("/sign-in?return_to=%2Fnotes%3Fx%3D1"), "{sent:?}");
    let page = signed_in_again(&mut ada, sent, "Ada").await;
    assert_eq!(page.url.query(), Some("x=1"));
    assert!(page.body.contains("value=\"Buy milk\"") && !page.body.contains("hunter2"), "{}", page.body);
    assert!(
        !shown(&mut ada, notes::PAGE).await.contains("Buy milk"),
        "it is shown once, and nothing is added by itself"
    );
}

#[tokio::test]
async fn two_tabs_do_not_take_each_others_text() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    ada.post("/auth/sign-out", &[]).await;
    let sent = ada.post("/letters?/preview", &[("body", "On the engine")]).await;
    assert_eq!(sent.redirect_path().as_deref(), Some("/sign-in?return_to=%2Fletters"), "{sent:?}");
    // Another tab signs in first, and looks at other pages.
    let entered = sign_in(&mut ada, "ada@example.com", "/notes").await;
    assert!(!ada.follow(entered).await.body.contains("On the engine"));
    assert!(!shown(&mut ada, "/account").await.contains("On the engine"));
    let page = shown(&mut ada, letters::PAGE).await;
    assert!(page.contains("value=\"On the engine\""), "{page}");
}

#[tokio::test]
async fn what_anonymous_clients_send_begins_no_session_but_for_a_sign_in() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for (address, fields, status) in [
        ("/notes?/unknown", &[("body", "x")][..], StatusCode::NOT_FOUND),
        ("/notes?/create_note", &[("something", "else")], StatusCode::UNPROCESSABLE_ENTITY),
        ("/notes?/delete_note", &[("id", "x")], StatusCode::UNPROCESSABLE_ENTITY),
        ("/letters?/create_letter", &[], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = visitor.post(address, fields).await;
        assert_eq!(page.status, status, "{address}: {page:?}");
        assert!(visitor.cookie(SESSION_COOKIE).is_none(), "{address}");
    }
}

#[tokio::test]
async fn the_server_may_do_the_maintenance_of_every_feature() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for body in ["Old", "New"] {
        assert_eq!(write(&mut ada, notes::PAGE, body).await.status, StatusCode::SEE_OTHER);
    }
    let age = "update notes set created_at = now() - interval '2 years' where body = 'Old'";
    sqlx::query(age).execute(&app.database.superuser).await.unwrap();
    for maintenance in SITE.features.iter().flat_map(|feature| feature.maintenance) {
        app.state.db.maintain(*maintenance).await.unwrap_or_else(|error| panic!("{maintenance:?}: {error}"));
    }
    let page = shown(&mut ada, notes::PAGE).await;
    assert!(page.contains("New") && !page.contains("Old"), "{page}");
}
