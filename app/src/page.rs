//! Pages that wait for data, and what they show when it cannot be had.

use crate::ui::button::ButtonLink;
use crate::ui::layout::EmptyState;
use http::StatusCode;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::Title;
use request::routes::SIGN_IN;
use request::{AppError, DbTime, address, set_status, with_return_to};
use std::time::Instant;

/// Renders `view` with the data once it is there, or the failure with its status. `view` must not wait for anything. An
/// anonymous user is redirected to the sign-in page, and comes back after signing in.
///
/// In a function with much markup, let `data` be an `async fn` of its own: after an edit of a function that contains an
/// `async` block, rustc compiles the drop code of every view of the crate again (docs/performance.md).
pub fn loaded<T, V>(
    data: impl Future<Output = Result<T, AppError>> + Send + 'static,
    view: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: 'static,
    V: IntoView + 'static,
{
    let waited = use_context::<DbTime>().unwrap_or_default();
    // The future is large, and Leptos moves it several times.
    let data = Box::pin(data);
    Suspend::new(async move {
        let begun = Instant::now();
        let data = data.await;
        waited.add(begun.elapsed());
        // Rendered to text at once: as a view it would be streamed in pieces, although nothing is left to wait for.
        let html = match data {
            Ok(data) => view(data).into_view().to_html(),
            Err(AppError::SignInRequired) => {
                leptos_axum::redirect(&with_return_to(SIGN_IN, &address()));
                String::new()
            }
            Err(error) => view! { <Failure error /> }.to_html(),
        };
        InertElement::new(html)
    })
}

/// Renders a page that says what failed, and sets the status of the response.
#[component]
pub fn Failure(error: AppError) -> impl IntoView {
    set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    let title = failure_title(&error);
    view! {
        <Title text=title />
        <EmptyState title text=error.to_string()>
            <ButtonLink href="/">"Go to the start"</ButtonLink>
        </EmptyState>
    }
}

pub fn failure_title(error: &AppError) -> &'static str {
    match error {
        AppError::NotFound => "Not found",
        AppError::RateLimited { .. } => "Please wait",
        AppError::Unavailable => "Not reachable right now",
        _ => "That did not work",
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Failure error=AppError::NotFound /> }
}
