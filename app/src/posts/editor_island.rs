//! The island beside the form of a post: shows a preview of the text while it is typed, and saves without leaving the
//! page.

use super::api::{create_post, preview_post, update_post};
use super::draft_storage::{self, field, value};
use super::markdown::{Prose, SafeHtml};
use super::model::{CONTENT, PostId};
use crate::ui::alert::Alert;
use crate::ui::attribute::present;
use crate::ui::button::ButtonKind;
use crate::ui::click::opens_here;
use leptos::ev::{self, Event};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use request::AppError;
use std::time::Duration;

const DEBOUNCE: Duration = Duration::from_millis(300);

/// The selector of this island's form: other forms of the page are left alone.
const FORM: &str = "#editor > form";
const LINK: &str = "#editor > form a";

/// Enhances the form that it stands beside. It does not wrap the form: an island with children costs the browser 2 kB
/// more.
#[island]
pub fn Editor() -> impl IntoView {
    let preview = Preview::begin();
    let (failed, saving) = (preview.failed, RwSignal::new(false));
    let restored = RwSignal::new(false);
    Effect::new(move || {
        restored.set(draft_storage::restore());
        preview.request();
        window_event_listener(ev::input, move |_| {
            draft_storage::save();
            preview.request_soon();
        });
        window_event_listener(ev::submit, move |event| {
            // The preview button posts the form to its own page, with JavaScript as without.
            let to_its_page = event.submitter().is_some_and(|button| button.has_attribute("formaction"));
            if is_within(&event, FORM) && !to_its_page {
                event.prevent_default();
                if !saving.get_untracked() {
                    send(saving, failed);
                }
            }
        });
        window_event_listener(ev::click, move |event| {
            // The form has one link, which leaves without saving.
            if opens_here(&event) && is_within(&event, LINK) {
                draft_storage::clear();
            }
        });
    });
    let discard = move |_| {
        draft_storage::clear();
        _ = location().reload();
    };
    view! {
        <div
            role="status"
            class="mt-6 flex items-center rounded-md border border-line bg-surface pl-3 text-sm text-muted"
            hidden=move || present(!restored.get())
        >
            <p class="grow py-2">"This is what you typed here before. It is not saved."</p>
            <button type="button" on:click=discard class=ButtonKind::Quiet.class()>
                "Discard it"
            </button>
        </div>
        <div class="mt-4">
            <p role="status" class="text-sm text-muted empty:hidden">
                {move || saving.get().then(|| "Saving…".to_owned())}
            </p>
            <Alert message=failed />
        </div>
        <section
            id="preview"
            aria-label="Preview"
            class="mt-10 scroll-mt-4 border-t border-line pt-6"
            hidden=move || present(preview.html.with(|html| html.as_str().is_empty()))
        >
            <h2 class="text-sm font-medium text-muted">"Preview: nothing is saved yet"</h2>
            <h2 class="mt-6 text-4xl font-semibold" hidden=move || present(preview.title.with(String::is_empty))>
                {move || preview.title.get()}
            </h2>
            <Prose html=preview.html />
        </section>
    }
}

/// The server's preview of a form that was sent with the preview button.
#[derive(Clone, Debug, Default)]
pub struct Previewed {
    pub title: String,
    pub html: SafeHtml,
}

/// The newest text that the server has rendered, in whatever order its answers arrive.
#[derive(Clone, Copy)]
struct Preview {
    title: RwSignal<String>,
    html: RwSignal<SafeHtml>,
    failed: RwSignal<Option<String>>,
    keystrokes: StoredValue<u32>,
    last_requested: StoredValue<u32>,
    last_shown: StoredValue<u32>,
}

impl Preview {
    /// Starts with the preview that the preview button asked for, which only the server has. In the browser it is part
    /// of the page, and stays until there is a newer one.
    fn begin() -> Self {
        let Previewed { title, html } = use_context().unwrap_or_default();
        Self {
            title: RwSignal::new(title),
            html: RwSignal::new(html),
            failed: RwSignal::new(None),
            keystrokes: StoredValue::new(0),
            last_requested: StoredValue::new(0),
            last_shown: StoredValue::new(0),
        }
    }

    /// Requests the preview unless another key is pressed soon. Leptos' `debounce` is more for the browser to load.
    fn request_soon(self) {
        let keystroke = self.keystrokes.get_value() + 1;
        self.keystrokes.set_value(keystroke);
        let request_if_last = move || {
            if self.keystrokes.get_value() == keystroke {
                self.request();
            }
        };
        set_timeout(request_if_last, DEBOUNCE);
    }

    fn request(self) {
        let content = value("content");
        let number = self.last_requested.get_value() + 1;
        self.last_requested.set_value(number);
        if content.trim().is_empty() {
            return self.show(number, Ok(SafeHtml::default()));
        }
        spawn_local(async move { self.show(number, preview_post(content).await) });
    }

    /// Shows the answer to request `number` unless a later one is shown already. A failure keeps what is shown.
    fn show(self, number: u32, answer: Result<SafeHtml, AppError>) {
        if number < self.last_shown.get_value() {
            return;
        }
        self.last_shown.set_value(number);
        self.failed.set(answer.as_ref().err().map(|error| error.sentence(&CONTENT)));
        if let Ok(html) = answer {
            self.title.set(value("title"));
            self.html.set(html);
        }
    }
}

/// The message when the answer to a new post was lost on the way.
const MAYBE_PUBLISHED: &str = "The connection was interrupted, perhaps after your post was published. Please publish it again: \
     the same text stays one post, a text that you change becomes another one.";

fn send(saving: RwSignal<bool>, failed: RwSignal<Option<String>>) {
    saving.set(true);
    failed.set(None);
    // The text must not change before the answer, after which it is forgotten.
    draft_storage::set_read_only(true);
    spawn_local(async move {
        let answer = save().await;
        if answer.is_err() {
            draft_storage::set_read_only(false);
        }
        match answer {
            Ok(id) => {
                draft_storage::clear();
                // Replaces this page in the history: its form edits a version that is no longer the newest.
                _ = location().replace(&id.path());
                return;
            }
            // The form has a page for these, which keeps what was typed.
            Err(AppError::SignInRequired | AppError::Invalid(_) | AppError::Stale) => submit_plainly(),
            Err(AppError::Network) if field("idempotency_key").is_some() => {
                failed.set(Some(MAYBE_PUBLISHED.to_owned()))
            }
            Err(error) => failed.set(Some(error.to_string())),
        }
        saving.set(false);
    });
}

async fn save() -> Result<PostId, AppError> {
    draft_storage::save_idempotency_key();
    let (title, content) = (value("title"), value("content"));
    match (value("id").parse(), value("version").parse()) {
        (Ok(id), Ok(version)) => update_post(PostId(id), version, title, content).await.map(|()| PostId(id)),
        _ => create_post(title, content, value("idempotency_key")).await,
    }
}

fn submit_plainly() {
    if let Some(form) = field("content").and_then(|field| field.form()) {
        _ = form.submit();
    }
}

/// Returns whether the event's target is inside an element that `selector` matches.
fn is_within(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}
