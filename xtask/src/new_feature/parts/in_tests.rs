//! The parts of the tests: rows for the database, and what a browser types into the form.

use super::{Inline, Lines, list};
use crate::new_feature::fields::{Field, Fields, Kind};
use crate::new_feature::templates;

pub fn inline(fields: &Fields) -> Inline {
    let label = &fields.label().name;
    // A row needs no value for the others.
    let required = || fields.iter().filter(|field| !field.optional && field.kind != Kind::Bool);
    // A browser sends a control that is empty, but no box that is not checked.
    let sent = fields.iter().filter(|field| field.kind != Kind::Bool);
    let parameter = |field: &Field| if field.name == *label { "$1" } else { literal(field) }.to_owned();
    let typed = |field: &Field| {
        let value = if field.name == *label { "\"Tea at four\"" } else { templates::typed(field.kind) };
        format!("(\"{}\", {value})", field.name)
    };
    vec![
        ("/*required*/", list(required(), |field| field.name.clone())),
        ("/*required_values*/", list(required(), |field| literal(field).to_owned())),
        ("/*required_with_parameter*/", list(required(), parameter)),
        ("/*form*/", list(sent, typed)),
        ("/*shown*/", list(fields.details(), |field| format!("'{}'", shown(field.kind)))),
    ]
}

pub fn lines(fields: &Fields) -> Lines {
    vec![("/*fills*/", fields.details().map(fill).collect()), ("/*kept*/", fields.details().map(kept).collect())]
}

/// Returns a literal of SQL for a column.
fn literal(field: &Field) -> &'static str {
    match field.kind {
        Kind::Text | Kind::LongText => "'tea'",
        Kind::Bool => "false",
        Kind::Date => "'2000-01-31'",
    }
}

fn by_label(field: &Field) -> String {
    format!("page.getByLabel('{}', {{ exact: true }})", field.label())
}

/// Returns the step of a browser that fills in a field.
fn fill(field: &Field) -> String {
    match field.kind {
        Kind::Text | Kind::LongText => format!("await {}.fill('Some words');", by_label(field)),
        Kind::Bool => format!("await {}.check();", by_label(field)),
        Kind::Date => format!("await {}.fill('2000-01-31');", by_label(field)),
    }
}

/// Returns how a page shows what a browser has filled in.
fn shown(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::LongText => "Some words",
        Kind::Bool => "Yes",
        Kind::Date => "31 January 2000",
    }
}

/// Returns the step of a browser that looks for what it has filled in.
fn kept(field: &Field) -> String {
    match field.kind {
        Kind::Text | Kind::LongText => format!("await expect({}).toHaveValue('Some words');", by_label(field)),
        Kind::Bool => format!("await expect({}).toBeChecked();", by_label(field)),
        Kind::Date => format!("await expect({}).toHaveValue('2000-01-31');", by_label(field)),
    }
}
