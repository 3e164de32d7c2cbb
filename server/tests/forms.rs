//! Forms without JavaScript, on the tests' own feature: what they add is seen by who may see it, and what fails comes back
//! with its text on its own page, in the same request.

use crate::support::feature::{letters, memos};
use crate::support::{Browser, Page, SITE, TestApp, shown};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use leptos::server_fn::error::ServerFnUrlError;
use request::{AppError, Field, FieldProblem, form};
use uuid::Uuid;

async fn write(browser: &mut Browser, page: &str, body: &str) -> Page {
    let key = if page == memos::PAGE { "create_memo" } else { "create_letter" };
    let idempotency_key = Uuid::new_v4().to_string();
    browser.post(&format!("{page}?/{key}"), &[("idempotency_key", &idempotency_key), ("body", body)]).await
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
async fn island_reads_the_answer_or_the_error_of_a_function() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    let key = ("idempotency_key", "00000000-0000-4000-8000-000000000000");
    let added = ada.fetch("/api/create_memo", &[("body", "Tea"), key]).await;
    assert_eq!(added.status, StatusCode::OK);
    added.read::<()>();
    ada.get(memos::PAGE).await.assert_shows(&["Tea"]);
    let refused = ada.fetch("/api/create_memo", &[("body", ""), key]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.read::<AppError>(), AppError::field(Field::new("body"), FieldProblem::Empty));
}

#[tokio::test]
async fn personal_row_is_seen_by_its_owner_only() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let added = write(&mut ada, memos::PAGE, "Buy milk").await;
    assert_eq!((added.status, added.redirect_path().as_deref()), (StatusCode::SEE_OTHER, Some(memos::PAGE)));
    assert_eq!(added.body, "", "a redirect has nothing to read");
    assert!(ada.follow(added).await.body.contains("Buy milk"));
    assert!(!shown(&mut grace, memos::PAGE).await.contains("Buy milk"));
    let stranger = app.browser().get(memos::PAGE).await;
    assert!(stranger.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{stranger:?}");

    let id = app.database.value::<i64>("select id from memos").await.to_string();
    let refused = grace.post("/memos?/delete_memo", &[("id", &id)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{refused:?}");
    refused.assert_shows(&["This does not exist, or it is not yours."]);
    assert!(shown(&mut ada, memos::PAGE).await.contains("Buy milk"));
    ada.post("/memos?/delete_memo", &[("id", &id)]).await;
    assert!(!shown(&mut ada, memos::PAGE).await.contains("Buy milk"));
}

#[tokio::test]
async fn public_row_is_read_by_anyone_and_loses_its_name_with_the_account() {
    let app = TestApp::start().await;
    write(&mut app.signed_up("Ada").await, letters::PAGE, "On the engine").await;
    let mut stranger = app.browser();
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && page.contains("Ada") && !page.contains("create_letter"), "{page}");
    write(&mut stranger, letters::PAGE, "Spam").await;
    assert_eq!(shown(&mut stranger, letters::DOCUMENT).await, "On the engine\n");
    app.forget("Ada").await;
    let page = shown(&mut stranger, letters::PAGE).await;
    assert!(page.contains("On the engine") && !page.contains("Ada"), "{page}");
}

#[tokio::test]
async fn failed_form_comes_back_with_its_text() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let (long, at_the_limit) = ("x".repeat(501), "🦀".repeat(80_000));
    for (page, long) in [(memos::PAGE, &long), (letters::PAGE, &long), (memos::PAGE, &at_the_limit)] {
        // Once more is what a reload does.
        for _ in 0..2 {
            let refused = write(&mut ada, page, long).await;
            assert_failed(&refused, StatusCode::UNPROCESSABLE_ENTITY, long);
            refused.assert_shows(&["This is too long: at most 500"]);
        }
        // Neither the page before it nor another tab knows of it.
        let plain = shown(&mut ada, page).await;
        assert!(!plain.contains(long) && !plain.contains("too long"), "{plain}");
    }
    let size = "select max(octet_length(ciphertext))::int8 from web.session";
    let before = app.database.value::<i64>(size).await;
    write(&mut ada, memos::PAGE, &"x".repeat(10_000)).await;
    assert_eq!(app.database.value::<i64>(size).await, before, "no session holds it");
}

#[cfg(feature = "stack")]
#[tokio::test]
async fn form_of_a_user_who_never_arrives_comes_back_with_its_text() {
    let app = TestApp::start().await;
    app.neon_auth.change(serde_json::json!({ "sync_delay": "never" })).await;
    let mut ada = app.signed_up("Ada").await;
    let refused = write(&mut ada, memos::PAGE, "Buy milk").await;
    assert_failed(&refused, StatusCode::SERVICE_UNAVAILABLE, "Buy milk");
    assert_eq!(refused.headers["retry-after"], "5");
    assert!(!refused.headers.contains_key("refresh"), "the same form would be sent by itself");
}

#[tokio::test]
async fn text_comes_back_where_its_page_cannot_be_shown() {
    let app = TestApp::start().await;
    let proxy = crate::support::DatabaseProxy::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &proxy.url), ("DATABASE_ACQUIRE_SECONDS", "1")]).await;
    let mut ada = server.browser(&app.signed_up("Ada").await);
    proxy.cut();
    let page = write(&mut ada, memos::PAGE, "Buy <milk>").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page:?}");
    assert!(page.body.contains("Buy &lt;milk>") || page.body.contains("Buy &lt;milk&gt;"), "{}", page.body);
    assert!(page.body.contains("href=\"/memos\"") && !page.body.contains("idempotency_key"), "{}", page.body);
    assert_eq!(page.headers["cache-control"], "private, no-store");
}

#[tokio::test]
async fn preview_shows_the_text_and_adds_nothing() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    let page = ada.post("/letters?/preview", &[("body", "On the engine"), ("password", "hunter2")]).await;
    assert_failed(&page, StatusCode::OK, "On the engine");
    page.assert_hides(&["hunter2"]);
    assert_eq!(shown(&mut ada, letters::DOCUMENT).await, "");
    assert!(!shown(&mut ada, letters::PAGE).await.contains("On the engine"));
}

#[tokio::test]
async fn action_is_accepted_by_its_own_page_only() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
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
async fn invalid_action_key_calls_nothing() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let fields = [("idempotency_key", "0198c0de-0000-7000-8000-000000000001"), ("body", "Tea")];
    let unknown = ["", "?", "?/", "?create_memo", "?/unknown", "?/create_letter", "?/preview", "?/CREATE_MEMO"];
    let paths = ["?/create_memo/", "?//create_memo", "?/../create_memo", "?/x/../create_memo", "?/api/create_memo"];
    let twice = ["?/create_memo&/create_memo", "?/create_memo&/delete_memo"];
    let values = ["?/create_memo=1", "?x=/create_memo"];
    let escapes = ["?%2Fcreate_memo", "?/create%5Fmemo", "?/create_memo%00", "?/create_memo;/x"];
    for query in [&unknown[..], &paths, &twice, &values, &escapes].concat() {
        let answer = ada.post(&format!("/memos{query}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{query}: {answer:?}");
    }
    for path in
        ["/memos/?/create_memo", "/sign-in/code?/create_memo", "/account?/create_memo", "/feed.xml?/create_memo"]
    {
        let answer = ada.post(path, &fields).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
    for path in ["//memos?/create_memo", "/%6demos?/create_memo", "/MEMOS?/create_memo"] {
        let headers = [("sec-fetch-site", "same-origin")];
        let answer = ada.send(Method::POST, &format!("{}{path}", app.origin), Some(&fields), &headers).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {answer:?}");
    }
    assert_eq!(app.database.count("memos").await, 0);
    ada.post("/memos?a=%26&/create_memo&b", &fields).await.assert_redirect(memos::PAGE);
}

#[tokio::test]
async fn address_of_an_action_shows_the_plain_page() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    for query in ["?/create_memo", "?/unknown", "?/create_memo&/delete_memo", "?/../x", "?/api/create_memo"] {
        let page = ada.get(&format!("{}{query}", memos::PAGE)).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.headers["x-robots-tag"], "noindex", "{query}");
        page.assert_shows(&["action=\"?/create_memo\""]);
    }
    let mut visitor = app.browser();
    let page = visitor.get("/letters?/create_letter").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    assert!(!visitor.get(letters::PAGE).await.headers.contains_key("x-robots-tag"), "the page itself is found");
    // A client that has to sign in comes back to the page.
    visitor.get("/memos?/create_memo").await.assert_redirect("/sign-in?return_to=%2Fmemos");
    visitor.get("/memos?show=open&/create_memo").await.assert_redirect("/sign-in?return_to=%2Fmemos%3Fshow%3Dopen");
    let theme = ada.post_from("/memos?/create_memo", "/theme", &[("theme", "dark")]).await;
    theme.assert_redirect(memos::PAGE);
}

/// Checks that an error in an address, as Leptos writes it there, says nothing on any page with a form.
#[tokio::test]
async fn error_in_an_address_means_nothing() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let errors = [AppError::NotFound, AppError::Unavailable, AppError::field(Field::new("body"), FieldProblem::Empty)];
    for (function, page) in SITE.features.iter().flat_map(|feature| feature.forms) {
        if page.contains('{') {
            continue;
        }
        for error in &errors {
            let address = ServerFnUrlError::new(function, error.clone()).to_url(&format!("{}{page}", app.origin));
            let answer = ada.get(address.expect("an address").as_str()).await;
            assert_eq!(answer.status, StatusCode::OK, "{function}: {answer:?}");
            let sentence = match error {
                AppError::Invalid(_) => error.about(&Field::new("body")).expect("a sentence"),
                other => other.to_string(),
            };
            answer.assert_hides(&[&sentence, "aria-invalid=\"true\""]);
        }
    }
    let forged = URL_SAFE_NO_PAD.encode("\"<b>Your account was hacked</b>\"");
    for page in ["/sign-in?/password", "/letters?/create_letter"] {
        for error in [&*forged, "garbage", "%00", "e30", ""] {
            let query = format!("__path=%2Fapi%2Fcreate_letter&__err={error}&error={error}");
            let body = shown(&mut app.browser(), &format!("{page}&{query}")).await;
            assert!(!body.contains("hacked"), "{page} {error}: {body}");
        }
    }
}

#[tokio::test]
async fn server_may_run_the_maintenance_of_every_feature() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    for body in ["Old", "New"] {
        assert_eq!(write(&mut ada, memos::PAGE, body).await.status, StatusCode::SEE_OTHER);
    }
    app.database.run("update memos set created_at = now() - interval '2 years' where body = 'Old'").await;
    for maintenance in SITE.features.iter().flat_map(|feature| feature.maintenance) {
        app.state.db.maintain(*maintenance).await.unwrap_or_else(|error| panic!("{maintenance:?}: {error}"));
    }
    let page = shown(&mut ada, memos::PAGE).await;
    assert!(page.contains("New") && !page.contains("Old"), "{page}");
}
