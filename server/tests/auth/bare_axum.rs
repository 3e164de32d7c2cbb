//! The example of the crate `sessions` over HTTP, on a table of its own: what users see, and what the row contains.

#[path = "../../../crates/sessions/examples/bare_axum.rs"]
#[expect(dead_code, reason = "`main` reads the environment, which all tests share")]
mod example;

use crate::support::{Shape, TestDatabase};
use http::Method;
use http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use reqwest::{Client, redirect};
use sqlx::Executor;
use tokio::net::TcpListener;

const NAME: &str = "bare-axum-session=";
const SECRET: &str = "xyzzy-in-the-clear";

struct Page {
    set_cookie: String,
    body: String,
}

struct Server {
    address: String,
    client: Client,
}

impl Server {
    async fn get(&self, cookie: &str) -> Page {
        self.send(Method::GET, "/", cookie, "", &[]).await
    }

    /// Logs in and returns the cookie as a browser sends it.
    async fn log_in(&self, user_agent: &str) -> String {
        let form = [("id", "ada"), ("secret", SECRET)];
        let page = self.send(Method::POST, "/log-in", "", user_agent, &form).await;
        let (cookie, attributes) = page.set_cookie.split_once(';').expect("a cookie");
        assert!(cookie.starts_with(NAME), "{cookie}");
        assert_eq!(attributes, " Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
        cookie.to_owned()
    }

    async fn send(&self, method: Method, path: &str, cookie: &str, user_agent: &str, form: &[(&str, &str)]) -> Page {
        let request = self.client.request(method, format!("{}{path}", self.address)).form(form);
        let answer = request.header(COOKIE, cookie).header(USER_AGENT, user_agent).send().await.expect("an answer");
        assert!(!answer.status().is_server_error() && !answer.status().is_client_error(), "{}", answer.status());
        let set_cookie = answer.headers().get(SET_COOKIE).map(|line| line.to_str().expect("text").to_owned());
        Page { set_cookie: set_cookie.unwrap_or_default(), body: answer.text().await.expect("a text") }
    }
}

#[tokio::test]
async fn the_example_of_the_crate_keeps_sessions_and_their_secrets() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    database.superuser.execute("drop schema web cascade").await.expect("the example makes its own table");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    let owner_url = database.owner_url.clone();
    let serving = tokio::spawn(async move { example::serve(&owner_url, listener).await });
    let server = Server { address, client };

    assert_eq!(server.get("").await.body, "You are not logged in.\n");
    let first = server.log_in("Firefox").await;
    let second = server.log_in("Safari").await;
    assert_ne!(first, second);
    let page = server.get(&first).await;
    let greeting = format!("You are ada, and your secret is {SECRET}.\n");
    assert_eq!(page.body, greeting.clone() + "here: Firefox at 127.0.0.1\nthere: Safari at 127.0.0.1\n");
    assert_eq!(page.set_cookie, "", "the cookie stays what it is");

    let id = first.strip_prefix(NAME).expect("an id");
    let replaced = if id.starts_with('A') { "B" } else { "A" };
    for changed in
        [format!("{NAME}{replaced}{}", &id[1..]), format!("{NAME}{id}A"), format!("x{first}"), NAME.to_owned()]
    {
        assert_eq!(server.get(&changed).await.body, "You are not logged in.\n", "{changed}");
    }

    let rows: Vec<String> = sqlx::query_scalar("select session::text from web.session")
        .fetch_all(&database.superuser)
        .await
        .expect("the rows");
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(row.contains("ada") && row.contains("127.0.0.1"), "what is in the clear: {row}");
        for text in [SECRET, id] {
            assert!(!row.contains(text) && !row.contains(&hex::encode(text)), "{text} is in {row}");
        }
    }

    let page = server.send(Method::POST, "/log-out", &first, "", &[]).await;
    assert_eq!(page.set_cookie, format!("{NAME}; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    assert_eq!(server.get(&first).await.body, "You are not logged in.\n", "the old cookie is worth nothing");
    assert_eq!(server.get(&second).await.body, greeting + "here: Safari at 127.0.0.1\n");
    serving.abort();
}
