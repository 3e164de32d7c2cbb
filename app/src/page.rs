//! What every page does: it waits for its data, or says why there is none.
//! It must not know any feature.

use crate::ui::button::ButtonLink;
use crate::ui::layout::Message;
use http::StatusCode;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::Title;
use request::{AppError, DbTime, path, set_status, with_return_to};
use std::time::Instant;

/// Renders `view`, which must not wait for anything, with the data, or the failure with its status. A person who must
/// sign in is sent there and comes back.
///
/// Beside much markup, let `data` be an `async fn` of its own: after an edit of a function with an `async` block in it,
/// rustc compiles what drops every view of the crate again (docs/performance.md).
pub fn loaded<T, V>(
    data: impl Future<Output = Result<T, AppError>> + Send + 'static,
    view: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: 'static,
    V: IntoView + 'static,
{
    let waited = use_context::<DbTime>().unwrap_or_default();
    // It is large, and Leptos moves it several times.
    let data = Box::pin(data);
    Suspend::new(async move {
        let begun = Instant::now();
        let data = data.await;
        waited.add(begun.elapsed());
        // There is nothing left to wait for. Handed back as a view, it would be rendered in pieces all the same.
        let html = match data {
            Ok(data) => view(data).into_view().to_html(),
            Err(AppError::SignInRequired) => {
                leptos_axum::redirect(&with_return_to("/sign-in", &path()));
                String::new()
            }
            Err(error) => view! { <Failure error /> }.to_html(),
        };
        InertElement::new(html)
    })
}

/// A page that could not be shown, with its status.
#[component]
pub fn Failure(error: AppError) -> impl IntoView {
    set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    let title = failure_title(&error);
    view! {
        <Title text=title />
        <Message title text=error.to_string()>
            <ButtonLink href="/">"Go to the start"</ButtonLink>
        </Message>
    }
}

/// What a page is called that says why there is no other.
pub fn failure_title(error: &AppError) -> &'static str {
    match error {
        AppError::NotFound => "Not found",
        AppError::RateLimited { .. } => "Please wait",
        AppError::Unavailable => "Not reachable right now",
        _ => "That did not work",
    }
}

/// The answer to an address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Failure error=AppError::NotFound /> }
}
