//! What every page needs of its request and its answer: path, query, status, title, loading, failing.
//! It must not know any feature.

use crate::error::AppError;
use crate::ui::button::ButtonLink;
use crate::ui::layout::Message;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The path of this request, without its query.
pub fn path() -> String {
    use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// The app's own address as browsers see it, without a slash at the end: configured, and never what a request says.
#[derive(Clone, Debug)]
pub struct SiteOrigin(pub Arc<str>);

/// The address of a page for those who do not know where they are: programs, other sites.
pub fn absolute(path: &str) -> String {
    let origin = use_context::<SiteOrigin>();
    format!("{}{path}", origin.as_ref().map_or("", |SiteOrigin(origin)| origin))
}

/// A parameter of the query string.
pub fn query(name: &str) -> Option<String> {
    use_query_map().read_untracked().get(name)
}

pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Answers 503 with a page that is shown all the same.
pub fn set_unavailable() {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
}

/// How long a page has waited for its data, which is for the database to answer. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Waited(Arc<AtomicU64>);

impl Waited {
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }

    fn add(&self, time: Duration) {
        self.0.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

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
    let waited = use_context::<Waited>().unwrap_or_default();
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

/// `path`, a sign-in or sign-up page, leading back to `return_to` afterwards.
pub fn with_return_to(path: &str, return_to: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    format!("{path}?{query}")
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
