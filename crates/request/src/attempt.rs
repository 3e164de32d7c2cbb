//! What became of the form that a page shows: the error of the last plain post, and the text typed into it.
//! It must not trust either: both came through the browser.

use crate::{AppError, Field, session};
use leptos::prelude::use_context;
use leptos::server::ServerActionError;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;

/// The last attempt to send one form, as the page that renders it again needs it.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    /// Why it failed, if it did.
    pub error: Option<AppError>,
    fields: Vec<(String, String)>,
}

impl Attempt {
    /// Returns the last attempt to send the form that posts to the server function `F`.
    pub fn of<F: ServerFn>() -> Self {
        let error = use_context::<ServerActionError>().filter(|error| error.path() == F::PATH);
        let error = error.and_then(|error| match ServerFnUrlError::decode_err(error.err()) {
            // What the server never sends: the client edited the address.
            AppError::Network => None,
            error => Some(error),
        });
        let kept = session::viewer().kept_form.filter(|form| form.action == F::PATH);
        Self { error, fields: kept.map(|form| form.fields).unwrap_or_default() }
    }

    /// Returns what was typed into a field.
    pub fn value(&self, name: &str) -> Option<String> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// Returns the sentence about the whole form, when the error is about no field of it.
    pub fn overall(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        (!matches!(error, AppError::Invalid(_)) || error.about(&Field::FORM).is_some()).then(|| error.to_string())
    }

    /// Returns the sentence next to a field.
    pub fn about(&self, field: &Field) -> Option<String> {
        self.error.as_ref()?.about(field)
    }
}
