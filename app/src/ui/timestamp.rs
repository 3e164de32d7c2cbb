//! Points in time, as people read them and as machines do.
//! It must not guess a time zone: everything is shown in UTC.

use leptos::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

#[component]
pub fn Timestamp(at: OffsetDateTime) -> impl IntoView {
    let day = format_description!("[day padding:none] [month repr:long] [year]");
    let at = at.to_offset(UtcOffset::UTC);
    let readable = at.format(&day).unwrap_or_default();
    let exact = at.format(&Rfc3339).unwrap_or_default();
    view! { <time datetime=exact>{readable}</time> }
}
