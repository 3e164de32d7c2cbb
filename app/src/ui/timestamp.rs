//! Times for readers and for machines, always in UTC.

use leptos::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::formatting::Formattable;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// Renders a time as a day.
#[component]
pub fn Timestamp(at: OffsetDateTime) -> impl IntoView {
    let day = format_description!("[day padding:none] [month repr:long] [year]");
    view! { <time datetime=exact(at)>{readable(at, &day)}</time> }
}

/// Renders a time as a day and a minute.
#[component]
pub fn Moment(at: OffsetDateTime) -> impl IntoView {
    let minute = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    view! { <time datetime=exact(at)>{readable(at, &minute)}</time> }
}

fn readable(at: OffsetDateTime, form: &(impl Formattable + ?Sized)) -> String {
    at.to_offset(UtcOffset::UTC).format(form).unwrap_or_default()
}

/// Formats a time by RFC 3339.
pub fn exact(at: OffsetDateTime) -> String {
    readable(at, &Rfc3339)
}
