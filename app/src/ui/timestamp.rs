//! Times for readers and for machines, always in UTC.

use leptos::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::formatting::Formattable;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};

/// Renders a time as a day.
#[component]
pub fn Timestamp(at: OffsetDateTime) -> impl IntoView {
    view! { <time datetime=exact(at)>{long_date(at.to_offset(UtcOffset::UTC).date())}</time> }
}

/// Renders a time as a day and a minute.
#[component]
pub fn Moment(at: OffsetDateTime) -> impl IntoView {
    let minute = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    view! { <time datetime=exact(at)>{readable(at, &minute)}</time> }
}

/// Formats a day as in "3 February 2027".
pub fn long_date(day: Date) -> String {
    let form = format_description!("[day padding:none] [month repr:long] [year]");
    day.format(&form).unwrap_or_default()
}

fn readable(at: OffsetDateTime, form: &(impl Formattable + ?Sized)) -> String {
    at.to_offset(UtcOffset::UTC).format(form).unwrap_or_default()
}

/// Formats a time by RFC 3339.
pub fn exact(at: OffsetDateTime) -> String {
    readable(at, &Rfc3339)
}

#[cfg(test)]
mod tests {
    use super::long_date;
    use time::macros::date;

    #[test]
    fn a_long_date_names_the_month() {
        assert_eq!(long_date(date!(2027 - 02 - 03)), "3 February 2027");
    }
}
