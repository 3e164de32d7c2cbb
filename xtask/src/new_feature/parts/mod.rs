//! The parts of generated files that depend on the fields, by what they are part of.

mod in_tests;
mod model;
mod pages;
mod store;

use super::fields::{Field, Fields, Kind};
use super::templates::Feature;

/// Parts of a line, by their names.
type Inline = Vec<(&'static str, String)>;

/// Parts that consist of whole lines, by their names.
type Lines = Vec<(&'static str, Vec<String>)>;

/// Returns the parts that stand within a line.
pub fn inline(feature: &Feature) -> Inline {
    let (table, fields) = (&feature.names.plural, &feature.fields);
    [model::inline(fields), store::inline(table, fields), pages::inline(fields), in_tests::inline(fields)].concat()
}

/// Returns the parts that consist of whole lines.
pub fn lines(feature: &Feature) -> Lines {
    let (table, variable, fields) = (&feature.names.plural, &feature.names.singular, &feature.fields);
    [model::lines(table, fields), store::lines(table, fields), pages::lines(variable, fields), in_tests::lines(fields)]
        .concat()
}

fn list<'a>(fields: impl Iterator<Item = &'a Field>, part: impl Fn(&Field) -> String) -> String {
    fields.map(part).collect::<Vec<_>>().join(", ")
}

/// Returns the fields that have something to check: not the boxes.
fn checked(fields: &Fields) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.kind != Kind::Bool)
}
