//! The parts of what people see: forms with what they send, the list, and the page of a row.

use super::{Inline, Lines, checked, list};
use crate::new_feature::fields::{Field, Fields, Kind};

pub fn inline(fields: &Fields) -> Inline {
    vec![
        ("/*controls_of_form*/", list(fields.iter(), control_of_form)),
        ("/*passed*/", list(fields.iter(), passed)),
        ("/*form_constants*/", list(checked(fields), form_constants)),
        ("/*form_components*/", form_components(fields)),
        ("/*times_in_list*/", times(fields.short())),
        ("/*times_in_details*/", times(fields.details())),
    ]
}

/// Returns the lines. A row is in this `variable`.
pub fn lines(variable: &str, fields: &Fields) -> Lines {
    let value_field = |field: &Field| {
        let kind = if field.kind == Kind::Bool { "bool" } else { "String" };
        format!("{}: {kind},", field.name)
    };
    vec![
        ("/*value_fields*/", fields.iter().map(value_field).collect()),
        ("/*values_of*/", fields.iter().map(|field| value_of(variable, field)).collect()),
        ("/*typed*/", typed(fields)),
        ("/*inputs*/", fields.iter().flat_map(input).collect()),
        ("/*entry*/", fields.short().filter_map(|field| entry(variable, field)).collect()),
        ("/*details*/", fields.details().map(|field| detail(variable, field)).collect()),
    ]
}

fn control_of_form(field: &Field) -> String {
    // A box that is not checked sends nothing.
    if field.kind == Kind::Bool {
        format!("#[server(default)] {}: bool", field.name)
    } else {
        format!("{}: String", field.name)
    }
}

fn passed(field: &Field) -> String {
    if field.kind == Kind::Bool { field.name.clone() } else { format!("&{}", field.name) }
}

fn form_constants(field: &Field) -> String {
    let constant = field.constant();
    if field.kind == Kind::LongText { format!("{constant}, {constant}_MAX") } else { constant }
}

fn form_components(fields: &Fields) -> String {
    let has = |kind| fields.iter().any(|field| field.kind == kind);
    let components = [("Checkbox", has(Kind::Bool)), ("TextArea", has(Kind::LongText)), ("TextField", true)];
    components.iter().filter(|(_, is_used)| *is_used).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Returns what a page that shows these fields needs of the module for times.
fn times<'a>(mut shown: impl Iterator<Item = &'a Field>) -> String {
    let times = if shown.any(|field| field.kind == Kind::Date) { "{Timestamp, long_date}" } else { "Timestamp" };
    times.to_owned()
}

fn value_of(variable: &str, field: &Field) -> String {
    let name = &field.name;
    let value = format!("{variable}.{name}");
    match (field.kind, field.optional) {
        (Kind::Text | Kind::LongText, false) => format!("{name}: {value}.clone(),"),
        (Kind::Text | Kind::LongText, true) => format!("{name}: {value}.clone().unwrap_or_default(),"),
        (Kind::Bool, _) => format!("{name}: {value},"),
        (Kind::Date, false) => format!("{name}: {value}.to_string(),"),
        (Kind::Date, true) => format!("{name}: {value}.map(|day| day.to_string()).unwrap_or_default(),"),
    }
}

fn typed(fields: &Fields) -> Vec<String> {
    let has_box = fields.iter().any(|field| field.kind == Kind::Bool);
    let was_sent = has_box.then(|| {
        ["// A box that is not checked sends nothing.", "let was_sent = !state.input.fields.is_empty();"]
            .map(str::to_owned)
    });
    let values = fields.iter().map(|field| {
        let (name, constant) = (&field.name, field.constant());
        if field.kind == Kind::Bool {
            format!("let {name} = if was_sent {{ state.value(\"{name}\").is_some() }} else {{ values.{name} }};")
        } else {
            format!(
                "let ({name}, {name}_error) = (state.value(\"{name}\").unwrap_or(values.{name}), state.about(&{constant}));"
            )
        }
    });
    was_sent.into_iter().flatten().chain(values).collect()
}

fn input(field: &Field) -> Vec<String> {
    let (name, label) = (&field.name, field.label());
    let optional = if field.optional { " optional=true" } else { "" };
    match field.kind {
        Kind::Text => vec![format!(
            "<TextField id=\"{name}\" name=\"{name}\" label=\"{label}\" value={name} error={name}_error{optional} />"
        )],
        Kind::Date => vec![format!(
            "<TextField id=\"{name}\" name=\"{name}\" kind=\"date\" label=\"{label}\" value={name} error={name}_error{optional} />"
        )],
        Kind::Bool => vec![format!("<Checkbox id=\"{name}\" name=\"{name}\" label=\"{label}\" checked={name} />")],
        Kind::LongText => {
            let mut lines = vec![
                "<TextArea".to_owned(),
                format!("    id=\"{name}\""),
                format!("    name=\"{name}\""),
                format!("    label=\"{label}\""),
                format!("    value={name}"),
                format!("    error={name}_error"),
                format!("    hint=format!(\"At most {{{}_MAX}} characters.\")", field.constant()),
            ];
            lines.extend(field.optional.then(|| "    optional=true".to_owned()));
            lines.push("/>".to_owned());
            lines
        }
    }
}

/// Returns what a list shows beside the label.
fn entry(variable: &str, field: &Field) -> Option<String> {
    let (name, label) = (&field.name, field.label());
    match (field.kind, field.optional) {
        (Kind::Bool, _) => Some(format!("{{{variable}.{name}.then_some(\" · {label}\")}}")),
        (Kind::Date, false) => Some(format!("{{format!(\" · {label} {{}}\", long_date({variable}.{name}))}}")),
        (Kind::Date, true) => {
            Some(format!("{{{variable}.{name}.map(|day| format!(\" · {label} {{}}\", long_date(day)))}}"))
        }
        (Kind::Text | Kind::LongText, _) => None,
    }
}

fn detail(variable: &str, field: &Field) -> String {
    let (name, label) = (&field.name, field.label());
    let value = format!("{variable}.{name}");
    match (field.kind, field.optional) {
        (Kind::Text | Kind::LongText, false) => format!("<Detail name=\"{label}\" value={value} />"),
        (Kind::Text | Kind::LongText, true) => {
            format!("{{{value}.map(|value| view! {{ <Detail name=\"{label}\" value /> }})}}")
        }
        (Kind::Bool, _) => format!("<Detail name=\"{label}\" value=if {value} {{ \"Yes\" }} else {{ \"No\" }} />"),
        (Kind::Date, false) => format!("<Detail name=\"{label}\" value=long_date({value}) />"),
        (Kind::Date, true) => {
            format!("{{{value}.map(|day| view! {{ <Detail name=\"{label}\" value=long_date(day) /> }})}}")
        }
    }
}
