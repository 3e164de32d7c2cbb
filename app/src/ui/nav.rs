//! The navigation at the head of every page, with the account or sign-in link.

use super::button::{ButtonKind, Submit};
use crate::NAME;
use leptos::either::Either;
use leptos::prelude::*;
use request::feature::Features;
use request::routes::{ACCOUNT, SIGN_IN, SIGN_OUT};
use request::session::{self, SignedIn};

const LINK: &str = "inline-flex min-h-10 touch:min-h-11 items-center rounded-md px-2 text-sm font-medium text-muted hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8";

#[component]
pub fn Nav(path: String) -> impl IntoView {
    let account = match session::viewer().user {
        SignedIn::No => Either::Left(view! { <NavLink href=SIGN_IN label="Sign in" path=path.clone() /> }),
        SignedIn::Yes(_) | SignedIn::Unavailable => Either::Right(view! {
            <NavLink href=ACCOUNT label="Account" path=path.clone() />
            // Too wide for a phone, where the account page has it.
            <form method="post" action=SIGN_OUT class="-mr-1 hidden sm:block">
                <Submit kind=ButtonKind::Quiet>"Sign out"</Submit>
            </form>
        }),
    };
    let features = Features::of_this_app()
        .iter()
        .flat_map(|feature| feature.nav)
        .map(|&(href, label)| view! { <NavLink href label path=path.clone() /> })
        .collect_view();
    view! {
        <header class="border-b border-line">
            <nav aria-label="Main" class="mx-auto flex max-w-3xl flex-wrap items-center py-2 pr-2 pl-4 sm:gap-x-2 sm:pr-4 sm:pl-6">
                <a href="/" class="mr-auto flex min-h-10 touch:min-h-11 items-center gap-2 rounded-md font-semibold tracking-tight">
                    <span aria-hidden="true" class="size-3 rounded-full bg-accent"></span>
                    {NAME}
                </a>
                {features}
                {account}
            </nav>
        </header>
    }
}

#[component]
fn NavLink(href: &'static str, label: &'static str, path: String) -> impl IntoView {
    let current = (path == href).then_some("page");
    view! {
        <a href=href class=LINK aria-current=current>
            {label}
        </a>
    }
}
