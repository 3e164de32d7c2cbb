//! Posts in a browser without JavaScript.

use super::{app_with_post, id_of};
use crate::support::{TestApp, shown};
use crate::user_data::UserData;
use http::StatusCode;

pub const USER_DATA: UserData = UserData {
    table: "posts",
    owner: "author_id",
    outlive: true,
    form: ("/posts/new?/create_post", &[("title", "Tea"), ("content", "It is hot.")]),
    announced: ["Your 1 post stays, without your name", "Your 3 posts stay, without your name"],
};

#[tokio::test]
async fn a_post_is_read_by_anyone_and_loses_its_name_with_the_account() {
    let (app, mut ada, path) = app_with_post("Notes on the engine", "Some text").await;
    assert!(ada.get(&path).await.body.contains("Notes on the engine"));

    let mut anonymous = app.browser();
    let feed = shown(&mut anonymous, "/").await;
    assert!(feed.contains("Notes on the engine") && feed.contains("Ada"), "{feed}");
    anonymous.post_with_key("/posts/new?/create_post", &[("title", "Spam"), ("content", "Some text")]).await;
    assert!(!shown(&mut anonymous, "/").await.contains("Spam"));

    app.forget("Ada").await;
    for page in ["/", &path] {
        let body = shown(&mut app.browser(), page).await;
        assert!(body.contains("Notes on the engine") && body.contains("Deleted user"), "{page}: {body}");
        assert!(!body.contains("Ada"), "{page}: {body}");
    }
}

#[tokio::test]
async fn a_failed_form_stays_on_its_page() {
    let (_app, mut ada, path) = app_with_post("Notes on the engine", "Some text").await;
    let (id, edit) = (id_of(&path), format!("{path}/edit?/update_post"));
    for (address, fields, status) in [
        ("/posts/new?/create_post", vec![("title", ""), ("content", "Typed")], 422),
        (&edit, vec![("id", id), ("version", "1"), ("title", ""), ("content", "Typed")], 422),
        (&edit, vec![("id", id), ("version", "0"), ("title", "T"), ("content", "Typed")], 409),
        (&format!("{path}?/delete_post"), vec![("id", "815")], 404),
    ] {
        let page = ada.post(address, &fields).await;
        assert_eq!(page.status.as_u16(), status, "{address}: {page:?}");
        assert!(page.body.contains("role=\"alert\""), "{address}: {}", page.body);
        assert_eq!(page.body.contains(">Typed</textarea>"), status != 404, "{address}: {}", page.body);
    }
}

#[tokio::test]
async fn an_unknown_post_is_not_found() {
    let app = TestApp::start().await;
    for path in ["/posts/999999999", "/posts/abc", "/posts/-1", "/posts/99999999999999999999"] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Not found</h1>") && page.body.contains("Go to the start"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_tampered_cursor_shows_the_newest_posts() {
    let (app, _ada, path) = app_with_post("Tea", "Hot.").await;
    for cursor in ["x", "1-", "99999999999999999999999999999-1", "1-1-1", "1%27--"] {
        let list = shown(&mut app.browser(), &format!("/?before={cursor}")).await;
        assert!(list.contains("Posts</h1>") && list.contains(&path), "{cursor}: {list}");
    }
    let behind = shown(&mut app.browser(), "/?before=1-1").await;
    assert!(behind.contains("Nothing more on this page.") && !behind.contains(&path), "{behind}");
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn traces_contain_no_text_of_users() {
    crate::traces::check(&[USER_DATA]).await;
}
