//! The parts of generated files that depend on the fields.

use super::fields::{Field, Fields, Kind};
use super::templates::{Feature, sample};

/// Returns the parts that stand within a line.
pub fn inline(feature: &Feature) -> Vec<(&'static str, String)> {
    let (table, fields) = (&feature.names.plural, &feature.fields);
    let required: Vec<&Field> = fields.iter().filter(|field| is_needed(field)).collect();
    let parameters =
        |first: usize, last: usize| (first..=last).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let count = fields.all.len();
    vec![
        ("/*request*/", request_items(fields)),
        ("/*time*/", if has_date(fields) { "Date, OffsetDateTime" } else { "OffsetDateTime" }.to_owned()),
        ("/*arguments*/", list(fields.iter(), argument)),
        ("/*tested*/", tested(fields)),
        ("/*problems*/", list(checked(fields), problem)),
        ("/*invalid_arguments*/", list(fields.iter(), |field| invalid(field).to_owned())),
        ("/*longest_arguments*/", arguments(fields, "&longest")),
        ("/*draft_arguments*/", arguments(fields, "title")),
        ("/*columns*/", list(fields.iter(), |field| field.name.clone())),
        ("/*short_columns*/", list(fields.short(), |field| format!("{table}.{}", field.name))),
        ("/*qualified_columns*/", list(fields.iter(), |field| format!("{table}.{}", field.name))),
        ("/*old_columns*/", list(fields.iter(), |field| format!("old.{}", field.name))),
        ("/*new_columns*/", list(fields.iter(), |field| format!("new.{}", field.name))),
        ("/*content*/", list(fields.iter(), content)),
        ("/*insert_parameters*/", parameters(1, count + 1)),
        ("/*compared_parameters*/", parameters(2, count + 1)),
        ("/*bound_last*/", list(fields.iter(), bound)),
        ("/*assignments*/", {
            let assignments = fields.iter().zip(3..).map(|(field, number)| format!("{} = ${number}", field.name));
            assignments.collect::<Vec<_>>().join(", ")
        }),
        ("/*export_columns*/", list(fields.iter(), export_column)),
        ("/*controls_of_form*/", list(fields.iter(), control_of_form)),
        ("/*passed*/", list(fields.iter(), passed)),
        ("/*form_constants*/", list(checked(fields), form_constants)),
        ("/*form_components*/", form_components(fields)),
        ("/*required*/", list(required.iter().copied(), |field| field.name.clone())),
        ("/*required_values*/", list(required.iter().copied(), |field| literal(field).to_owned())),
        ("/*required_with_parameter*/", {
            let label = &fields.label().name;
            list(required.iter().copied(), |field| if field.name == *label { "$1" } else { literal(field) }.to_owned())
        }),
        ("/*form*/", {
            let label = &fields.label().name;
            list(required.iter().copied(), |field| {
                let value = if field.name == *label { "\"Tea at four\"" } else { sample(field) };
                format!("(\"{}\", {value})", field.name)
            })
        }),
    ]
}

/// Returns the parts that consist of whole lines.
pub fn lines(feature: &Feature) -> Vec<(&'static str, Vec<String>)> {
    let (table, fields) = (&feature.names.plural, &feature.fields);
    let variable = &feature.names.singular;
    let each = |line: &dyn Fn(&Field) -> String| fields.iter().map(line).collect::<Vec<_>>();
    let short = |line: &dyn Fn(&Field) -> String| fields.short().map(line).collect::<Vec<_>>();
    vec![
        ("/*limits*/", fields.iter().filter_map(|field| limit(table, field)).flatten().collect()),
        ("/*controls*/", checked(fields).map(control).collect()),
        ("/*fields*/", each(&|field| format!("pub {}: {},", field.name, rust_type(field)))),
        ("/*short_fields*/", short(&|field| format!("pub {}: {},", field.name, rust_type(field)))),
        ("/*parse*/", parse(fields)),
        ("/*short_of_row*/", short(&|field| format!("{0}: row.{0},", field.name))),
        ("/*of_row*/", each(&|field| format!("{0}: row.{0},", field.name))),
        ("/*export_fields*/", each(&|field| format!("{}: {},", field.name, export_type(field)))),
        ("/*column_definitions*/", each(&column)),
        ("/*constraints*/", constraints(table, fields)),
        ("/*entry*/", fields.short().filter_map(|field| entry(variable, field)).collect()),
        ("/*details*/", fields.details().map(|field| detail(variable, field)).collect()),
        (
            "/*value_fields*/",
            each(&|field| {
                let kind = if field.kind == Kind::Bool { "bool" } else { "String" };
                format!("{}: {kind},", field.name)
            }),
        ),
        ("/*values_of*/", each(&|field| value_of(variable, field))),
        ("/*typed*/", typed(fields)),
        ("/*inputs*/", fields.iter().flat_map(input).collect()),
        ("/*fills*/", fields.details().map(fill).collect()),
        ("/*kept*/", fields.details().map(kept).collect()),
    ]
}

fn list<'a>(fields: impl Iterator<Item = &'a Field>, part: impl Fn(&Field) -> String) -> String {
    fields.map(part).collect::<Vec<_>>().join(", ")
}

fn has_date(fields: &Fields) -> bool {
    fields.iter().any(|field| field.kind == Kind::Date)
}

/// Tells whether a row needs a value for it.
fn is_needed(field: &Field) -> bool {
    !field.optional && field.kind != Kind::Bool
}

/// Returns the fields that have something to check: not the boxes.
fn checked(fields: &Fields) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.kind != Kind::Bool)
}

// The model.

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

// The store, and the schema.

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

// The form.

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

// What pages show.

/// Returns what a list shows beside the label.
fn entry(variable: &str, field: &Field) -> Option<String> {
    let (name, label) = (&field.name, field.label());
    match (field.kind, field.optional) {
        (Kind::Bool, _) => Some(format!("{{{variable}.{name}.then_some(\" · {label}\")}}")),
        (Kind::Date, false) => Some(format!("{{format!(\" · {label} {{}}\", {variable}.{name})}}")),
        (Kind::Date, true) => Some(format!("{{{variable}.{name}.map(|day| format!(\" · {label} {{day}}\"))}}")),
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
        (Kind::Date, false) => format!("<Detail name=\"{label}\" value={value}.to_string() />"),
        (Kind::Date, true) => {
            format!("{{{value}.map(|day| view! {{ <Detail name=\"{label}\" value=day.to_string() /> }})}}")
        }
    }
}

// The tests.

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

/// Returns the step of a browser that looks for what it has filled in.
fn kept(field: &Field) -> String {
    match field.kind {
        Kind::Text | Kind::LongText => format!("await expect({}).toHaveValue('Some words');", by_label(field)),
        Kind::Bool => format!("await expect({}).toBeChecked();", by_label(field)),
        Kind::Date => format!("await expect({}).toHaveValue('2000-01-31');", by_label(field)),
    }
}
