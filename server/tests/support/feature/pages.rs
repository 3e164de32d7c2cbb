//! The pages of memos and letters, in addition to those of the app.

use super::BODY;
use super::letters::{self, CreateLetter};
use super::memos::{self, CreateMemo, DeleteMemo};
use app::page::{NotFound, loaded};
use app::ui::alert::Alert;
use app::ui::button::{ButtonKind, Submit};
use app::ui::field::TextField;
use app::ui::layout::{Heading, Layout};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{RouteList, SsrMode, path};
use request::session::{db, require_user};
use request::{AppError, FormState, form, idempotency_key};

/// Returns the page at the path of the request.
pub fn show() -> AnyView {
    if RouteList::is_generating() {
        // A router replaces the routes of the one before it.
        let lists = [RouteList::generate(::pages::show), RouteList::generate(own)];
        let routes: Vec<_> = lists.into_iter().flatten().flat_map(RouteList::into_inner).collect();
        RouteList::register(RouteList::from(routes));
        return ().into_any();
    }
    if [memos::PAGE, letters::PAGE].contains(&&*request::path()) { own() } else { ::pages::show() }
}

fn own() -> AnyView {
    view! { <App /> }.into_any()
}

#[component]
fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Layout>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/memos") view=MemosPage ssr=SsrMode::Async />
                    <Route path=path!("/letters") view=LettersPage ssr=SsrMode::Async />
                </FlatRoutes>
            </Layout>
        </Router>
    }
}

#[component]
fn MemosPage() -> impl IntoView {
    let (db, user) = (db(), require_user());
    let (create, delete) = (FormState::of::<CreateMemo>(), FormState::of::<DeleteMemo>());
    let memos = async move { Ok::<_, AppError>(memos::list(&mut db?.as_user(&user?).await?).await?) };
    let row = |(id, body): (i64, String)| {
        view! {
            <li class="flex items-center gap-3">
                <span dir="auto">{body}</span>
                <form method="post" action=form::action(DeleteMemo::PATH)>
                    <input type="hidden" name="id" value=id />
                    <Submit kind=ButtonKind::Quiet>"Delete"</Submit>
                </form>
            </li>
        }
    };
    loaded(memos, move |memos| {
        view! {
            <Title text="Memos" />
            <Heading text="Memos" />
            <Alert message=delete.overall() />
            <BodyForm action=form::action(CreateMemo::PATH) state=create />
            <ul role="list">{memos.into_iter().map(row).collect_view()}</ul>
        }
    })
}

#[component]
fn LettersPage() -> impl IntoView {
    let (db, is_signed_in) = (db(), require_user().is_ok());
    let create = FormState::of::<CreateLetter>();
    let letters = async move { Ok::<_, AppError>(letters::list(&mut db?.as_anonymous().await?).await?) };
    let row = |(body, author): (String, Option<String>)| {
        view! {
            <li>
                <p dir="auto">{body}</p>
                <p class="text-muted">{author}</p>
            </li>
        }
    };
    loaded(letters, move |letters| {
        view! {
            <Title text="Letters" />
            <Heading text="Letters" />
            {is_signed_in.then(|| view! { <BodyForm action=form::action(CreateLetter::PATH) state=create /> })}
            <ul role="list">{letters.into_iter().map(row).collect_view()}</ul>
        }
    })
}

/// Renders the form that adds a memo or a letter, with the typed text after a failure.
#[component]
fn BodyForm(action: String, state: FormState) -> impl IntoView {
    let name = state.value("idempotency_key").unwrap_or_else(idempotency_key::generate);
    let (value, error) = (state.value("body").unwrap_or_default(), state.about(&BODY));
    view! {
        <form method="post" action=action class="flex items-end gap-2">
            <input type="hidden" name="idempotency_key" value=name />
            <TextField id="body" name="body" label="Text" value error />
            <Submit>"Add"</Submit>
        </form>
    }
}
