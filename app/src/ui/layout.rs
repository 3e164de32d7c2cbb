//! The layout of every page: skip link, navigation, main part, theme.

use super::nav::Nav;
use super::speculation_rules::SpeculationRules;
use super::theme::ThemeSwitch;
use leptos::prelude::*;
use request::FootLink;

#[component]
pub fn Layout(children: Children) -> impl IntoView {
    let link = use_context::<FootLink>().map(|FootLink { href, label }| {
        view! {
            <a href=href class="mr-auto inline-flex min-h-8 touch:min-h-11 items-center rounded-md text-muted hover:text-ink">
                {label}
            </a>
        }
    });
    view! {
        <a
            href="#main"
            class="sr-only rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
            "Skip to content"
        </a>
        <Nav path=request::path() />
        <main id="main" tabindex="-1" class="mx-auto max-w-3xl px-4 py-10 outline-none sm:px-6">
            {children()}
        </main>
        <footer class="mx-auto flex max-w-3xl justify-end px-4 pb-8 text-sm sm:px-6">
            {link}
            <ThemeSwitch />
        </footer>
        <SpeculationRules />
    }
}

/// Renders the title of a page, with its actions.
#[component]
pub fn Heading(#[prop(into)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="mb-8 flex flex-wrap items-center justify-between gap-3">
            <h1 class="text-3xl font-semibold">{text}</h1>
            {children.map(|children| children())}
        </div>
    }
}

/// Renders a section with a heading and an introductory sentence.
#[component]
pub fn Section(title: &'static str, #[prop(optional)] text: &'static str, children: Children) -> impl IntoView {
    let text = (!text.is_empty()).then(|| view! { <p class="mt-1 text-muted">{text}</p> });
    view! {
        <section>
            <h2 class="text-xl font-semibold">{title}</h2>
            {text}
            <div class="mt-4">{children()}</div>
        </section>
    }
}

/// Renders a message in place of a page's content, such as an error.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="rounded-lg border border-line bg-surface px-6 py-12 text-center">
            <h1 class="text-xl font-semibold">{title}</h1>
            <p class="mx-auto mt-2 max-w-prose text-muted">{text}</p>
            {children.map(|children| view! { <div class="mt-6">{children()}</div> })}
        </section>
    }
}
