//! The text of posts on pages: Markdown, escaping, directions, and search results.

use super::{app_with_post, preview, publish, update};
use crate::support::{PASSWORD, TestApp};
use app::NAME;
use http::StatusCode;

#[tokio::test]
async fn typed_text_cannot_break_out_of_its_field() {
    let hostile = "&amp; </textarea></title><img src=x onerror=alert(1)>";
    let (_app, mut ada, path) = app_with_post(hostile, hostile).await;
    for page in [path.clone(), format!("{path}/edit"), "/".to_owned()] {
        let body = ada.get(&page).await.body;
        assert!(!body.contains("<img"), "{page}: {body}");
    }
    let edit = ada.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains(">&amp;amp; &lt;/textarea>&lt;/title>&lt;img src=x onerror=alert(1)></textarea>"), "{edit}");
}

#[tokio::test]
async fn markdown_cannot_break_out_of_the_page() {
    let (app, _ada, path) =
        app_with_post("Tea", "# Hot\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))").await;
    let body = app.browser().get(&path).await.body;
    assert!(body.contains(">Hot</h2>"), "{body}");
    assert!(!body.contains("<img") && !body.contains("href=\"javascript"), "{body}");
}

#[tokio::test]
async fn leading_indentation_is_kept_everywhere() {
    let (typed, code) = ("\r\n    a = 1\r\n      b = 2\r\n\r\n", "<code>a = 1\n  b = 2</code></pre>");
    let (app, mut ada, path) = app_with_post("Code", typed).await;
    let shown = app.browser().get(&path).await.body;
    assert!(shown.contains(code), "{shown}");

    let edit = ada.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains(">    a = 1\n      b = 2</textarea>"), "{edit}");
    let fields = [("title", "Code"), ("content", typed)];
    let previewed = preview(&mut ada, "/posts/new", &fields).await.body;
    assert!(previewed.contains(code) && previewed.contains("\r\n    a = 1"), "{previewed}");
    let while_typing = ada.fetch("/api/preview_post", &fields[1..]).await.read::<String>();
    assert!(while_typing.contains(code), "{while_typing}");
    // As a browser sends the form when nothing was changed.
    update(&mut ada, &path, "1", "Code", "    a = 1\r\n      b = 2").await;
    assert!(!app.browser().get(&path).await.body.contains("edited"), "the same text is no edit");
}

#[tokio::test]
async fn a_bare_url_is_a_link_in_the_post_and_text_in_the_list() {
    let (app, _ada, path) = app_with_post("Links", "Read https://a.example/b_c, `https://code.example` too.").await;
    let shown = app.browser().get(&path).await.body;
    let link = "<a href=\"https://a.example/b_c\" rel=\"nofollow ugc noopener\">https://a.example/b_c</a>,";
    assert!(shown.contains(link) && shown.contains("<code>https://code.example</code>"), "{shown}");
    let list = app.browser().get("/").await.body;
    assert!(list.contains("Read https://a.example/b_c, https://code.example too."), "{list}");
}

#[tokio::test]
async fn search_results_mark_the_words() {
    let (app, _ada, _path) = app_with_post("On engines <b>", "They weave.").await;
    let mut reader = app.browser();
    let found = reader.get("/?q=weaving").await.body;
    assert!(found.contains("<mark>weave</mark>") && found.contains("On engines &lt;b&gt;"), "{found}");
    assert!(found.contains("value=\"weaving\""), "the field keeps the words: {found}");
    let nothing = reader.get("/?q=%22%20%26%20%7C%20%21").await;
    assert!(nothing.status == StatusCode::OK && nothing.body.contains("No post has these words"), "{}", nothing.body);
    assert!(nothing.body.contains("Show all posts"), "{}", nothing.body);
    let long = "a".repeat(5_000);
    let refused = reader.get(&format!("/?q={long}")).await;
    assert!(refused.body.contains("at most 200 characters") && refused.body.contains(&long), "{}", refused.body);
    let control = reader.get("/?q=a%00b").await;
    assert!(control.status == StatusCode::OK && control.body.contains("control character"), "{}", control.body);
}

#[tokio::test]
async fn bidirectional_text_is_isolated() {
    let app = TestApp::start().await;
    let mut sarah = app.browser();
    sarah.sign_up_with("\u{2069}\u{202e}שרה", "sarah@example.com", PASSWORD).await;
    let path = publish(&mut sarah, "\u{2069}\u{202e}שלום", "אחד\n\n- שתיים").await;
    let mut reader = app.browser();
    let post = reader.get(&path).await.body;
    for expected in [
        "<bdi>שרה</bdi> · <time",
        "<h1 dir=\"auto\"",
        "<p dir=\"auto\">אחד</p>",
        "<li dir=\"auto\">שתיים</li>",
        &*format!("<title>\u{2068}שלום\u{2069} · {NAME}</title>"),
    ] {
        assert!(post.contains(expected), "{expected}: {post}");
    }
    let list = reader.get("/").await.body;
    for expected in ["<bdi>שרה</bdi> · <time", "<h2 dir=\"auto\"", "<p dir=\"auto\" class=\"mt-3 line-clamp-3\">"] {
        assert!(list.contains(expected), "{expected}: {list}");
    }
    let feed = reader.get("/feed.xml").await.body;
    assert!(
        feed.contains("<title>\u{2068}שלום\u{2069}</title>") && feed.contains("<name>\u{2068}שרה\u{2069}</name>"),
        "{feed}"
    );
    let edit = sarah.get(&format!("{path}/edit")).await.body;
    assert_eq!(edit.matches("dir=\"auto\"").count(), 2, "title and text: {edit}");
}

#[tokio::test]
async fn a_tab_is_white_space_in_titles_and_searches() {
    let (app, mut ada, path) = app_with_post("Tea\tand milk", "One\tcup.").await;
    assert!(ada.get(&path).await.body.contains(&format!("<title>Tea and milk · {NAME}</title>")));
    let found = app.browser().get("/?q=tea%09milk").await.body;
    assert!(found.contains(&path) && found.contains("<mark>"), "{found}");
    let refused = app.browser().get("/?q=tea%1bmilk").await.body;
    assert!(refused.contains("control character"), "{refused}");
}
