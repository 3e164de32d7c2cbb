//! The start page, until your first page takes its place.

use app::ui::button::ButtonLink;
use app::ui::layout::Heading;
use leptos::prelude::*;
use leptos_meta::Title;

const STEPS: [(&str, &str, &str); 4] = [
    ("Change this page: ", "pages/src/home.rs", ". It reloads when you save it."),
    ("Write a feature: ", "cargo xtask new feature notes title:text", ", from its table to its browser test."),
    ("Read what it wrote: ", "app/src/notes", ", and what a table needs, in migrations/README.md."),
    ("Connect your Neon project: ", "docs/neon.md", " goes step by step. Until then this is local mode."),
];

#[component]
pub fn HomePage() -> impl IntoView {
    let step = |(what, path, then): (&'static str, &'static str, &'static str)| {
        view! { <li>{what} <code>{path}</code> {then}</li> }
    };
    view! {
        <Title text="Welcome" />
        <Heading text="Welcome" />
        <p>"The app runs. What comes next:"</p>
        <ol class="my-6 list-decimal space-y-2 pl-6">{STEPS.map(step).collect_view()}</ol>
        <ButtonLink href="/account">"Your account"</ButtonLink>
    }
}
