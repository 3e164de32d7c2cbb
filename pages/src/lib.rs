//! The routes of the pages, which are rendered on the server only. The pages of a feature are in its folder.

// Views nest deep as types, and the default is for shallower ones.
#![recursion_limit = "256"]

mod account;
mod posts;
mod todos;

use crate::account::code::CodePage;
use crate::account::delete::{DeletePage, DeletedPage};
use crate::account::page::AccountPage;
use crate::account::password::PasswordPage;
use crate::account::reset::{ForgotPage, ResetPage};
use crate::account::sign_in::{SignInPage, SignUpPage};
use crate::account::verify_email::VerifyEmailPage;
use crate::posts::editor::{EditPostPage, NewPostPage};
use crate::posts::feed::FeedPage;
use crate::posts::show::PostPage;
use crate::todos::TodosPage;
use app::NAME;
use app::page::NotFound;
use app::ui::layout::Layout;
use html_escape::encode_text_minimal;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// Renders the page at the path of the request.
pub fn show() -> AnyView {
    view! { <App /> }.into_any()
}

#[component]
fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| format!("{} · {NAME}", encode_text_minimal(&title)) />
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
