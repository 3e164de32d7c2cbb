//! Road trips in a browser without JavaScript.

use crate::support::{Browser, TestApp};
use crate::user_data::UserData;
use http::StatusCode;

const FORM: &[(&str, &str)] = &[/*form*/];

const KEY: &str = "00000000-0000-4000-8000-000000000000";

pub const USER_DATA: UserData = UserData {
    table: "road_trips",
    owner: "user_id", //personal
    owner: "author_id", //public
    outlive: false, //personal
    outlive: true, //public
    form: ("/road-trips/new?/create_road_trip", FORM),
    announced: ["Your 1 road trip is deleted.", "Your 3 road trips are deleted."], //personal
    announced: ["Your 1 road trip stays, without your name", "Your 3 road trips stay, without your name"], //public
};

/// Starts the app with a road trip by Ada, and returns her browser and the path of the road trip.
async fn app_with_road_trip() -> (TestApp, Browser, String) {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let page = ada.post_with_key("/road-trips/new?/create_road_trip", FORM).await;
    let path = page.redirect_path().expect("the new road trip");
    (app, ada, path)
}

/// Returns the id at the end of the path of a road trip.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Returns the fields of the form with this title, and more.
fn form_with<'a>(title: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let other = FORM.iter().map(|&(name, value)| (name, if name == "/*label*/" { title } else { value }));
    other.chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn road_trips_are_shown_to_their_owner_only() { //personal
    let (app, mut ada, path) = app_with_road_trip().await; //personal
    for page in ["/road-trips", &path] { //personal
        assert!(ada.get(page).await.body.contains("Tea at four"), "{page}"); //personal
        let stranger = app.browser().get(page).await; //personal
        assert!(stranger.redirect_path().is_some_and(|to| to.starts_with("/sign-in")), "{page}: {stranger:?}"); //personal
    } //personal
 //personal
    let mut bob = app.signed_up("Bob").await; //personal
    assert!(!bob.get("/road-trips").await.body.contains("Tea at four")); //personal
    assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND); //personal
    assert_eq!(bob.get(&format!("{path}/edit")).await.status, StatusCode::NOT_FOUND); //personal
    let deleted = bob.post(&format!("{path}?/delete_road_trip"), &[("id", id_of(&path))]).await; //personal
    assert_eq!(deleted.status, StatusCode::NOT_FOUND, "{deleted:?}"); //personal
} //personal
async fn anyone_reads_and_only_signed_in_users_write() { //public
    let (app, mut ada, path) = app_with_road_trip().await; //public
    assert!(ada.get(&path).await.body.contains(&format!("{path}/edit"))); //public
 //public
    let mut anonymous = app.browser(); //public
    let list = anonymous.get("/road-trips").await.body; //public
    assert!(list.contains("Tea at four") && list.contains("<bdi>Ada</bdi>"), "{list}"); //public
    assert!(!anonymous.get(&path).await.body.contains(&format!("{path}/edit"))); //public
    anonymous.post_with_key("/road-trips/new?/create_road_trip", &form_with("Spam for all", &[])).await; //public
    assert!(!app.browser().get("/road-trips").await.body.contains("Spam for all")); //public
 //public
    let mut bob = app.signed_up("Bob").await; //public
    assert_eq!(bob.get(&format!("{path}/edit")).await.status, StatusCode::NOT_FOUND); //public
    let deleted = bob.post(&format!("{path}?/delete_road_trip"), &[("id", id_of(&path))]).await; //public
    assert_eq!(deleted.status, StatusCode::NOT_FOUND, "{deleted:?}"); //public
} //public

#[tokio::test] //public
async fn a_road_trip_outlives_its_author_without_the_name() { //public
    let (app, mut ada, path) = app_with_road_trip().await; //public
    let gone = ada.post("/account/delete?/delete", &[("confirmation", "delete")]).await; //public
    assert_eq!(gone.redirect_path().as_deref(), Some("/account/deleted"), "{gone:?}"); //public
    for page in ["/road-trips", &path] { //public
        let body = app.browser().get(page).await.body; //public
        assert!(body.contains("Tea at four") && body.contains("Deleted user"), "{page}: {body}"); //public
        assert!(!body.contains("<bdi>Ada</bdi>"), "{page}: {body}"); //public
    } //public
} //public
 //public
#[tokio::test]
async fn an_edit_is_saved_and_a_deleted_road_trip_is_gone() {
    let (_app, mut ada, path) = app_with_road_trip().await;
    let hidden = [("id", id_of(&path)), ("version", "1")];
    let saved = ada.post(&format!("{path}/edit?/update_road_trip"), &form_with("Milk <b>", &hidden)).await;
    assert_eq!(saved.redirect_path().as_deref(), Some(&*path), "{saved:?}");
    let page = ada.get(&path).await.body;
    assert!(page.contains("Milk &lt;b&gt;") && page.contains("edited"), "{page}");

    let deleted = ada.post(&format!("{path}?/delete_road_trip"), &[("id", id_of(&path))]).await;
    assert_eq!(deleted.redirect_path().as_deref(), Some("/road-trips"), "{deleted:?}");
    assert_eq!(ada.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failed_form_stays_on_its_page() {
    let (_app, mut ada, path) = app_with_road_trip().await;
    let (id, edit, long) = (id_of(&path), format!("{path}/edit?/update_road_trip"), "x".repeat(/*label_max*/ + 1));
    for (address, fields, status) in [
        ("/road-trips/new?/create_road_trip", form_with(&long, &[("idempotency_key", KEY)]), 422),
        (&edit, form_with(&long, &[("id", id), ("version", "1")]), 422),
        (&edit, form_with("Typed", &[("id", id), ("version", "0")]), 409),
        (&format!("{path}?/delete_road_trip"), vec![("id", "815")], 404),
    ] {
        let page = ada.post(address, &fields).await;
        assert_eq!(page.status.as_u16(), status, "{address}: {page:?}");
        assert!(page.body.contains("role=\"alert\""), "{address}: {}", page.body);
        let typed = fields.iter().find(|(name, _)| *name == "/*label*/").map(|(_, value)| format!("value=\"{value}\""));
        assert!(typed.is_none_or(|typed| page.body.contains(&typed)), "{address}: {}", page.body);
        assert_eq!(page.body.contains("at most /*label_max*/ characters"), status == 422, "{address}: {}", page.body);
        assert_eq!(page.body.contains("The saved version"), status == 409, "{address}: {}", page.body);
    }
}

#[tokio::test]
async fn an_unknown_road_trip_is_not_found() {
    let (_app, mut ada, _) = app_with_road_trip().await;
    for path in ["/road-trips/999999999", "/road-trips/abc", "/road-trips/-1", "/road-trips/99999999999999999999"] {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Not found</h1>") && page.body.contains("Go to the start"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_tampered_cursor_shows_the_newest_road_trips() {
    let (_app, mut ada, path) = app_with_road_trip().await;
    for cursor in ["x", "1-", "99999999999999999999", "1.5", "1%27--"] {
        let list = ada.get(&format!("/road-trips?before={cursor}")).await.body;
        assert!(list.contains("Road trips</h1>") && list.contains(&path), "{cursor}: {list}");
    }
    let behind = ada.get("/road-trips?before=1").await.body;
    assert!(behind.contains("Nothing more on this page.") && !behind.contains(&path), "{behind}");
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn traces_contain_no_text_of_users() {
    crate::traces::check(&[USER_DATA]).await;
}
