//! Which address shows which page.
//! It must not hold pages: they belong to their feature.

use crate::account::code::CodePage;
use crate::account::delete::{DeletePage, DeletedPage};
use crate::account::page::AccountPage;
use crate::account::password::PasswordPage;
use crate::account::reset::{ForgotPage, ResetPage};
use crate::account::sign_in::{SignInPage, SignUpPage};
use crate::account::verify_email::VerifyEmailPage;
use crate::page::NotFound;
use crate::posts::editor::{EditPostPage, NewPostPage};
use crate::posts::feed::FeedPage;
use crate::posts::show::PostPage;
use crate::text;
use crate::todos::page::TodosPage;
use crate::ui::layout::Layout;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// Whether the page at `path` has an island. Every other page loads no wasm, and its CSP does not allow any.
pub fn loads_wasm(path: &str) -> bool {
    path == "/todos" || is_editor(path)
}

/// Whether the page at `path` is the form of a post.
fn is_editor(path: &str) -> bool {
    path == "/posts/new" || (path.starts_with("/posts/") && path.ends_with("/edit"))
}

/// Whether the page at `path` shows what people wrote in Markdown, and so images from elsewhere.
pub fn shows_prose(path: &str) -> bool {
    path.starts_with("/posts/")
}

/// Whether the page at `path` looks the same for everybody who is not signed in.
pub fn is_public(path: &str) -> bool {
    path == "/" || (path.starts_with("/posts/") && !is_editor(path))
}

/// What the forms on the todos page post to.
const TODO_FORMS: [&str; 6] = [
    "/api/create_todo",
    "/api/set_todo_done",
    "/api/rename_todo",
    "/api/delete_todo",
    "/api/clear_done",
    "/api/restore_todos",
];

/// Pages that also take their own form, and show it again with what was typed: the page, and where the form goes otherwise.
pub const PAGES_SHOWN_AGAIN: [(&str, &str); 2] =
    [("/posts/new", "/api/create_post"), ("/posts/{id}/edit", "/api/update_post")];

/// The page with the form that posts to the server function at `action`: where a failed post goes back to when the
/// browser does not say which page it came from. `field` reads the form.
pub fn page_with_form(action: &str, field: impl Fn(&str) -> Option<String>) -> String {
    let id = || field("id").and_then(|id| id.parse::<i64>().ok());
    match (action, id()) {
        (action, _) if TODO_FORMS.contains(&action) => "/todos".to_owned(),
        ("/api/create_post", _) => "/posts/new".to_owned(),
        ("/api/update_post", Some(id)) => format!("/posts/{id}/edit"),
        ("/api/delete_post", Some(id)) => format!("/posts/{id}"),
        ("/auth/sign-up", _) => "/sign-up".to_owned(),
        ("/auth/verify-email" | "/auth/verify-email/send", _) => "/verify-email".to_owned(),
        ("/auth/code" | "/auth/code/send", _) => "/sign-in/code".to_owned(),
        ("/auth/password/forgot", _) => "/forgot-password".to_owned(),
        ("/auth/password/reset", _) => "/reset-password".to_owned(),
        ("/auth/password/change" | "/auth/password/set", _) => "/account/password".to_owned(),
        (action, _) if action.starts_with("/auth/") => "/sign-in".to_owned(),
        _ => "/".to_owned(),
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| format!("{} · leptos-neon", text::escaped(&title)) />
        <Router>
            <Layout>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=FeedPage ssr=SsrMode::Async />
                    <Route path=path!("/posts/new") view=NewPostPage ssr=SsrMode::Async />
                    <Route path=path!("/posts/:id") view=PostPage ssr=SsrMode::Async />
                    <Route path=path!("/posts/:id/edit") view=EditPostPage ssr=SsrMode::Async />
                    <Route path=path!("/todos") view=TodosPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in/code") view=CodePage ssr=SsrMode::Async />
                    <Route path=path!("/verify-email") view=VerifyEmailPage ssr=SsrMode::Async />
                    <Route path=path!("/forgot-password") view=ForgotPage ssr=SsrMode::Async />
                    <Route path=path!("/reset-password") view=ResetPage ssr=SsrMode::Async />
                    <Route path=path!("/account/password") view=PasswordPage ssr=SsrMode::Async />
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
                    <Route path=path!("/account/delete") view=DeletePage ssr=SsrMode::Async />
                    <Route path=path!("/account/deleted") view=DeletedPage ssr=SsrMode::Async />
                </FlatRoutes>
            </Layout>
        </Router>
    }
}
