//! Writing posts: previews, repeated forms, and conflicting edits.

use super::{after, app_with_post, content_type, id_of, preview, publish, update};
use crate::http::server_timing;
use crate::support::{PASSWORD, TestApp};
use app::posts::model::{CONTENT, PostId};
use http::StatusCode;
use leptos::server_fn::ContentType;
use request::codec::PostcardEncoding;
use request::{AppError, FieldProblem};
use uuid::Uuid;

/// Covers a page that the back button restored, and a text that was changed after its answer was lost.
#[tokio::test]
async fn a_repeated_form_with_another_text_adds_another_post() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let idempotency_key = Uuid::new_v4().to_string();
    let mut paths = Vec::new();
    for content in ["It rained.", "It rained.\r\n\r\nAnd snowed.", "Something else.", "It rained.\r\n"] {
        let fields = [("idempotency_key", &*idempotency_key), ("title", "Weather"), ("content", content)];
        let page = ada.post("/posts/new?/create_post", &fields).await;
        paths.push(page.redirect_path().expect("the post"));
        let body = app.browser().get(paths.last().unwrap()).await.body;
        let words = content.trim().rsplit("\r\n").next().unwrap();
        assert!(body.contains(&format!(">{words}</p>")), "{content}: {body}");
    }
    assert_eq!(paths[3], paths[0], "the same text is the same post");
    assert_eq!(app.browser().get("/").await.body.matches("<article").count(), 3);

    let fields = [("idempotency_key", &*idempotency_key), ("title", "Weather"), ("content", "From an island.")];
    let answers = [ada.fetch("/api/create_post", &fields).await, ada.fetch("/api/create_post", &fields).await];
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "{answers:?}");
    let [first, second] = answers.map(|answer| answer.read::<PostId>());
    assert_eq!(first, second);
    assert!(!paths.contains(&first.path()), "{first:?}");
}

#[tokio::test]
async fn a_repeated_edit_is_no_conflict() {
    let (_app, mut ada, path) = app_with_post("Tea", "First").await;
    for _ in 0..2 {
        assert_eq!(update(&mut ada, &path, "1", "Tea", "Second").await.url.path(), path);
    }
    assert!(update(&mut ada, &path, "1", "Tea", "Third").await.body.contains("changed elsewhere"));
}

#[tokio::test]
async fn an_edit_keeps_its_version_until_the_conflict_was_shown() {
    let (_app, mut ada, path) = app_with_post("Tea", "First").await;
    let page = format!("{path}/edit");

    // Another tab saves; this one requests a preview, then sends an invalid title, then a valid form.
    update(&mut ada, &path, "1", "Tea", "Second").await;
    let third = [("id", id_of(&path)), ("version", "1"), ("title", "Tea"), ("content", "Third")];
    let previewed = preview(&mut ada, &page, &third).await.body;
    assert_eq!(after(&previewed, "name=\"version\" value=\""), "1", "{previewed}");
    let elsewhere = [("id", "0"), ("version", "7"), ("title", "Other"), ("content", "Other")];
    let own = preview(&mut ada, &page, &elsewhere).await.body;
    assert!(own.contains(">Second</textarea>") && !own.contains("Other"), "another post's text: {own}");
    let refused = update(&mut ada, &path, "1", "", "Third").await.body;
    assert_eq!(after(&refused, "name=\"version\" value=\""), "1", "{refused}");
    let stale = update(&mut ada, &path, "1", "Tea", "Third").await.body;
    assert!(stale.contains(">Third</textarea>") && stale.contains("Second</div>"), "{stale}");
    assert_eq!(after(&stale, "name=\"version\" value=\""), "2", "{stale}");

    assert!(update(&mut ada, &path, "2", "Tea", "Third").await.body.contains(">Third</p>"));
}

#[tokio::test]
async fn a_preview_shows_the_text_and_saves_nothing() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let idempotency_key = Uuid::new_v4().to_string();
    let fields = [("idempotency_key", &*idempotency_key), ("title", "Tea"), ("content", "**hot** <script>")];
    let page = preview(&mut ada, "/posts/new", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    for expected in [
        "<strong>hot</strong> &lt;script&gt;",
        ">Tea</h2>",
        "value=\"Tea\"",
        ">**hot** &lt;script></textarea>",
        &idempotency_key,
    ] {
        assert!(page.body.contains(expected), "{expected} in {}", page.body);
    }
    assert!(!app.browser().get("/").await.body.contains("Tea"));

    let long = format!("{}<b>", "a".repeat(50_000));
    let page = preview(&mut ada, "/posts/new", &[("title", "Tea"), ("content", &long)]).await;
    assert!(page.body.contains("at most 50000 characters, you have 50003"), "the page says what is wrong");
    assert!(page.body.contains("<div class=\"prose\"></div>"), "and renders nothing that could not be saved");
}

#[tokio::test]
async fn the_live_preview_is_escaped_and_saves_nothing() {
    let hostile = "# Tea\n\n**hot** <img src=x onerror=alert(1)> [x](javascript:alert(1)) \"50%+\\\" 🦀";
    let (app, mut ada, path) = app_with_post("Tea", hostile).await;
    let shown = app.browser().get(&path).await.body;

    let page = ada.fetch("/api/preview_post", &[("content", hostile)]).await;
    assert_eq!((page.status, content_type(&page)), (StatusCode::OK, PostcardEncoding::CONTENT_TYPE));
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let html: String = page.read();
    assert!(shown.contains(&html) && html.contains("<strong>hot</strong>") && !html.contains("<img"), "{html}");
    assert_eq!(app.browser().get("/").await.body.matches("<article").count(), 1, "only what was published is there");

    let long = "a".repeat(50_001);
    let too_long = FieldProblem::TooLong { max: 50_000, actual: 50_001 };
    for (text, problem) in
        [("\u{200b}", FieldProblem::Empty), ("a\0b", FieldProblem::ControlCharacter), (&*long, too_long)]
    {
        let refused = ada.fetch("/api/preview_post", &[("content", text)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.read::<AppError>(), AppError::field(CONTENT, problem));
    }
}

#[tokio::test]
async fn only_the_author_may_edit_or_preview_an_edit() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let path = publish(&mut ada, "Tea", "Hot").await;
    let edit = format!("{path}/edit");
    let fields = [("id", "1"), ("version", "1"), ("title", "Tea"), ("content", "*mine*")];
    assert_eq!(preview(&mut grace, &edit, &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(grace.get(&edit).await.status, StatusCode::NOT_FOUND);
    let post = grace.get(&path).await.body;
    assert!(post.contains("Tea</h1>") && !post.contains(&edit), "{post}");
    assert!(ada.get(&path).await.body.contains(&edit), "its author may edit it");

    let mut ended = app.signed_up("Charles").await;
    ended.post("/auth/sign-out", &[]).await;
    let page = preview(&mut ended, "/posts/new", &[("title", "Engines"), ("content", "*weaving*")]).await;
    assert!(page.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{page:?}");
    let credentials = [("email", "charles@example.com"), ("password", PASSWORD), ("return_to", "/posts/new")];
    let back = ended.post("/sign-in?/password", &credentials).await;
    let page = ended.follow(back).await;
    assert!(page.body.contains("<em>weaving</em>") && page.body.contains("value=\"Engines\""), "{}", page.body);
}

#[tokio::test]
async fn the_editor_names_its_user_and_whether_text_was_typed() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let editor = ada.get("/posts/new").await.body;
    let user = after(&editor, "data-person=\"").to_owned();
    assert!(!user.is_empty() && !editor.contains("data-typed"), "{editor}");
    assert_ne!(after(&grace.get("/posts/new").await.body, "data-person=\""), user);

    let refused = ada.post("/posts/new?/create_post", &[("title", ""), ("content", "Typed")]).await;
    let back = ada.follow(refused).await.body;
    assert!(back.contains("data-typed"), "{back}");
    let path = publish(&mut ada, "Tea", "Hot").await;
    let edit = ada.get(&format!("{path}/edit")).await.body;
    assert!(after(&edit, "data-person=\"") == user && !edit.contains("data-typed"), "{edit}");
    // Other pages do not tell the user's id.
    assert!(!grace.get(&path).await.body.contains(&user));
}

#[tokio::test]
async fn server_timing_names_the_database_only_where_it_was_used() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    // Long enough to measure its rendering.
    let text = "- *one* **two** `three`\n".repeat(400);
    let post = [("idempotency_key", "0b06c9a2-1d1e-4c55-8d9a-000000000000"), ("title", "Tea"), ("content", &*text)];
    for (function, fields, asks) in
        [("/api/create_post", &post[..], true), ("/api/preview_post", &[("content", &*text)], false)]
    {
        let answer = ada.fetch(function, fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{function}: {}", answer.body);
        let header = server_timing::header_of(&answer);
        let parts = server_timing::read(header);
        assert_eq!(server_timing::time(&parts, "db") > 0.0, asks, "{function}: {header}");
        assert!(server_timing::time(&parts, "render") > 0.0, "{function}: {header}");
    }
}
