//! Posts as seen by programs and by a browser without JavaScript: the feed, what crawlers read, previews.

use crate::http::server_timing;
use crate::support::{Browser, PASSWORD, Page, TestApp};
use app::NAME;
use http::{Method, StatusCode};
use uuid::Uuid;

pub async fn publish(browser: &mut Browser, title: &str, content: &str) -> String {
    let submission = Uuid::new_v4().to_string();
    let fields = [("submission", &*submission), ("title", title), ("content", content)];
    let page = browser.post("/posts/new?/create_post", &fields).await;
    page.redirect_path().expect("the new post")
}

async fn preview(browser: &mut Browser, page: &str, fields: &[(&str, &str)]) -> Page {
    let fields = [fields, &[("preview", "1")]].concat();
    browser.post(&format!("{page}?/preview"), &fields).await
}

/// Calls a server function like an island.
async fn fetch(app: &TestApp, browser: &mut Browser, function: &str, fields: &[(&str, &str)]) -> Page {
    let headers = [("accept", "application/json"), ("origin", &*app.origin), ("sec-fetch-site", "same-origin")];
    browser.send(Method::POST, function, Some(fields), &headers).await
}

fn content_type(page: &Page) -> &str {
    page.headers["content-type"].to_str().unwrap()
}

/// Returns the text between `before` and the next quote.
fn after<'a>(page: &'a str, before: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{before} in {page}"));
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn programs_find_the_posts_under_the_configured_address() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea & <milk>", "It is **hot**.").await;
    let address = format!("{}{path}", app.origin);

    let mut program = app.browser();
    for (document, kind, expected) in [
        ("/feed.xml", "application/atom+xml; charset=utf-8", format!("<id>{address}</id>")),
        ("/feed.xml", "application/atom+xml; charset=utf-8", "<title>Tea &amp; &lt;milk&gt;</title>".to_owned()),
        ("/feed.xml", "application/atom+xml; charset=utf-8", "<summary>It is hot.</summary>".to_owned()),
        ("/sitemap.xml", "application/xml; charset=utf-8", format!("<loc>{}/sitemaps/0.xml</loc>", app.origin)),
        ("/sitemaps/0.xml", "application/xml; charset=utf-8", format!("<loc>{address}</loc>")),
        ("/robots.txt", "text/plain; charset=utf-8", format!("Sitemap: {}/sitemap.xml", app.origin)),
    ] {
        let page = program.send(Method::GET, document, None, &[("host", "evil.example")]).await;
        assert_eq!((page.status, content_type(&page)), (StatusCode::OK, kind), "{document}");
        assert!(page.body.contains(&expected) && !page.body.contains("evil.example"), "{document}: {}", page.body);
        assert_eq!(page.headers["cache-control"], "public, max-age=3600");
    }
    for nowhere in
        ["/sitemaps/1.xml", "/sitemaps/x.xml", "/sitemaps/0", "/sitemaps/-1.xml", "/sitemaps/99999999999.xml"]
    {
        assert_eq!(program.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn the_list_says_what_it_is() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await;
    assert!(!after(&page.body, "<meta name=\"description\" content=\"").is_empty());
    assert!(page.body.contains(&format!("<link href=\"{}/\" rel=\"canonical\">", app.origin)), "{}", page.body);
}

#[tokio::test]
async fn a_post_says_what_it_is() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let title = "</script><script>alert(1)</script>";
    let path = publish(&mut ada, title, "It is **hot**, \"very\".").await;

    let page = app.browser().send(Method::GET, &path, None, &[("host", "evil.example")]).await;
    let (body, address) = (&page.body, format!("{}{path}", app.origin));
    assert!(!body.contains("evil.example") && !body.contains("<script>alert"), "{body}");
    assert!(body.contains(&format!("<link href=\"{address}\" rel=\"canonical\">")), "{body}");
    let escaped = format!("<title>&lt;/script>&lt;script>alert(1)&lt;/script> · {NAME}</title>");
    assert!(body.contains(&escaped), "{body}");
    assert_eq!(after(body, "<meta property=\"og:url\" content=\""), address);
    assert_eq!(after(body, "<meta property=\"og:type\" content=\""), "article");
    assert_eq!(after(body, "<meta name=\"description\" content=\""), "It is hot, &quot;very&quot;.");
    let nonce = after(page.headers["content-security-policy"].to_str().unwrap(), "'nonce-").split('\'').next().unwrap();
    let json = body.split("application/ld+json").nth(1).unwrap();
    assert!(json.split('>').next().unwrap().contains(nonce), "{json}");
    let json = json.split_once('>').unwrap().1.split_once("</script>").unwrap().0;
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!((&json["headline"], &json["url"]), (&title.into(), &address.into()));
}

#[tokio::test]
async fn only_what_everybody_sees_is_for_search_engines() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "Hot").await;
    let mut stranger = app.browser();
    for (page, indexed) in [
        ("/", true),
        (&*path, true),
        ("/?q=tea", false),
        ("/sign-in", false),
        ("/posts/new", false),
        ("/account", false),
    ] {
        let answer = stranger.get(page).await;
        assert_eq!(!answer.headers.contains_key("x-robots-tag"), indexed, "{page}");
    }
}

#[tokio::test]
async fn what_is_typed_comes_back_as_it_was_and_stays_in_its_field() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let hostile = "&amp; </textarea></title><img src=x onerror=alert(1)>";
    let path = publish(&mut ada, hostile, hostile).await;
    for page in [path.clone(), format!("{path}/edit"), "/".to_owned()] {
        let body = ada.get(&page).await.body;
        assert!(!body.contains("<img"), "{page}: {body}");
    }
    let edit = ada.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains(">&amp;amp; &lt;/textarea>&lt;/title>&lt;img src=x onerror=alert(1)></textarea>"), "{edit}");
}

#[tokio::test]
async fn what_is_written_is_shown_and_cannot_break_out() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "# Hot\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))").await;
    let body = app.browser().get(&path).await.body;
    assert!(body.contains(">Hot</h2>"), "{body}");
    assert!(!body.contains("<img") && !body.contains("href=\"javascript"), "{body}");
}

/// Covers a page that the back button restored, and a text that was changed after its answer was lost.
#[tokio::test]
async fn a_form_sent_again_with_another_text_publishes_that_too() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let submission = Uuid::new_v4().to_string();
    let mut paths = Vec::new();
    for content in ["It rained.", "It rained.\r\n\r\nAnd snowed.", "Something else.", "It rained.\r\n"] {
        let fields = [("submission", &*submission), ("title", "Weather"), ("content", content)];
        let page = ada.post("/posts/new?/create_post", &fields).await;
        paths.push(page.redirect_path().expect("the post"));
        let body = app.browser().get(paths.last().unwrap()).await.body;
        let words = content.trim().rsplit("\r\n").next().unwrap();
        assert!(body.contains(&format!(">{words}</p>")), "{content}: {body}");
    }
    assert_eq!(paths[3], paths[0], "the same text is the same post");
    assert_eq!(app.browser().get("/").await.body.matches("<article").count(), 3);

    let fields = [("submission", &*submission), ("title", "Weather"), ("content", "From an island.")];
    let answers = [
        fetch(&app, &mut ada, "/api/create_post", &fields).await,
        fetch(&app, &mut ada, "/api/create_post", &fields).await,
    ];
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "{answers:?}");
    assert_eq!(answers[0].body, answers[1].body);
    assert!(!paths.contains(&format!("/posts/{}", answers[0].body)), "{answers:?}");
}

#[tokio::test]
async fn an_edit_that_is_sent_again_is_saved_and_no_conflict() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "First").await;
    let (id, page) = (path.rsplit('/').next().unwrap().to_owned(), format!("{path}/edit"));
    let fields = |content| [("id", &*id), ("version", "1"), ("title", "Tea"), ("content", content)];
    for _ in 0..2 {
        let answer = ada.post(&format!("{page}?/update_post"), &fields("Second")).await;
        assert_eq!(answer.redirect_path().as_deref(), Some(&*path));
    }
    let stale = ada.post(&format!("{page}?/update_post"), &fields("Third")).await;
    assert!(ada.follow(stale).await.body.contains("changed elsewhere"));
}

#[tokio::test]
async fn code_at_the_beginning_keeps_its_indent_wherever_it_is_shown() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let (typed, code) = ("\r\n    a = 1\r\n      b = 2\r\n\r\n", "<code>a = 1\n  b = 2</code></pre>");
    let path = publish(&mut ada, "Code", typed).await;
    let shown = app.browser().get(&path).await.body;
    assert!(shown.contains(code), "{shown}");

    let page = format!("{path}/edit");
    let edit = ada.get(&page).await.body;
    assert!(edit.contains(">    a = 1\n      b = 2</textarea>"), "{edit}");
    let fields = [("title", "Code"), ("content", typed)];
    let previewed = preview(&mut ada, "/posts/new", &fields).await.body;
    assert!(previewed.contains(code) && previewed.contains("\r\n    a = 1"), "{previewed}");
    let while_typing = fetch(&app, &mut ada, "/api/preview_post", &fields[1..]).await.body;
    assert!(request::wire::unescape(while_typing.trim_matches('"')).contains(code), "{while_typing}");
    // As a browser sends the form when nothing was changed.
    let again = [("id", path.rsplit('/').next().unwrap()), ("version", "1"), ("title", "Code")];
    let again = [&again[..], &[("content", "    a = 1\r\n      b = 2")]].concat();
    ada.post(&format!("{page}?/update_post"), &again).await;
    assert!(!app.browser().get(&path).await.body.contains("edited"), "the same text is no edit");
}

#[tokio::test]
async fn a_bare_address_is_a_link_in_the_post_and_text_in_the_list() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Links", "Read https://a.example/b_c, `https://code.example` too.").await;
    let shown = app.browser().get(&path).await.body;
    let link = "<a href=\"https://a.example/b_c\" rel=\"nofollow ugc noopener\">https://a.example/b_c</a>,";
    assert!(shown.contains(link) && shown.contains("<code>https://code.example</code>"), "{shown}");
    let list = app.browser().get("/").await.body;
    assert!(list.contains("Read https://a.example/b_c, https://code.example too."), "{list}");
}

#[tokio::test]
async fn a_search_shows_where_it_found_the_words() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    publish(&mut ada, "On engines <b>", "They weave.").await;
    let mut reader = app.browser();
    let found = reader.get("/?q=weaving").await.body;
    assert!(found.contains("<mark>weave</mark>") && found.contains("On engines &lt;b&gt;"), "{found}");
    let nothing = reader.get("/?q=%22%20%26%20%7C%20%21").await;
    assert!(nothing.status == StatusCode::OK && nothing.body.contains("No post has these words"), "{}", nothing.body);
    let long = "a".repeat(5_000);
    let refused = reader.get(&format!("/?q={long}")).await;
    assert!(refused.body.contains("at most 200 characters") && refused.body.contains(&long), "{}", refused.body);
    let control = reader.get("/?q=a%00b").await;
    assert!(control.status == StatusCode::OK && control.body.contains("control character"), "{}", control.body);
}

#[tokio::test]
async fn a_preview_shows_the_text_and_saves_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let submission = Uuid::new_v4().to_string();
    let fields = [("submission", &*submission), ("title", "Tea"), ("content", "**hot** <script>")];
    let page = preview(&mut ada, "/posts/new", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    for expected in [
        "<strong>hot</strong> &lt;script&gt;",
        ">Tea</h2>",
        "value=\"Tea\"",
        ">**hot** &lt;script></textarea>",
        &submission,
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
async fn a_preview_while_typing_is_as_safe_as_the_page_and_saves_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let hostile = "# Tea\n\n**hot** <img src=x onerror=alert(1)> [x](javascript:alert(1)) \"50%+\\\" 🦀";
    let path = publish(&mut ada, "Tea", hostile).await;
    let shown = app.browser().get(&path).await.body;

    let page = fetch(&app, &mut ada, "/api/preview_post", &[("content", hostile)]).await;
    assert_eq!((page.status, content_type(&page)), (StatusCode::OK, "application/json"));
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let token = page.body.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("one string");
    assert!(!token.contains(['"', '\\', '<']), "{token}");
    let html = request::wire::unescape(token);
    assert!(shown.contains(&html) && html.contains("<strong>hot</strong>") && !html.contains("<img"), "{html}");
    assert_eq!(app.browser().get("/").await.body.matches("<article").count(), 1, "only what was published is there");

    let long = "a".repeat(50_001);
    for (text, problem) in [("\u{200b}", "empty"), ("a\0b", "control-character"), (&*long, "too-long:50000:50001")] {
        let refused = fetch(&app, &mut ada, "/api/preview_post", &[("content", text)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.body, format!("\"invalid content:{problem}\""));
    }
}

#[tokio::test]
async fn an_editor_says_whose_text_it_holds_and_whether_it_was_typed() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let editor = ada.get("/posts/new").await.body;
    let person = after(&editor, "data-person=\"").to_owned();
    assert!(!person.is_empty() && !editor.contains("data-typed"), "{editor}");
    assert_ne!(after(&grace.get("/posts/new").await.body, "data-person=\""), person);

    let refused = ada.post("/posts/new?/create_post", &[("title", ""), ("content", "Typed")]).await;
    let back = ada.follow(refused).await.body;
    assert!(back.contains("data-typed"), "{back}");
    let path = publish(&mut ada, "Tea", "Hot").await;
    let edit = ada.get(&format!("{path}/edit")).await.body;
    assert!(after(&edit, "data-person=\"") == person && !edit.contains("data-typed"), "{edit}");
    // Other pages do not tell the user's id.
    assert!(!grace.get(&path).await.body.contains(&person));
}

#[tokio::test]
async fn pages_are_loaded_ahead_for_visitors_who_do_not_save_data() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "Hot").await;
    let mut visitor = app.browser();
    for page in ["/", &*path] {
        let shown = visitor.get(page).await;
        assert!(shown.body.contains("<script type=\"speculationrules\" nonce="), "{page}: {}", shown.body);
        assert_eq!(shown.headers["cache-control"], "private, no-cache");
        assert_eq!(shown.headers["vary"], "cookie, save-data");
        let saving = visitor.send(Method::GET, page, None, &[("save-data", "on")]).await.body;
        assert!(!saving.contains("speculationrules"), "{page}: {saving}");
        // An author would see the post as it was before an edit.
        assert!(!ada.get(page).await.body.contains("speculationrules"), "{page}");
    }
    let ahead =
        visitor.send(Method::GET, &path, None, &[("sec-purpose", "prefetch"), ("sec-fetch-dest", "document")]).await;
    assert!(ahead.status == StatusCode::OK && !ahead.headers.contains_key("set-cookie"), "{ahead:?}");
}

#[tokio::test]
async fn a_preview_belongs_to_who_can_save_it() {
    let app = TestApp::start().await;
    let (mut ada, mut grace) = (app.signed_up("Ada").await, app.signed_up("Grace").await);
    let path = format!("{}/edit", publish(&mut ada, "Tea", "Hot").await);
    let fields = [("id", "1"), ("version", "1"), ("title", "Tea"), ("content", "*mine*")];
    assert_eq!(preview(&mut grace, &path, &fields).await.status, StatusCode::NOT_FOUND);

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
async fn an_edit_stays_with_the_version_it_began_with_until_the_other_one_was_shown() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "First").await;
    let (id, page) = (path.rsplit('/').next().unwrap().to_owned(), format!("{path}/edit"));
    let fields = |version, title, content| [("id", &*id), ("version", version), ("title", title), ("content", content)];

    // Another tab saves; this one requests a preview, then sends an invalid title, then a valid form.
    ada.post(&format!("{page}?/update_post"), &fields("1", "Tea", "Second")).await;
    let previewed = preview(&mut ada, &page, &fields("1", "Tea", "Third")).await.body;
    assert_eq!(after(&previewed, "name=\"version\" value=\""), "1", "{previewed}");
    let elsewhere = [("id", "0"), ("version", "7"), ("title", "Other"), ("content", "Other")];
    let own = preview(&mut ada, &page, &elsewhere).await.body;
    assert!(own.contains(">Second</textarea>") && !own.contains("Other"), "another post's text: {own}");
    let refused = ada.post(&format!("{page}?/update_post"), &fields("1", "", "Third")).await;
    let refused = ada.follow(refused).await.body;
    assert_eq!(after(&refused, "name=\"version\" value=\""), "1", "{refused}");
    let stale = ada.post(&format!("{page}?/update_post"), &fields("1", "Tea", "Third")).await;
    let stale = ada.follow(stale).await.body;
    assert!(stale.contains(">Third</textarea>") && stale.contains("Second</div>"), "{stale}");
    assert_eq!(after(&stale, "name=\"version\" value=\""), "2", "{stale}");

    let saved = ada.post(&format!("{page}?/update_post"), &fields("2", "Tea", "Third")).await;
    assert!(ada.follow(saved).await.body.contains(">Third</p>"));
}

#[tokio::test]
async fn only_what_waits_for_the_database_says_that_it_did() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    // Long enough to measure its rendering.
    let text = "- *one* **two** `three`\n".repeat(400);
    let post = [("submission", "0b06c9a2-1d1e-4c55-8d9a-000000000000"), ("title", "Tea"), ("content", &*text)];
    for (function, fields, asks) in
        [("/api/create_post", &post[..], true), ("/api/preview_post", &[("content", &*text)], false)]
    {
        let answer = fetch(&app, &mut ada, function, fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{function}: {}", answer.body);
        let header = server_timing::header_of(&answer);
        let parts = server_timing::read(header);
        assert_eq!(server_timing::time(&parts, "db") > 0.0, asks, "{function}: {header}");
        assert!(server_timing::time(&parts, "render") > 0.0, "{function}: {header}");
    }
}

/// Signs up with the given name.
async fn called(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser();
    let fields = [("name", name), ("email", "ada@example.com"), ("password", PASSWORD), ("return_to", "/")];
    let page = browser.post("/sign-up?/password", &fields).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/"), "{page:?}");
    browser
}

/// Covers a provider without names, for which Neon Auth stores the address as the name.
#[tokio::test]
async fn an_address_is_nowhere_shown_as_a_name() {
    let app = TestApp::start().await;
    let mut ada = called(&app, "ada@example.com").await;
    let path = publish(&mut ada, "Tea", "It is hot.").await;
    let mut reader = app.browser();
    for page in ["/", &path, "/?q=hot", "/feed.xml", "/sitemaps/0.xml"] {
        let body = reader.get(page).await.body;
        assert!(body.contains(&path) && !body.contains("ada@") && !body.contains("example.com"), "{page}: {body}");
    }
    assert!(reader.get("/feed.xml").await.body.contains("<name>Unnamed author</name>"));
    assert!(ada.get("/account").await.body.contains("Not set"), "as others see it");
}

#[tokio::test]
async fn what_people_write_is_kept_apart_from_what_we_write() {
    let app = TestApp::start().await;
    let mut sarah = called(&app, "\u{2069}\u{202e}שרה").await;
    let path = publish(&mut sarah, "\u{2069}\u{202e}שלום", "אחד\n\n- שתיים").await;
    let mut reader = app.browser();
    let post = reader.get(&path).await.body;
    for expected in [
        &*format!("<title>\u{2068}שלום\u{2069} · {NAME}</title>"),
        "<bdi>שרה</bdi> · <time",
        "<h1 dir=\"auto\"",
        "<p dir=\"auto\">אחד</p>",
        "<li dir=\"auto\">שתיים</li>",
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
async fn white_space_out_of_a_table_is_white_space() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea\tand milk", "One\tcup.").await;
    assert!(ada.get(&path).await.body.contains(&format!("<title>Tea and milk · {NAME}</title>")));
    let found = app.browser().get("/?q=tea%09milk").await.body;
    assert!(found.contains(&path) && found.contains("<mark>"), "{found}");
    let refused = app.browser().get("/?q=tea%1bmilk").await.body;
    assert!(refused.contains("control character"), "{refused}");
}
