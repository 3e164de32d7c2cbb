//! The parts of the model: types, and the checks of their input.

use super::{Inline, Lines, checked, list};
use crate::new_feature::fields::{Field, Fields, Kind};
use crate::new_feature::templates::sample;

pub fn inline(fields: &Fields) -> Inline {
    let has_date = fields.iter().any(|field| field.kind == Kind::Date);
    vec![
        ("/*request*/", request_items(fields)),
        ("/*time*/", if has_date { "Date, OffsetDateTime" } else { "OffsetDateTime" }.to_owned()),
        ("/*arguments*/", list(fields.iter(), argument)),
        ("/*tested*/", tested(fields)),
        ("/*problems*/", list(checked(fields), problem)),
        ("/*invalid_arguments*/", list(fields.iter(), |field| invalid(field).to_owned())),
        ("/*longest_arguments*/", arguments(fields, "&longest")),
        ("/*draft_arguments*/", arguments(fields, "title")),
    ]
}

pub fn lines(table: &str, fields: &Fields) -> Lines {
    let declared = |field: &Field| format!("pub {}: {},", field.name, rust_type(field));
    vec![
        ("/*limits*/", fields.iter().filter_map(|field| limit(table, field)).flatten().collect()),
        ("/*controls*/", checked(fields).map(control).collect()),
        ("/*fields*/", fields.iter().map(declared).collect()),
        ("/*short_fields*/", fields.short().map(declared).collect()),
        ("/*parse*/", parse(fields)),
    ]
}

fn request_items(fields: &Fields) -> String {
    let errors = if checked(fields).count() > 1 { "FieldErrors, " } else { "" };
    format!("AppError, Field, {errors}text")
}

fn limit(table: &str, field: &Field) -> Option<[String; 2]> {
    let (name, max) = (&field.name, field.kind.max()?);
    let max = if max < 1_000 { max.to_string() } else { format!("{}_{:03}", max / 1_000, max % 1_000) };
    Some([
        format!("/// The maximum length of `{name}`, in characters, as in the constraint `{table}_{name}_length`."),
        format!("pub const {}_MAX: u32 = {max};", field.constant()),
    ])
}

fn control(field: &Field) -> String {
    format!("pub const {}: Field = Field::new(\"{}\");", field.constant(), field.name)
}

fn rust_type(field: &Field) -> String {
    let inner = match field.kind {
        Kind::Text | Kind::LongText => "String",
        Kind::Bool => "bool",
        Kind::Date => "Date",
    };
    if field.optional { format!("Option<{inner}>") } else { inner.to_owned() }
}

fn argument(field: &Field) -> String {
    format!("{}: {}", field.name, if field.kind == Kind::Bool { "bool" } else { "&str" })
}

fn check(field: &Field) -> String {
    let (name, constant) = (&field.name, field.constant());
    let check = match field.kind {
        Kind::Text => format!("text::line({name}, {constant}_MAX)"),
        Kind::LongText => format!("text::lines({name}, {constant}_MAX)"),
        Kind::Date => format!("text::date({name})"),
        Kind::Bool => format!("Ok({name})"),
    };
    if field.optional { format!("text::optional({check})") } else { check }
}

/// Returns the body of the function that checks the input: of all fields at once.
fn parse(fields: &Fields) -> Vec<String> {
    let all = list(fields.iter(), |field| field.name.clone());
    let mut names = checked(fields);
    if let (Some(only), None) = (names.next(), names.next()) {
        let constant = only.constant();
        return vec![
            format!("let {} = {}.map_err(|problem| AppError::field({constant}, problem))?;", only.name, check(only)),
            format!("Ok(Self {{ {all} }})"),
        ];
    }
    let names = list(checked(fields), |field| field.name.clone());
    let mut lines = vec![
        format!("match ({}) {{", list(checked(fields), check)),
        format!("    ({}) => Ok(Self {{ {all} }}),", list(checked(fields), |field| format!("Ok({})", field.name))),
        format!("    ({names}) => {{"),
        "        let problems = [".to_owned(),
    ];
    lines.extend(
        checked(fields)
            .map(|field| format!("            {}.err().map(|problem| ({}, problem)),", field.name, field.constant())),
    );
    lines.extend([
        "        ];".to_owned(),
        "        Err(AppError::Invalid(FieldErrors(problems.into_iter().flatten().collect())))".to_owned(),
        "    }".to_owned(),
        "}".to_owned(),
    ]);
    lines
}

/// Returns what the model's test names.
fn tested(fields: &Fields) -> String {
    format!("{}, {}_MAX", list(checked(fields), Field::constant), fields.label().constant())
}

fn problem(field: &Field) -> String {
    let problem = match field.kind {
        Kind::Date => "NoDate",
        _ if field.optional => "ControlCharacter",
        _ => "Empty",
    };
    format!("({}, FieldProblem::{problem})", field.constant())
}

/// Returns a text of Rust that has this problem.
fn invalid(field: &Field) -> &'static str {
    match field.kind {
        Kind::Date => "\"x\"",
        Kind::Bool => "false",
        _ if field.optional => "\"a\\0b\"",
        _ => "\" \"",
    }
}

/// Returns the arguments of `Draft::parse`, with this one as label.
fn arguments(fields: &Fields, label: &str) -> String {
    list(fields.iter(), |field| if field.name == fields.label().name { label } else { sample(field) }.to_owned())
}
