//! The parts of the store and of the schema: columns, parameters and constraints.

use super::{Inline, Lines, list};
use crate::new_feature::fields::{Field, Fields, Kind};

pub fn inline(table: &str, fields: &Fields) -> Inline {
    let columns = |prefix: &str| list(fields.iter(), |field| format!("{prefix}{}", field.name));
    let parameters =
        |first: usize, last: usize| (first..=last).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let count = fields.all.len();
    let assignments = fields.iter().zip(3..).map(|(field, number)| format!("{} = ${number}", field.name));
    vec![
        ("/*columns*/", columns("")),
        ("/*qualified_columns*/", columns(&format!("{table}."))),
        ("/*short_columns*/", list(fields.short(), |field| format!("{table}.{}", field.name))),
        ("/*old_columns*/", columns("old.")),
        ("/*new_columns*/", columns("new.")),
        ("/*content*/", list(fields.iter(), content)),
        ("/*insert_parameters*/", parameters(1, count + 1)),
        ("/*compared_parameters*/", parameters(2, count + 1)),
        ("/*bound_last*/", list(fields.iter(), bound)),
        ("/*assignments*/", assignments.collect::<Vec<_>>().join(", ")),
        ("/*export_columns*/", list(fields.iter(), export_column)),
    ]
}

pub fn lines(table: &str, fields: &Fields) -> Lines {
    let of_row = |field: &Field| format!("{0}: row.{0},", field.name);
    let exported = |field: &Field| format!("{}: {},", field.name, export_type(field));
    vec![
        ("/*short_of_row*/", fields.short().map(of_row).collect()),
        ("/*of_row*/", fields.iter().map(of_row).collect()),
        ("/*export_fields*/", fields.iter().map(exported).collect()),
        ("/*column_definitions*/", fields.iter().map(column).collect()),
        ("/*constraints*/", constraints(table, fields)),
    ]
}

/// Returns the field of a draft as text, for the idempotency key.
fn content(field: &Field) -> String {
    let name = &field.name;
    match (field.kind, field.optional) {
        (Kind::Text | Kind::LongText, false) => format!("&draft.{name}"),
        (Kind::Text | Kind::LongText, true) => format!("draft.{name}.as_deref().unwrap_or_default()"),
        (Kind::Bool, _) | (Kind::Date, false) => format!("&draft.{name}.to_string()"),
        (Kind::Date, true) => format!("&draft.{name}.map(|day| day.to_string()).unwrap_or_default()"),
    }
}

fn bound(field: &Field) -> String {
    let name = &field.name;
    if field.is_text() && field.optional { format!("draft.{name}.as_deref()") } else { format!("draft.{name}") }
}

fn export_type(field: &Field) -> String {
    let inner = if field.kind == Kind::Bool { "bool" } else { "String" };
    if field.optional { format!("Option<{inner}>") } else { inner.to_owned() }
}

fn export_column(field: &Field) -> String {
    let name = &field.name;
    if field.kind != Kind::Date {
        return name.clone();
    }
    let mark = if field.optional { '?' } else { '!' };
    format!("to_char({name}, 'YYYY-MM-DD') as \"{name}{mark}\"")
}

fn column(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Text | Kind::LongText => "text",
        Kind::Bool => "boolean",
        Kind::Date => "date",
    };
    let rest = match field.kind {
        Kind::Bool => " not null default false",
        _ if field.optional => "",
        _ => " not null",
    };
    format!("{} {kind}{rest},", field.name)
}

/// Returns the last constraints of a table, without a comma at the end. There is one, since the label is a text.
fn constraints(table: &str, fields: &Fields) -> Vec<String> {
    let mut lines: Vec<String> = fields.iter().flat_map(|field| constraints_of(table, field)).collect();
    if let Some(last) = lines.last_mut() {
        last.truncate(last.len() - 1);
    }
    lines
}

fn constraints_of(table: &str, field: &Field) -> Vec<String> {
    let name = &field.name;
    match (field.kind, field.kind.max()) {
        (Kind::Text, Some(max)) => vec![
            format!("constraint {table}_{name}_length check (char_length({name}) between 1 and {max}),"),
            format!("constraint {table}_{name}_text check ({name} !~ '[\\u0001-\\u001f\\u007f-\\u009f]'),"),
        ],
        (Kind::LongText, Some(max)) => vec![
            format!("constraint {table}_{name}_length check (char_length({name}) between 1 and {max}),"),
            "-- Line breaks and tabs are text here.".to_owned(),
            format!(
                "constraint {table}_{name}_text check ({name} !~ '[\\u0001-\\u0008\\u000b-\\u001f\\u007f-\\u009f]'),"
            ),
        ],
        (Kind::Date, _) => {
            vec![format!("constraint {table}_{name}_years check ({name} between '0001-01-01' and '9999-12-31'),")]
        }
        _ => vec![],
    }
}
