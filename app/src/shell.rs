//! The HTML document around every page.

use crate::NAME;
use crate::ui::layout::{Heading, Layout};
use crate::ui::theme::ThemeMeta;
use crate::ui::view_transition;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::MetaTags;
use request::theme;

/// Renders the document around a page that has its own layout. `files` is the HTML that loads styles and scripts.
pub fn document(files: String, page: AnyView) -> AnyView {
    around(files, view! { <MetaTags /> }.into_any(), page)
}

/// Renders a page of the server itself, in the layout of every page.
pub fn framed(files: String, title: &'static str, content: AnyView) -> String {
    let head = view! { <title>{format!("{title} · {NAME}")}</title> };
    let body = view! {
        <Layout>
            <Heading text=title />
            {content}
        </Layout>
    };
    around(files, head.into_any(), body.into_any()).to_html()
}

fn around(files: String, head: AnyView, body: AnyView) -> AnyView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme::chosen().name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <ThemeMeta />
                {view_transition::element()}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/site.webmanifest" />
                {InertElement::new(files)}
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{NAME, framed};
    use leptos::prelude::*;

    #[test]
    fn a_page_of_the_server_has_the_head_and_the_frame_of_every_page() {
        let page =
            Owner::new().with(|| framed("<link rel=files>".to_owned(), "Notes", view! { <i>"all"</i> }.into_any()));
        let (head, body) = page.split_once("</head>").expect("a head");
        assert!(head.starts_with("<!DOCTYPE html><html"), "{head}");
        assert!(
            head.contains(&format!("<title>Notes · {NAME}</title>")) && head.contains("<link rel=files>"),
            "{head}"
        );
        let (navigation, main) = body.split_once("<main").expect("a main part");
        assert!(navigation.contains("aria-label=\"Main\""), "{navigation}");
        assert!(
            main.contains("Notes</h1>") && main.contains("<i>all</i>") && main.contains("action=\"/theme\""),
            "{main}"
        );
    }
}
