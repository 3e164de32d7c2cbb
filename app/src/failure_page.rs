//! The document for a request that no page could answer: refused before routing, or failed while rendering.
//! It uses no router, session or script, any of which may be what failed.

use crate::ui::button::ButtonLink;
use crate::ui::fade;
use crate::ui::layout::Message;
use crate::{NAME, page};
use leptos::prelude::*;
use request::{AppError, Field};

/// Renders the document. `back` is the page whose form was sent, if any; `stylesheet` is the address of the CSS,
/// without which the page stays readable.
pub fn document(error: &AppError, back: Option<&str>, stylesheet: Option<&str>) -> String {
    let title = page::failure_title(error);
    let text = error.about(&Field::FORM).unwrap_or_else(|| error.to_string());
    let (href, label) = back.map_or(("/", "Go to the start"), |page| (page, "Back to the form"));
    let href = href.to_owned();
    let style = stylesheet.map(|href| view! { <link rel="stylesheet" href=href.to_owned() /> });
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    {fade::element()}
                    <title>{format!("{title} · {NAME}")}</title>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                    {style}
                </head>
                <body>
                    <main class="mx-auto max-w-3xl px-4 py-10 sm:px-6">
                        <Message title text>
                            <ButtonLink href=href>{label}</ButtonLink>
                        </Message>
                    </main>
                </body>
            </html>
        }
        .to_html()
    })
}

#[cfg(test)]
mod tests {
    use super::document;
    use request::{AppError, Field, Problem, Ref};

    #[test]
    fn it_says_what_happened_without_a_script() {
        let page = document(&AppError::Internal(Ref(1234)), None, Some("/pkg/a.css"));
        assert!(page.starts_with("<!DOCTYPE html><html"), "{page}");
        assert!(page.contains("00001234"), "{page}");
        assert!(page.contains("/pkg/a.css"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }

    #[test]
    fn it_is_precise_about_what_was_sent() {
        let page = document(&AppError::field(Field::FORM, Problem::TooLarge), None, None);
        assert!(page.contains("too large"), "{page}");
    }

    #[test]
    fn it_leads_back_to_the_form_and_nowhere_else() {
        let page = document(&AppError::RateLimited { seconds: 90 }, Some("/sign-in?a=\"b"), None);
        assert!(page.contains("href=\"/sign-in?a=&quot;b\""), "{page}");
        assert!(page.contains("Please wait 2 minutes"), "{page}");
    }
}
