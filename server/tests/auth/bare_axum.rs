//! The example of the crate `sessions` over HTTP, on a table of its own: what users see, and what the row contains.

#[path = "../../../crates/sessions/examples/bare_axum.rs"]
#[expect(dead_code, reason = "`main` reads the environment, which all tests share")]
mod example;

use crate::support::{Browser, Shape, TestDatabase};
use http::header::SET_COOKIE;
use tokio::net::TcpListener;

const NAME: &str = "bare-axum-session";
const SECRET: &str = "xyzzy-in-the-clear";

/// Logs in with a new browser, and returns it with the value of its cookie.
async fn log_in(address: &str, user_agent: &'static str) -> (Browser, String) {
    let mut browser = Browser::new(address).named(user_agent);
    let page = browser.post("/log-in", &[("id", "ada"), ("secret", SECRET)]).await;
    let id = browser.cookie(NAME).expect("a cookie").to_owned();
    let expected = format!("{NAME}={id}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
    assert_eq!(page.headers[SET_COOKIE], expected);
    (browser, id)
}

/// Returns what a browser with this cookie reads.
async fn body_with(address: &str, name: &str, value: &str) -> String {
    let mut browser = Browser::new(address);
    browser.set_cookie(name, value);
    browser.get("/").await.body
}

#[tokio::test]
async fn example_keeps_sessions_and_their_secrets() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    // The example makes its own table.
    database.run("drop schema web cascade").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let owner_url = database.owner_url.clone();
    let serving = tokio::spawn(async move { example::serve(&owner_url, listener).await });

    let anonymous = "You are not logged in.\n";
    assert_eq!(Browser::new(&address).get("/").await.body, anonymous);
    let (mut first, id) = log_in(&address, "Firefox").await;
    let (mut second, other_id) = log_in(&address, "Safari").await;
    assert_ne!(id, other_id);
    let page = first.get("/").await;
    let greeting = format!("You are ada, and your secret is {SECRET}.\n");
    assert_eq!(page.body, greeting.clone() + "here: Firefox at 127.0.0.1\nthere: Safari at 127.0.0.1\n");
    assert!(!page.headers.contains_key(SET_COOKIE), "the cookie stays what it is");

    let replaced = if id.starts_with('A') { "B" } else { "A" };
    for (name, value) in [
        (NAME, format!("{replaced}{}", &id[1..])),
        (NAME, format!("{id}A")),
        ("xbare-axum-session", id.clone()),
        (NAME, String::new()),
    ] {
        assert_eq!(body_with(&address, name, &value).await, anonymous, "{name}={value}");
    }

    let rows: Vec<String> = sqlx::query_scalar("select session::text from web.session")
        .fetch_all(&database.superuser)
        .await
        .expect("the rows");
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(row.contains("ada") && row.contains("127.0.0.1"), "what is in the clear: {row}");
        for text in [SECRET, &id] {
            assert!(!row.contains(text) && !row.contains(&hex::encode(text)), "{text} is in {row}");
        }
    }

    let page = first.post("/log-out", &[]).await;
    assert_eq!(page.headers[SET_COOKIE], format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    assert_eq!(body_with(&address, NAME, &id).await, anonymous, "the old cookie is worth nothing");
    assert_eq!(second.get("/").await.body, greeting + "here: Safari at 127.0.0.1\n");
    serving.abort();
}
