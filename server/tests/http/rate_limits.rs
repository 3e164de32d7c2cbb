//! Rate limits of signing in, and the answers when they are exceeded. Tests do not wait for a budget to recover.

use super::{Answer, fetch, get, post, state};
#[cfg(feature = "stack")]
use crate::support::Server;
use crate::support::{AppOptions, TestApp};
use axum::Router;
use http::StatusCode;
use http_server::http::account_forms;
use request::AppError;
use request::routes::{OAUTH_CALLBACK, SIGN_OUT};
use std::fs;
use std::path::Path;

/// An empty form, which fails before any call but counts all the same.
const NOTHING: &str = "";

const STRICT: [(&str, &str); 4] =
    [("RATE_SIGN_IN", "3/3600"), ("RATE_CODE", "2/3600"), ("RATE_ACCOUNT", "5/3600"), ("RATE_OTHER", "8/3600")];

fn app(trusted_proxy: &'static str) -> Router {
    let mut variables = STRICT.to_vec();
    variables.push(("TRUSTED_PROXY", trusted_proxy));
    cli::app(state(&variables))
}

async fn from(app: &Router, address: &str, body: &str) -> Answer {
    post(app, "/sign-in?/password", body, &[("x-forwarded-for", address)]).await
}

async fn refused(app: &Router, address: &str, body: &str) -> bool {
    let status = from(app, address, body).await.status;
    assert!([StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS].contains(&status), "{status}");
    status == StatusCode::TOO_MANY_REQUESTS
}

#[tokio::test]
async fn rate_limited_page_says_how_long_and_has_what_was_typed() {
    let app = TestApp::with(AppOptions { variables: &[("RATE_SIGN_IN", "3/3600")], ..AppOptions::default() }).await;
    let mut browser = app.browser();
    let fields = [("email", "ada@example.com"), ("password", "not her password"), ("return_to", "/memos")];
    let action = "/sign-in?/password&return_to=%2Fmemos";
    for _ in 0..3 {
        browser.post(action, &fields).await.assert_refused("/sign-in?return_to=%2Fmemos", "wrong-password");
    }
    let answer = browser.post(action, &fields).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = answer.headers["retry-after"].to_str().expect("text").parse().expect("a number");
    assert!((3_541..=3_600).contains(&seconds), "an hour less what the attempts took: {seconds}");
    let shown = ["Too many attempts. Please wait 60 minutes", "value=\"/memos\"", "value=\"ada@example.com\""];
    answer.assert_shows(&shown).assert_hides(&["not her password"]);
    let form = browser.get("/sign-in?return_to=%2Fmemos").await;
    form.assert_shows(&["value=\"/memos\""]).assert_hides(&["ada@example.com"]);
}

/// Checks that a limit is not got around by the page that would be shown again, and that no other field than those of a
/// person is given back.
#[tokio::test]
async fn rate_limited_page_that_asks_neon_auth_is_not_rendered() {
    let app = TestApp::with(AppOptions { variables: &[("RATE_SIGN_IN", "2/3600")], ..AppOptions::default() }).await;
    let mut ada = app.signed_up("Ada").await;
    let fields = [("confirmation", "perhaps"), ("other", "not shown")];
    let page = ada.post("/account/delete?/delete", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows(&["?/delete\""]);
    let page = ada.post("/account/delete?/delete", &fields).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    page.assert_shows(&["Too many attempts", "perhaps"]).assert_hides(&["?/delete\"", "not shown"]);
}

#[tokio::test]
async fn rate_limited_client_begins_no_session() {
    let variables = &[("RATE_SIGN_IN", "1/3600"), ("RATE_FORM", "2/3600")];
    let app = TestApp::with(AppOptions { variables, ..AppOptions::default() }).await;
    let fields = [("email", "ada@example.com"), ("password", "x")];
    for _ in 0..10 {
        app.browser().post("/sign-in?/password", &fields).await;
    }
    assert_eq!(app.database.count("web.session").await, 0);
}

#[tokio::test]
async fn rate_limited_script_is_told_the_seconds() {
    let app = app("");
    for _ in 0..3 {
        assert_eq!(fetch(&app, "/sign-in?/password", NOTHING).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = fetch(&app, "/sign-in?/password", NOTHING).await;
    let seconds = answer.header("retry-after").parse().expect("seconds");
    assert!((3_541..=3_600).contains(&seconds), "an hour less what the attempts took: {seconds}");
    let said = (answer.status, answer.read::<AppError>());
    assert_eq!(said, (StatusCode::TOO_MANY_REQUESTS, AppError::RateLimited { seconds }));
}

#[tokio::test]
async fn forged_header_is_no_new_address() {
    for trusted_proxy in ["", "fly", "10.0.0.0/8"] {
        let app = app(trusted_proxy);
        for attempt in 0..4 {
            let refused = refused(&app, &format!("192.0.2.{attempt}"), NOTHING).await;
            assert_eq!(refused, attempt == 3, "{trusted_proxy} {attempt}");
        }
    }
    // The client's own entry stands before the one that the proxy adds.
    let app = app("1");
    for attempt in 0..4 {
        let refused = refused(&app, &format!("192.0.2.{attempt}, 198.51.100.1"), NOTHING).await;
        assert_eq!(refused, attempt == 3, "{attempt}");
    }
}

#[tokio::test]
async fn each_address_behind_a_proxy_has_a_budget() {
    let app = app("1");
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8:0:100::1", "2001:db8:0:200::1"] {
        for attempt in 0..4 {
            assert_eq!(refused(&app, address, NOTHING).await, attempt == 3, "{address} {attempt}");
        }
    }
    assert!(refused(&app, "2001:db8:0:1ff:ffff::2", NOTHING).await, "the same network as the first");
}

#[tokio::test]
async fn networks_of_one_site_share_a_larger_budget() {
    let app = app("1");
    let mut accepted = 0;
    for network in 0..=255 {
        accepted += u32::from(!refused(&app, &format!("2001:db8:7:{network:x}00::1"), NOTHING).await);
    }
    assert_eq!(accepted, 48, "sixteen times that of one network");
    assert!(!refused(&app, "2001:db8:8:100::1", NOTHING).await, "another site");
}

#[tokio::test]
async fn account_has_one_budget_for_all_addresses() {
    let app = app("1");
    let spellings = ["email=ada%40example", "email=ADA%40example", "email=+ada%40Example+"];
    for attempt in 0..6 {
        let body = spellings[attempt % spellings.len()];
        assert_eq!(refused(&app, &format!("192.0.2.{attempt}"), body).await, attempt == 5, "{attempt}");
    }
    assert!(!refused(&app, "192.0.2.5", "email=grace%40example").await);
}

/// Returns how many attempts at a form are not refused, of a dozen, each from the address of its number.
async fn accepted(form: &str, body: &str, address: impl Fn(usize) -> String) -> usize {
    let app = app("1");
    for attempt in 0..12 {
        let answer = post(&app, form, body, &[("x-forwarded-for", &address(attempt))]).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return attempt;
        }
    }
    12
}

/// Checks the budgets of all forms, by address and by account. Forms about oneself count for the signed-in account,
/// which these clients do not have.
#[tokio::test]
async fn each_form_draws_on_the_budgets_of_what_it_does() {
    for (page, key) in account_forms() {
        let expected = match page {
            "/sign-in" | "/sign-up" => (3, 5),
            "/account/password" | "/account/delete" => (3, 12),
            "/account" => (8, 12),
            _ => (2, 2),
        };
        let form = format!("{page}?/{key}");
        let by_address = accepted(&form, NOTHING, |_| "192.0.2.1".to_owned()).await;
        let by_account = accepted(&form, "email=ada%40example", |attempt| format!("192.0.2.{attempt}")).await;
        assert_eq!((by_address, by_account), expected, "{form}");
    }
}

#[tokio::test]
async fn rate_limited_address_does_not_use_up_the_budget_of_an_account() {
    let app = app("1");
    for _ in 0..10 {
        from(&app, "192.0.2.1", "email=ada%40example").await;
    }
    assert!(!refused(&app, "192.0.2.2", "email=ada%40example").await);
}

/// Covers the rate limit of Neon Auth, which sees one address for all users here, and so may refuse the first attempt
/// of one.
#[cfg(feature = "stack")]
#[tokio::test]
async fn rate_limit_of_neon_auth_is_the_same_page() {
    for (header, seconds) in
        [("retry-after: 7", "7"), ("x-retry-after: 8", "8"), ("a: b", "60"), ("retry-after: 99999", "3600")]
    {
        let neon_auth = busy_neon_auth(header).await;
        let app = cli::app(state(&[("STACK_API_URL", &neon_auth.origin)]));
        let body = "email=ada%40example.com&password=correct+horse&return_to=/memos";
        let answer = post(&app, "/sign-in?/password", body, &[]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, seconds), "{header}");
        for shown in ["Too many attempts. Please wait", "value=\"/memos\"", "value=\"ada@example.com\""] {
            assert!(answer.is_page() && answer.body.contains(shown), "{shown}: {}", answer.body);
        }
    }
}

/// Starts a Neon Auth that refuses every call, with this header.
#[cfg(feature = "stack")]
async fn busy_neon_auth(header: &'static str) -> Server {
    let (name, value) = header.split_once(": ").unwrap();
    let router =
        Router::new().fallback(move || async move { (StatusCode::TOO_MANY_REQUESTS, [(name, value)], "Too many") });
    Server::of(router).await
}

/// Checks that every route has a limit. Those beside the forms are counted in the source, since a router does not list
/// them.
#[tokio::test]
async fn every_route_has_a_rate_limit() {
    let others = [(OAUTH_CALLBACK, false), ("/auth/mailed/sign-in", false), (SIGN_OUT, true)];
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/http-server/src/http/auth/mod.rs");
    let source = fs::read_to_string(file).unwrap();
    let (_, routes) = source.split_once("fn routes(").unwrap();
    let (routes, _) = routes.split_once("\n}\n").unwrap();
    assert_eq!(routes.matches(".route(").count(), others.len(), "{routes}");

    let forms = account_forms().map(|(page, key)| (format!("{page}?/{key}"), true));
    let routes: Vec<_> = forms.chain(others.map(|(path, is_post)| (path.to_owned(), is_post))).collect();
    assert!(routes.len() >= 17, "{routes:?}");
    for (path, is_post) in routes {
        let app = app("");
        let ask = async || {
            if is_post { post(&app, &path, NOTHING, &[]).await } else { get(&app, &path).await }
        };
        let mut last = ask().await;
        assert_ne!(last.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        for _ in 0..8 {
            last = ask().await;
        }
        assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let wait = last.header("retry-after").parse::<u32>().expect("seconds");
        assert!(wait > 0 && last.is_page() && last.body.contains("Too many attempts"), "{path}: {}", last.body);
    }
}

#[tokio::test]
async fn password_guesses_count_for_the_signed_in_account() {
    let app = TestApp::with(AppOptions { variables: &[("RATE_ACCOUNT", "3/3600")], ..AppOptions::default() }).await;
    let mut browser = app.signed_up("Ada").await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let email = format!("made-up-{number}@example.com");
        let fields = [("old_password", "a guess of mine"), ("password", "another horse battery"), ("email", &*email)];
        statuses.push(browser.post("/account/password?/change", &fields).await.status);
    }
    assert_eq!(statuses[..3], [StatusCode::UNPROCESSABLE_ENTITY; 3]);
    assert_eq!(statuses[3], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn only_pages_that_ask_neon_auth_are_limited() {
    let app = app("");
    for _ in 0..8 {
        assert_eq!(get(&app, "/account/password").await.status, StatusCode::FOUND);
        get(&app, "/sign-in").await;
    }
    let spellings = ["/account/password", "/account/password/", "//account//password", "/account/%70assword"];
    for path in spellings.into_iter().chain([
        "/account/delete",
        "/account/delete?error=sign-in-again",
        "/account/delete?/delete",
    ]) {
        let refused = get(&app, path).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(refused.is_page() && refused.header("retry-after").parse::<u32>().is_ok(), "{}", refused.body);
    }
    assert_eq!(get(&app, "/sign-in").await.status, StatusCode::OK);
}
