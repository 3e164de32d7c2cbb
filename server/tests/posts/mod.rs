//! The tests of posts.

mod conditional;
mod contract;
mod documents;
mod editing;
mod http;
pub mod rls;
mod text;
mod under_the_hood;
pub mod whole_app;

use crate::support::{Browser, Page, TestApp};

/// Starts the app with a post by Ada, and returns her browser and the path of the post.
async fn app_with_post(title: &str, content: &str) -> (TestApp, Browser, String) {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let path = publish(&mut ada, title, content).await;
    (app, ada, path)
}

async fn publish(browser: &mut Browser, title: &str, content: &str) -> String {
    let page = browser.post_with_key("/posts/new?/create_post", &[("title", title), ("content", content)]).await;
    page.redirect_path().expect("the new post")
}

/// Saves an edit of the post at this path, which began with this version. Returns the page that follows.
async fn update(browser: &mut Browser, path: &str, version: &str, title: &str, content: &str) -> Page {
    let fields = [("id", id_of(path)), ("version", version), ("title", title), ("content", content)];
    let page = browser.post(&format!("{path}/edit?/update_post"), &fields).await;
    browser.follow(page).await
}

async fn preview(browser: &mut Browser, page: &str, fields: &[(&str, &str)]) -> Page {
    browser.post(&format!("{page}?/preview"), &[fields, &[("preview", "1")]].concat()).await
}

/// Returns the id at the end of the path of a post.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn content_type(page: &Page) -> &str {
    page.headers["content-type"].to_str().unwrap()
}

/// Returns the text between `before` and the next quote.
fn after<'a>(page: &'a str, before: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{before} in {page}"));
    rest.split('"').next().unwrap()
}
