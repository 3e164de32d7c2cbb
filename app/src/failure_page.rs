//! The document for a request that no page could answer: refused before routing, or failed while rendering.
//! It uses no router, session or script, any of which may be what failed.

use crate::ui::button::ButtonLink;
use crate::ui::layout::EmptyState;
use crate::ui::view_transition;
use crate::{NAME, page};
use html_escape::encode_text_minimal;
use leptos::prelude::*;
use request::form::OldInput;
use request::{AppError, Field, idempotency_key};

/// Renders the document. `back` is the page whose form was sent, if any, and `typed` are the fields of that form;
/// `stylesheet` is the address of the CSS, without which the page stays readable.
pub fn document(error: &AppError, back: Option<&str>, typed: &OldInput, stylesheet: Option<&str>) -> String {
    let title = page::failure_title(error);
    let text = error.sentence(&Field::FORM);
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
                    {view_transition::element()}
                    <title>{format!("{title} · {NAME}")}</title>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                    {style}
                </head>
                <body>
                    <main class="mx-auto max-w-3xl px-4 py-10 sm:px-6">
                        <EmptyState title text>
                            <ButtonLink href=href>{label}</ButtonLink>
                        </EmptyState>
                        {typed_text(typed)}
                    </main>
                </body>
            </html>
        }
        .to_html()
    })
}

/// Shows what was typed. Hidden fields have a name of their feature's choice, so they are known by their values: numbers,
/// switches, idempotency keys. A number that was typed is not lost either: to load the page again is to send all again.
fn typed_text(input: &OldInput) -> impl IntoView + use<> {
    let is_text = |value: &str| {
        !value.is_empty()
            && value.parse::<i64>().is_err()
            && value.parse::<bool>().is_err()
            && idempotency_key::parse(value).is_err()
    };
    let texts: Vec<_> = input.fields.iter().filter(|(_, value)| is_text(value)).cloned().collect();
    (!texts.is_empty()).then(|| {
        let shown = texts.into_iter().map(|(name, value)| {
            view! {
                <textarea readonly rows="6" dir="auto" aria-label=name class="w-full rounded-md border border-edge p-3">
                    {format!("\n{}", encode_text_minimal(&value))}
                </textarea>
            }
        });
        view! {
            <section class="mx-auto mt-10 max-w-prose space-y-3">
                <h2 class="font-semibold">"What you typed"</h2>
                <p>
                    "Nothing of it is lost while this page is open. If you have to sign in first, do so in another tab. Then load this \
                     page again: that sends it once more."
                </p>
                {shown.collect_view()}
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::document;
    use request::form::OldInput;
    use request::{AppError, ErrorNumber, Field, FieldProblem};

    #[test]
    fn it_says_what_happened_without_a_script() {
        let page = document(&AppError::Internal(ErrorNumber(1234)), None, &OldInput::default(), Some("/pkg/a.css"));
        assert!(page.starts_with("<!DOCTYPE html><html"), "{page}");
        assert!(page.contains("00001234"), "{page}");
        assert!(page.contains("/pkg/a.css"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }

    #[test]
    fn it_is_precise_about_what_was_sent() {
        let page = document(&AppError::field(Field::FORM, FieldProblem::TooLarge), None, &OldInput::default(), None);
        assert!(page.contains("too large"), "{page}");
    }

    #[test]
    fn it_leads_back_to_the_form_and_nowhere_else() {
        let page = document(&AppError::RateLimited { seconds: 90 }, Some("/sign-in?a=\"b"), &OldInput::default(), None);
        assert!(page.contains("href=\"/sign-in?a=&quot;b\""), "{page}");
        assert!(page.contains("Please wait 2 minutes"), "{page}");
        assert!(!page.contains("What you typed"), "{page}");
    }

    #[test]
    fn it_gives_back_what_was_typed_and_nothing_that_was_not() {
        let idempotency_key = "0198c0de-0000-7000-8000-000000000001";
        let fields =
            [("id", "7"), ("idempotency_key", idempotency_key), ("done", "true"), ("empty", ""), ("body", "\n<b> & c")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let typed = OldInput { fields, ..OldInput::default() };
        let page = document(&AppError::Unavailable, Some("/notes"), &typed, None);
        assert_eq!(page.matches("<textarea").count(), 1, "{page}");
        assert!(page.contains("aria-label=\"body\"") && page.contains("\n\n&lt;b> &amp; c</textarea>"), "{page}");
        assert!(!page.contains(idempotency_key), "{page}");
    }
}
