//! Fills the templates: files of a feature called road trips, in which a handful of names is replaced.
//!
//! A line that ends with `//public`, `//personal`, `//details` or `//plain` is only for features that are so.
//! Between `/*` and `*/` stands the name of what depends on the fields.

use super::fields::{Field, Fields, Kind};
use super::names::{Names, words};
use super::parts;
use std::cmp::Reverse;

/// What to generate.
#[derive(Clone, Debug)]
pub struct Feature {
    pub names: Names,
    pub fields: Fields,
    /// Whether anyone reads the rows.
    pub is_public: bool,
    /// The number of the migration.
    pub migration: u32,
}

macro_rules! templates {
    ($($template:literal => $file:literal,)+) => {
        /// The templates, each with the path of the file that is made of it.
        const TEMPLATES: &[(&str, &str)] = &[$(($file, include_str!(concat!("templates/", $template))),)+];
    };
}

templates! {
    "app/mod.rs" => "app/src/road_trips/mod.rs",
    "app/model.rs" => "app/src/road_trips/model.rs",
    "app/store.rs" => "app/src/road_trips/store.rs",
    "app/api.rs" => "app/src/road_trips/api.rs",
    "app/feature.rs" => "app/src/road_trips/feature.rs",
    "pages/mod.rs" => "pages/src/road_trips/mod.rs",
    "pages/list.rs" => "pages/src/road_trips/list.rs",
    "pages/show.rs" => "pages/src/road_trips/show.rs",
    "pages/editor.rs" => "pages/src/road_trips/editor.rs",
    "migration.sql" => "migrations//*migration*/_create_road_trips.sql",
    "server/mod.rs" => "server/tests/road_trips/mod.rs",
    "server/contract.rs" => "server/tests/road_trips/contract.rs",
    "server/whole_app.rs" => "server/tests/road_trips/whole_app.rs",
    "server/rls/mod.rs" => "server/tests/road_trips/rls/mod.rs",
    "server/rls/rights.rs" => "server/tests/road_trips/rls/rights.rs",
    "end2end/flows.spec.ts" => "end2end/tests/road_trips/flows.spec.ts",
}

/// Returns the files of a feature, by path. Those of Rust are not formatted yet.
pub fn files(feature: &Feature) -> Vec<(String, String)> {
    let filler = Filler::new(feature);
    TEMPLATES.iter().map(|(file, template)| (filler.replace(file), filler.fill(template))).collect()
}

struct Filler {
    /// The markers of lines that are kept, and of those that are not.
    markers: [(&'static str, bool); 4],
    /// What stands for which part, of one line.
    names: Vec<(&'static str, String)>,
    /// What stands for a line that consists of a part.
    lines: Vec<(&'static str, Vec<String>)>,
}

impl Filler {
    fn new(feature: &Feature) -> Self {
        let has_details = feature.fields.details().next().is_some();
        let markers = [
            ("//public", feature.is_public),
            ("//personal", !feature.is_public),
            ("//details", has_details),
            ("//plain", !has_details),
        ];
        let label = feature.fields.label();
        let mut names = feature.names.forms();
        names.extend([
            ("/*migration*/", feature.migration.to_string()),
            ("/*label*/", label.name.clone()),
            ("/*LABEL*/", label.constant()),
            ("/*Label*/", label.label()),
            ("/*label_words*/", words(&label.name)),
            ("/*label_max*/", label.kind.max().unwrap_or_default().to_string()),
        ]);
        names.extend(parts::inline(feature));
        Self { markers, names, lines: parts::lines(feature) }
    }

    fn fill(&self, template: &str) -> String {
        let mut filled = String::new();
        for line in template.lines() {
            let Some(line) = self.kept(line) else { continue };
            let part = line.trim_start();
            let indent = &line[..line.len() - part.len()];
            match self.lines.iter().find(|(name, _)| *name == part) {
                Some((_, lines)) => lines.iter().for_each(|line| {
                    let indent = if line.is_empty() { "" } else { indent };
                    filled += &format!("{indent}{line}\n");
                }),
                None => filled += &(self.replace(line) + "\n"),
            }
        }
        filled
    }

    /// Returns a line without its marker, unless it is for other features.
    fn kept<'a>(&self, line: &'a str) -> Option<&'a str> {
        for (marker, is_kept) in self.markers {
            if let Some(line) = line.strip_suffix(marker) {
                return is_kept.then_some(line.trim_end());
            }
        }
        Some(line)
    }

    /// Replaces names. What stands for one is not looked at again.
    fn replace(&self, text: &str) -> String {
        let (mut filled, mut rest) = (String::new(), text);
        loop {
            let found = self.names.iter().filter_map(|(name, with)| Some((rest.find(name)?, *name, with)));
            let Some((at, name, with)) = found.min_by_key(|(at, name, _)| (*at, Reverse(name.len()))) else {
                return filled + rest;
            };
            filled += &rest[..at];
            filled += with;
            rest = &rest[at + name.len()..];
        }
    }
}

/// Returns a text of Rust that is a value for this field: nothing, where that is allowed.
pub fn sample(field: &Field) -> &'static str {
    if field.optional { "\"\"" } else { typed(field.kind) }
}

/// Returns a text of Rust that is what somebody types into a field of this kind.
pub fn typed(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::LongText => "\"Some words\"",
        Kind::Bool => "false",
        Kind::Date => "\"2000-01-31\"",
    }
}

#[cfg(test)]
mod tests {
    use super::{Filler, TEMPLATES, files};
    use crate::new_feature::tests::{articles, notes};

    #[test]
    fn lines_and_names_are_those_of_the_feature() {
        let template = "a road trip of road trips //public\n  /*controls*/\nx //personal\n\nRoadTripId /*label*/s\n";
        assert_eq!(
            Filler::new(&articles()).fill(template),
            "an article of articles\n  pub const TITLE: Field = Field::new(\"title\");\n  pub const CONTENT: Field = Field::new(\"content\");\n\nArticleId titles\n"
        );
        assert!(Filler::new(&notes()).fill("x //personal\ny //public\n").starts_with("x\n"));
    }

    #[test]
    fn what_stands_for_a_name_is_not_looked_at_again() {
        let mut feature = notes();
        feature.names.plural = "road_trip_notes".to_owned();
        feature.names.singular = "road_trips_note".to_owned();
        assert_eq!(
            Filler::new(&feature).replace("road_trips, road_trip, RoadTrip, a road trip"),
            "road_trip_notes, road_trips_note, RoadTripsNote, a road trips note"
        );
    }

    #[test]
    fn nothing_of_the_templates_is_left() {
        for feature in [notes(), articles()] {
            let files = files(&feature);
            assert_eq!(files.len(), TEMPLATES.len());
            for (file, text) in files {
                for left in ["road", "Road", "ROAD", "/*", "*/", "//public", "//personal", "//details", "//plain"] {
                    assert!(!text.contains(left) && !file.contains(left), "{left} in {file}: {text}");
                }
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{file}");
                assert!(text.lines().all(|line| line.trim_end() == line), "{file}: {text}");
            }
        }
    }
}
