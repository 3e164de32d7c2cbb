//! The names of a feature: what can be one, and the forms in which they stand in its files.

use crate::reserved::{ROUTES, contains, is_keyword_of_rust, keyword};
use anyhow::{Context, Result, bail, ensure};

/// The longest name, so that `NAME_are_written_by_their_author` and the like are names for PostgreSQL, which has 63
/// letters for them.
const LONGEST: usize = 30;

/// What generated functions call something else, and what components take for something else.
const VARIABLES: &str = "\
    ada author before bob build cancel check count created database db delete deleted detail details draft edited \
    empty entry error failed first form heading here id last list mine more new next other page request rows saved \
    shape slot state store test text tests time title tx typed updated user value values version";

/// Types that generated files have for something else.
const TYPES: &str = "\
    Alert AppError Author Box ButtonKind ButtonLink Byline Checkbox Claims Clone Content Copy Date Db DbError Debug \
    Default Deserialize Detail Details Draft Edit Entry Err Feature Field FieldErrors FieldProblem Fields Form \
    FormState Hash Heading Insert Into Json List None OffsetDateTime Ok Option Pager Reads Result Saved SavedVersion \
    Serialize Shape SignedIn Some String Submit TextArea TextField Timestamp Title Tools User UserTx Uuid Values Vec";

/// Crates that no manifest names, beside which no module can be called so.
const CRATES: &str = "alloc core std";

/// What the file that users export has beside a part for each feature.
const EXPORTED: &str = "account devices exported_at";

/// How words begin that sound otherwise than they are written: as "a unit", and as "an hour".
const LIKE_CONSONANTS: [&str; 7] = ["eu", "once", "one_", "uni", "use", "usu", "uti"];
const LIKE_VOWELS: [&str; 5] = ["heir", "honest", "honor", "honour", "hour"];

/// The name of a feature, which is also that of its table, and of one row of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    pub plural: String,
    pub singular: String,
}

impl Names {
    /// Checks a name. Without `singular`, the name of a row follows from it.
    pub fn parse(plural: &str, singular: Option<&str>) -> Result<Self> {
        if let Some(why) = wrong_letters(plural).or_else(|| keyword(plural)).or_else(|| taken_by_project(plural)) {
            bail!("{plural:?} cannot be a feature's name: {why}\n    Fix: choose another, such as `notes`");
        }
        let singular = match singular {
            Some(singular) => singular.to_owned(),
            None => singular_of(plural).with_context(|| {
                format!("the name of one row does not follow from {plural:?}\n    Fix: such as `--singular note`")
            })?,
        };
        if let Some(why) = wrong_letters(&singular).or_else(|| taken(&singular)) {
            bail!("{singular:?} cannot be the name of one row: {why}\n    Fix: another one, such as `--singular note`");
        }
        ensure!(
            plural != singular,
            "one of {plural:?} needs another name than all of them\n    Fix: such as `--singular note`"
        );
        Ok(Self { plural: plural.to_owned(), singular })
    }

    /// Returns the path of the list.
    pub fn path(&self) -> String {
        format!("/{}", self.plural.replace('_', "-"))
    }

    /// Returns the name of the type of a row.
    pub fn pascal(&self) -> String {
        pascal(&self.singular)
    }

    /// Returns each form that the templates have, with what stands for it.
    pub fn forms(&self) -> Vec<(&'static str, String)> {
        let (plural, singular) = (&self.plural, &self.singular);
        let article = article(singular);
        vec![
            ("road_trips", plural.clone()),
            ("road_trip", singular.clone()),
            ("ROAD_TRIP", singular.to_uppercase()),
            ("road-trips", plural.replace('_', "-")),
            ("RoadTrips", pascal(plural)),
            ("RoadTrip", self.pascal()),
            ("Road trips", capital(&words(plural))),
            ("Road trip", capital(&words(singular))),
            ("road trips", words(plural)),
            ("road trip", words(singular)),
            ("a_road_trip", format!("{article}_{singular}")),
            ("a road trip", format!("{article} {}", words(singular))),
            ("A road trip", format!("{} {}", capital(article), words(singular))),
        ]
    }
}

/// Returns why a name cannot be one, whatever it means.
pub fn wrong_letters(name: &str) -> Option<&'static str> {
    let is_allowed = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > LONGEST {
        Some("it has more than 30 letters")
    } else if !name.chars().all(is_allowed) {
        Some("it has other characters than small letters from a to z and _")
    } else if name.starts_with('_') || name.ends_with('_') || name.contains("__") {
        Some("a _ stands between two letters")
    } else {
        None
    }
}

/// Returns why the project has something else of a feature's name, wherever it is.
fn taken_by_project(name: &str) -> Option<&'static str> {
    if ROUTES.contains(&name) {
        Some("the server has a path of this name")
    } else if name.starts_with("pg_") {
        Some("PostgreSQL keeps names that begin so for itself")
    } else if contains(CRATES, name) {
        Some("a crate of Rust is called so")
    } else if contains(EXPORTED, name) {
        Some("the file that users export has a part of this name")
    } else if contains(VARIABLES, name) {
        Some("the generated code calls something else so")
    } else {
        None
    }
}

/// Returns why one row cannot be called so in the generated code.
fn taken(name: &str) -> Option<&'static str> {
    if is_keyword_of_rust(name) {
        Some("it is a keyword of Rust")
    } else if contains(VARIABLES, name) {
        Some("the generated code calls something else so")
    } else if contains(TYPES, &pascal(name)) {
        Some("a type of the generated code is called so")
    } else {
        None
    }
}

/// Returns the singular of an English plural, if it is a plain one.
fn singular_of(plural: &str) -> Option<String> {
    if let Some(stem) = plural.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return Some(format!("{stem}y"));
    }
    let with_e = ["sses", "xes", "ches", "shes", "zzes"].iter().any(|end| plural.ends_with(end));
    let ending = if with_e { "es" } else { "s" };
    let is_plain = !["ss", "us", "is"].iter().any(|end| plural.ends_with(end));
    plural.strip_suffix(ending).filter(|stem| is_plain && !stem.is_empty() && !stem.ends_with('_')).map(str::to_owned)
}

/// Returns the article of a name, by its sound.
fn article(name: &str) -> &'static str {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| name.starts_with(beginning));
    let is_vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']) && !begins(&LIKE_CONSONANTS);
    if is_vowel || begins(&LIKE_VOWELS) { "an" } else { "a" }
}

/// Returns a name as people write it.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// Returns a text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

pub fn pascal(name: &str) -> String {
    name.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::{Names, article};

    #[test]
    fn the_name_of_a_row_follows_from_that_of_all() {
        for (plural, singular) in [
            ("notes", "note"),
            ("entries_of_logs", "entries_of_log"),
            ("stories", "story"),
            ("addresses", "address"),
            ("dishes", "dish"),
            ("road_trips", "road_trip"),
            ("houses", "house"),
            ("taxes", "tax"),
            ("orders", "order"),
            ("articles", "article"),
        ] {
            assert_eq!(Names::parse(plural, None).unwrap().singular, singular, "{plural}");
        }
        assert_eq!(Names::parse("people", Some("person")).unwrap().singular, "person");
        assert_eq!(Names::parse("road_trips", None).unwrap().path(), "/road-trips");
    }

    #[test]
    fn an_article_goes_by_the_sound() {
        for (name, expected) in [
            ("note", "a"),
            ("article", "an"),
            ("unit", "a"),
            ("user_guide", "a"),
            ("umbrella", "an"),
            ("one_time_code", "a"),
            ("hour", "an"),
            ("house", "a"),
        ] {
            assert_eq!(article(name), expected, "{name}");
        }
    }

    #[test]
    fn names_that_cannot_be_used_are_refused_with_the_reason() {
        let too_long = "s".repeat(31);
        for (plural, singular, why) in [
            ("", None, "empty"),
            (&*too_long, None, "30 letters"),
            ("Notes", None, "small letters"),
            ("my-notes", None, "small letters"),
            ("notes2", None, "small letters"),
            ("../notes", None, "small letters"),
            ("nötes", None, "small letters"),
            ("notes;drop", None, "small letters"),
            ("_notes", None, "between two letters"),
            ("notes_", None, "between two letters"),
            ("road__trips", None, "between two letters"),
            ("self", None, "keyword of Rust"),
            ("type", None, "keyword of Rust"),
            ("user", None, "keyword of SQL"),
            ("order", None, "keyword of SQL"),
            ("account", None, "path"),
            ("api", None, "path"),
            ("auth", None, "path"),
            ("pkg", None, "path"),
            ("feed", None, "path"),
            ("types", None, "keyword of Rust"),
            ("window", Some("pane"), "keyword of SQL"),
            ("left", Some("side"), "keyword of SQL"),
            ("pg_class", Some("pg_row"), "PostgreSQL"),
            ("core", Some("part"), "crate of Rust"),
            ("devices", None, "users export"),
            ("next", Some("step"), "something else"),
            ("slots", None, "something else"),
            ("builds", None, "something else"),
            ("text_areas", None, "a type"),
            ("users", None, "something else"),
            ("options", None, "a type"),
            ("titles", None, "something else"),
            ("news", Some("news"), "another name"),
            ("people", None, "--singular"),
            ("status", None, "--singular"),
            ("glass", None, "--singular"),
            ("notes", Some("No te"), "small letters"),
            ("notes", Some("self"), "keyword of Rust"),
        ] {
            let error = Names::parse(plural, singular).expect_err(plural).to_string();
            assert!(error.contains(why) && error.contains("Fix:"), "{plural}: {error}");
        }
    }
}
