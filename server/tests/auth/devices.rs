//! The list of signed-in devices: what it shows, what it ends, and what it must not reveal.

use super::browser::World;
use super::password::until;
use super::whole::sign_in;
use crate::support::{Browser, PASSWORD, SESSION_COOKIE, TestApp};
use http::StatusCode;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/26.0 Mobile/15E148 Safari/604.1";

/// Returns two browsers of one user, who signed up in the first and signed in with the second.
async fn here_and_there(app: &TestApp) -> (Browser, Browser) {
    let (mut here, mut there) = (app.browser().named(FIREFOX), app.browser().named(SAFARI));
    super::whole::sign_up(&mut here, "Ada", "ada@example.com", PASSWORD).await;
    sign_in(&mut there, "ada@example.com", PASSWORD).await;
    (here, there)
}

async fn account(browser: &mut Browser) -> String {
    let page = browser.get("/account").await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    page.body
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

/// Returns the values of the forms that end a device.
fn devices(page: &str) -> Vec<&str> {
    let forms = page.split("name=\"device\" value=\"").skip(1);
    forms.map(|rest| rest.split_once('"').expect("a closed value").0).collect()
}

#[tokio::test]
async fn each_device_is_known_by_its_browser_and_address() {
    let app = TestApp::start().await;
    let (mut here, mut there) = here_and_there(&app).await;
    let page = account(&mut here).await;
    let (before, after) = page.split_once("This device").expect("one of them is this one");
    assert!(before.contains("Firefox on Linux") && !before.contains("Safari on iPhone"), "{page}");
    assert!(after.contains("Safari on iPhone") && !after.contains("This device"), "{page}");
    assert_eq!(page.matches("127.0.0.1").count(), 2, "{page}");
    assert_eq!(devices(&page).len(), 1, "this one is ended by signing out");
    for browser in [&here, &there] {
        let cookie = browser.cookie(SESSION_COOKIE).expect("a session");
        assert!(!page.contains(cookie), "no page shows what opens a session");
    }

    let page = account(&mut there).await;
    let (before, _) = page.split_once("This device").expect("one of them is this one");
    assert!(before.contains("Safari on iPhone") && !before.contains("Firefox on Linux"), "{page}");
}

#[tokio::test]
async fn one_device_is_ended_and_the_others_stay() {
    let app = TestApp::start().await;
    let (mut here, mut there) = here_and_there(&app).await;
    let mut third = app.browser();
    sign_in(&mut third, "ada@example.com", PASSWORD).await;
    let page = account(&mut third).await;
    let (_, phone) = page.split_once("Safari on iPhone").expect("the phone");

    let answer = third.post("/account?/end_device", &[("device", devices(phone)[0])]).await;
    assert_eq!(answer.told().as_deref(), Some("/account?done=device-ended"), "{answer:?}");
    let page = third.follow(answer).await;
    assert!(page.body.contains("That device is signed out.") && !page.body.contains("Safari"), "{}", page.body);
    assert!(!is_signed_in(&mut there).await);
    assert!(is_signed_in(&mut here).await);
    assert!(is_signed_in(&mut third).await);
}

#[tokio::test]
async fn all_others_are_ended_at_once() {
    let app = TestApp::start().await;
    let (mut here, mut there) = here_and_there(&app).await;
    let mut bob = app.signed_up("Bob").await;
    let answer = here.post("/account?/end_other_devices", &[]).await;
    assert_eq!(answer.told().as_deref(), Some("/account?done=other-devices-ended"), "{answer:?}");
    assert!(!is_signed_in(&mut there).await);
    assert!(is_signed_in(&mut bob).await);
    let page = here.follow(answer).await;
    assert!(!page.body.contains("Sign out all other devices"), "there are none: {}", page.body);
}

#[tokio::test]
async fn nobody_ends_a_device_of_somebody_else() {
    let app = TestApp::start().await;
    let (mut here, mut there) = here_and_there(&app).await;
    let page = account(&mut here).await;
    let theirs = [("device", devices(&page)[0])];

    let mut bob = app.signed_up("Bob").await;
    bob.post("/account?/end_device", &theirs).await;
    let answer = app.browser().post("/account?/end_device", &theirs).await;
    assert_eq!(answer.told().as_deref(), Some("/sign-in?return_to=%2Faccount"));
    let answer = app.browser().post("/account?/end_other_devices", &[]).await;
    assert_eq!(answer.told().as_deref(), Some("/sign-in?return_to=%2Faccount"));
    assert!(is_signed_in(&mut there).await);

    let answer = here.post("/account?/end_device", &[("device", "all of them")]).await;
    assert_eq!(answer.told().as_deref(), Some("/account?error=unreadable"));
}

#[tokio::test]
async fn a_device_that_is_ended_is_signed_out_at_neon_auth() {
    let world = World::new().await;
    let mut here = world.signed_in("ada@example.test").await;
    for number in 1..=2 {
        world.signed_in("ada@example.test").await;
        world.signed_in("bob@example.test").await;
        assert_eq!(here.post("/account?/end_other_devices", &[]).await.told(), "/account?done=other-devices-ended");
        until(|| world.double.calls("DELETE /auth/sessions/current") == number).await;
    }
    let mut there = world.signed_in("ada@example.test").await;
    world.double.stop();
    assert_eq!(here.post("/account?/end_other_devices", &[]).await.told(), "/account?done=other-devices-ended");
    assert_eq!(there.whoami().await, "nobody", "whether Neon Auth can be told or not");
}

#[tokio::test]
async fn the_oldest_session_ends_where_there_would_be_more_than_a_hundred() {
    let world = World::new().await;
    let mut bob = world.signed_in("bob@example.test").await;
    let mut browsers = Vec::new();
    for _ in 0..102 {
        browsers.push(world.signed_in("ada@example.test").await);
    }
    assert_eq!(world.rows().await, 101, "a hundred of Ada's, and Bob's");
    for (number, browser) in browsers.iter_mut().enumerate() {
        let expected = if number < 2 { "nobody" } else { "ada@example.test" };
        assert_eq!(browser.whoami().await, expected, "{number}");
    }
    assert_eq!(bob.whoami().await, "bob@example.test");
    until(|| world.double.calls("DELETE /auth/sessions/current") == 2).await;
}

#[tokio::test]
async fn a_visitor_leaves_no_trace_and_a_person_the_latest_one() {
    let app = TestApp::start().await;
    let mut visitor = app.browser().named(FIREFOX);
    sign_in(&mut visitor, "ada@example.com", "not the password").await;
    let traces = "select count(*) from web.session where user_agent is not null or address is not null";
    let count = || sqlx::query_scalar::<_, i64>(traces).fetch_one(&app.database.superuser);
    assert!(visitor.cookie(SESSION_COOKIE).is_none(), "a form that failed begins no session");
    assert_eq!(count().await.unwrap(), 0);

    let (here, _) = here_and_there(&app).await;
    assert_eq!(count().await.unwrap(), 2);
    let mut updated = app.browser().named(SAFARI);
    updated.set_cookie(SESSION_COOKIE, here.cookie(SESSION_COOKIE).unwrap());
    let aged = "update web.session set last_seen = now() - interval '2 minutes', address = '192.0.2.1'
        where user_id is not null";
    sqlx::query(aged).execute(&app.database.superuser).await.unwrap();
    updated.get("/account").await;
    let seen = "select count(*) from web.session where user_agent like '%iPhone%' and address = '127.0.0.1'";
    let noted = async {
        while sqlx::query_scalar::<_, i64>(seen).fetch_one(&app.database.superuser).await.unwrap() != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), noted).await.expect("it is written");
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_it_was_copied_to() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let mut copy = app.browser();
    copy.set_cookie(SESSION_COOKIE, ada.cookie(SESSION_COOKIE).expect("a session"));
    assert!(is_signed_in(&mut copy).await);
    let out = ada.post("/auth/sign-out", &[]).await;
    assert!(out.status.is_redirection(), "{out:?}");
    assert!(!is_signed_in(&mut copy).await);
}
