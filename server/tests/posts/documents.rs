//! Posts as programs see them: the feed, the sitemaps, metadata, and speculation rules.

use super::{after, app_with_post, content_type, publish};
use crate::support::TestApp;
use app::NAME;
use http::{Method, StatusCode};

#[tokio::test]
async fn the_feed_and_sitemaps_list_posts_under_the_configured_origin() {
    let (app, _ada, path) = app_with_post("Tea & <milk>", "It is **hot**.").await;
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
    for unknown in
        ["/sitemaps/1.xml", "/sitemaps/x.xml", "/sitemaps/0", "/sitemaps/-1.xml", "/sitemaps/99999999999.xml"]
    {
        assert_eq!(program.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn the_list_has_a_description_and_a_canonical_url() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await;
    assert!(!after(&page.body, "<meta name=\"description\" content=\"").is_empty());
    assert!(page.body.contains(&format!("<link href=\"{}/\" rel=\"canonical\">", app.origin)), "{}", page.body);
}

#[tokio::test]
async fn a_post_has_metadata_for_search_engines() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
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
async fn only_public_pages_are_indexed() {
    let (app, _ada, path) = app_with_post("Tea", "Hot").await;
    let mut anonymous = app.browser();
    for (page, indexed) in [
        ("/", true),
        (&*path, true),
        ("/?q=tea", false),
        ("/sign-in", false),
        ("/posts/new", false),
        ("/account", false),
    ] {
        let answer = anonymous.get(page).await;
        assert_eq!(!answer.headers.contains_key("x-robots-tag"), indexed, "{page}");
    }
}

#[tokio::test]
async fn anonymous_users_get_speculation_rules_unless_they_save_data() {
    let (app, mut ada, path) = app_with_post("Tea", "Hot").await;
    let mut anonymous = app.browser();
    for page in ["/", &*path] {
        let shown = anonymous.get(page).await;
        assert!(shown.body.contains("<script type=\"speculationrules\" nonce="), "{page}: {}", shown.body);
        assert_eq!(shown.headers["cache-control"], "private, no-cache");
        assert_eq!(shown.headers["vary"], "cookie, save-data");
        let saving = anonymous.send(Method::GET, page, None, &[("save-data", "on")]).await.body;
        assert!(!saving.contains("speculationrules"), "{page}: {saving}");
        // An author would see the post as it was before an edit.
        assert!(!ada.get(page).await.body.contains("speculationrules"), "{page}");
    }
    let ahead =
        anonymous.send(Method::GET, &path, None, &[("sec-purpose", "prefetch"), ("sec-fetch-dest", "document")]).await;
    assert!(ahead.status == StatusCode::OK && !ahead.headers.contains_key("set-cookie"), "{ahead:?}");
}

/// Covers a provider without names, for which Neon Auth stores the address as the name.
#[tokio::test]
async fn an_email_address_is_never_shown_as_a_name() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.sign_up_with("ada@example.com", "ada@example.com").await;
    let path = publish(&mut ada, "Tea", "It is hot.").await;
    let mut reader = app.browser();
    for page in ["/", &path, "/?q=hot", "/feed.xml", "/sitemaps/0.xml"] {
        let body = reader.get(page).await.body;
        assert!(body.contains(&path) && !body.contains("ada@") && !body.contains("example.com"), "{page}: {body}");
    }
    assert!(reader.get("/feed.xml").await.body.contains("<name>Unnamed author</name>"));
    assert!(ada.get("/account").await.body.contains("Not set"), "as others see it");
}
