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

/// Tells a page by its path.
type Pages = fn(&str) -> bool;

/// The pages that have an island.
const WITH_ISLANDS: &[Pages] = &[
    // One line for each kind.
    |path| path == "/todos",
    crate::posts::is_editor,
];

/// The pages that show what people wrote in Markdown.
const WITH_PROSE: &[Pages] = &[
    // One line for each kind.
    |path| path.starts_with("/posts/"),
];

/// The pages that look the same for everybody who is not signed in.
const PUBLIC: &[Pages] = &[
    // One line for each kind.
    |path| path == "/",
    |path| path.starts_with("/posts/") && !crate::posts::is_editor(path),
];

/// Every other page loads no wasm, and its CSP does not allow any.
pub fn loads_wasm(path: &str) -> bool {
    WITH_ISLANDS.iter().any(|is| is(path))
}

/// Its policy also allows images from elsewhere.
pub fn shows_prose(path: &str) -> bool {
    WITH_PROSE.iter().any(|is| is(path))
}

pub fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|is| is(path))
}

/// What the forms of features post to, and the page that each is on. `{id}` is a field of the form.
const FORMS: &[(&str, &str)] = &[
    // One line for each.
    ("/api/create_todo", "/todos"),
    ("/api/set_todo_done", "/todos"),
    ("/api/rename_todo", "/todos"),
    ("/api/delete_todo", "/todos"),
    ("/api/clear_done", "/todos"),
    ("/api/restore_todos", "/todos"),
    ("/api/create_post", "/posts/new"),
    ("/api/update_post", "/posts/{id}/edit"),
    ("/api/delete_post", "/posts/{id}"),
];

/// Pages that also take their own form, and show it again with what was typed: the page, and where the form goes otherwise.
pub const PAGES_SHOWN_AGAIN: &[(&str, &str)] = &[
    // One line for each page.
    ("/posts/new", "/api/create_post"),
    ("/posts/{id}/edit", "/api/update_post"),
];

/// The page with the form for the server function at `action`: where a failed post goes back to when the
/// browser does not say which page it came from. `field` reads the form.
pub fn page_with_form(action: &str, field: impl Fn(&str) -> Option<String>) -> String {
    let page = match action {
        "/auth/sign-up" => "/sign-up",
        "/auth/verify-email" | "/auth/verify-email/send" => "/verify-email",
        "/auth/code" | "/auth/code/send" => "/sign-in/code",
        "/auth/password/forgot" => "/forgot-password",
        "/auth/password/reset" => "/reset-password",
        "/auth/password/change" | "/auth/password/set" => "/account/password",
        action if action.starts_with("/auth/") => "/sign-in",
        action => FORMS.iter().find(|(form, _)| *form == action).map_or("/", |(_, page)| page),
    };
    if !page.contains("{id}") {
        return page.to_owned();
    }
    let id = field("id").and_then(|id| id.parse::<i64>().ok());
    id.map_or_else(|| "/".to_owned(), |id| page.replace("{id}", &id.to_string()))
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
