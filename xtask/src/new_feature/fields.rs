//! The fields of a feature, as `title:text body:longtext? done:bool due:date` names them.

use super::names::{capital, words, wrong_letters};
use crate::reserved::{contains, keyword};
use anyhow::{Context, Result, bail, ensure};
use std::str::FromStr;

/// The longest name, so that `FEATURE_FIELD_length` is a name for PostgreSQL.
const LONGEST: usize = 24;

/// As many as a function takes, beside the id and the version, before Clippy calls them too many.
const MOST: usize = 5;

/// Columns that every table of a feature has, or PostgreSQL itself, and what generated functions and queries call
/// something else.
const TAKEN: &str = "\
    author author_id author_name cmax cmin created_at ctid db draft failed form has_author id idempotency_key longest \
    main mine new page preview redirect row state store tableoid tx updated_at user user_id values version was_sent \
    xmax xmin";

/// What generated names have after that of a field: a constant's, and a variable's.
const ENDINGS: [&str; 2] = ["max", "error"];

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    Bool,
    Date,
}

impl Kind {
    /// Returns the maximum length in characters, of a text.
    pub fn max(self) -> Option<u32> {
        match self {
            Self::Text => Some(200),
            Self::LongText => Some(10_000),
            Self::Bool | Self::Date => None,
        }
    }
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "text" => Self::Text,
            "longtext" => Self::LongText,
            "bool" => Self::Bool,
            "date" => Self::Date,
            _ => bail!("there is no type {text:?}\n    Fix: text, longtext, bool or date"),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    /// Whether it may be empty.
    pub optional: bool,
}

impl Field {
    fn parse(text: &str) -> Result<Self> {
        let (name, kind) = text
            .split_once(':')
            .with_context(|| format!("{text:?} is no field\n    Fix: a name and a type, such as `title:text`"))?;
        let why = if name.len() > LONGEST {
            Some("it has more than 24 letters")
        } else if contains(TAKEN, name) {
            Some("the generated code has something else of this name")
        } else if name.contains("password") {
            Some("a form that failed does not show passwords again")
        } else {
            wrong_letters(name).or_else(|| keyword(name))
        };
        if let Some(why) = why {
            bail!("{name:?} cannot be a field's name: {why}\n    Fix: choose another");
        }
        let (kind, optional) = kind.strip_suffix('?').map_or((kind, false), |kind| (kind, true));
        let kind = kind.parse()?;
        ensure!(
            kind != Kind::Bool || !optional,
            "{name} cannot be optional: a box is checked or not\n    Fix: `{name}:bool`"
        );
        Ok(Self { name: name.to_owned(), kind, optional })
    }

    /// Returns the name of its constant.
    pub fn constant(&self) -> String {
        self.name.to_uppercase()
    }

    /// Returns its label on a page.
    pub fn label(&self) -> String {
        capital(&words(&self.name))
    }

    pub fn is_text(&self) -> bool {
        self.kind.max().is_some()
    }
}

/// The fields in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    pub all: Vec<Field>,
    /// The place of the field by which a list names the rows.
    label: usize,
}

impl Fields {
    /// Reads fields as `name:type`, or `name:type?` for one that may be empty. Without any there is a `title`.
    pub fn parse(texts: &[String]) -> Result<Self> {
        let all: Vec<_> = texts.iter().map(|text| Field::parse(text)).collect::<Result<_>>()?;
        let all = if all.is_empty() { vec![Field::parse("title:text")?] } else { all };
        ensure!(all.len() <= MOST, "a feature begins with at most {MOST} fields\n    Fix: add the others by hand");
        for (place, field) in all.iter().enumerate() {
            let is_doubled = all[..place].iter().any(|other| other.name == field.name);
            ensure!(!is_doubled, "there are two fields {:?}\n    Fix: name each once", field.name);
            for ending in ENDINGS {
                let generated = format!("{}_{ending}", field.name);
                let is_field = all.iter().any(|other| other.name == generated);
                ensure!(
                    !is_field,
                    "of {:?} the generated code makes another {generated}\n    Fix: rename one",
                    field.name
                );
            }
        }
        let label = all.iter().position(|field| field.kind == Kind::Text && !field.optional);
        let label = label
            .context("a list has no field to name its rows by\n    Fix: one that is text, such as `title:text`")?;
        Ok(Self { all, label })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.all.iter()
    }

    /// Returns the field by which a list names the rows.
    pub fn label(&self) -> &Field {
        &self.all[self.label]
    }

    /// Returns the fields beside the label.
    pub fn details(&self) -> impl Iterator<Item = &Field> {
        self.iter().filter(|field| field.name != self.label().name)
    }

    /// Returns the fields that a list shows: the label, boxes and dates.
    pub fn short(&self) -> impl Iterator<Item = &Field> {
        self.iter().filter(|field| field.name == self.label().name || !field.is_text())
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Fields, Kind};

    fn parse(line: &str) -> anyhow::Result<Fields> {
        Fields::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn fields_are_named_with_their_types() {
        let fields = parse("body:longtext? due_day:date? done:bool place:text? title:text").unwrap();
        let field = |name: &str, kind, optional| Field { name: name.to_owned(), kind, optional };
        let expected = [
            field("body", Kind::LongText, true),
            field("due_day", Kind::Date, true),
            field("done", Kind::Bool, false),
            field("place", Kind::Text, true),
            field("title", Kind::Text, false),
        ];
        assert_eq!(fields.all, expected);
        assert_eq!((fields.label().name.as_str(), fields.details().count(), fields.short().count()), ("title", 4, 3));
        assert_eq!((fields.all[1].label().as_str(), fields.all[1].constant().as_str()), ("Due day", "DUE_DAY"));
        assert_eq!(parse("").unwrap().all, [field("title", Kind::Text, false)]);
    }

    #[test]
    fn fields_that_cannot_be_are_refused_with_the_reason() {
        let (too_long, longer) = (format!("{}:text", "a".repeat(25)), format!("{}:text", "ä".repeat(63)));
        for (line, why) in [
            ("title", "no field"),
            ("title:", "no type"),
            ("title:string", "no type \"string\""),
            ("title:text??", "no type \"text?\""),
            ("title:Text", "no type"),
            (":text", "empty"),
            ("Title:text", "small letters"),
            ("title1:text", "small letters"),
            ("first-name:text", "small letters"),
            ("näme:text", "small letters"),
            (&*too_long, "24 letters"),
            (&*longer, "24 letters"),
            ("type:text", "keyword of Rust"),
            ("self:text", "keyword of Rust"),
            ("order:text", "keyword of SQL"),
            ("left:text", "keyword of SQL"),
            ("user:text", "something else"),
            ("id:text", "something else"),
            ("version:text", "something else"),
            ("xmin:text", "something else"),
            ("password_hint:text", "passwords"),
            ("author_name:text", "something else"),
            ("created_at:date", "something else"),
            ("title:text title:date", "two fields"),
            ("title:text title_max:date", "another title_max"),
            ("title_error:text title:text", "another title_error"),
            ("title:text done:bool?", "checked or not"),
            ("done:bool", "name its rows"),
            ("title:text?", "name its rows"),
            ("a:text b:text c:text d:text e:text f:text", "at most 5"),
        ] {
            let error = parse(line).expect_err(line).to_string();
            assert!(error.contains(why) && error.contains("Fix:"), "{line}: {error}");
        }
    }
}
