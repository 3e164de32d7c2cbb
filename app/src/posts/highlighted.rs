//! Text in which the matches of a search are marked. Never HTML: a page shows each part as text.

/// The marks around a match: private-use characters that the query removes from authors' text, so that no author can
/// forge them.
pub const MATCH_BEGINS: char = '\u{e000}';
pub const MATCH_ENDS: char = '\u{e001}';

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlighted(pub Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Plain(String),
    Match(String),
}

impl Highlighted {
    /// Makes a text without matches.
    pub fn plain(text: String) -> Self {
        Self(vec![Part::Plain(text)])
    }

    /// Parses text with marks in it. They need not come in pairs, since the text may have been cut.
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut is_match = false;
        for piece in text.split_inclusive([MATCH_BEGINS, MATCH_ENDS]) {
            let words = piece.trim_end_matches([MATCH_BEGINS, MATCH_ENDS]).to_owned();
            if !words.is_empty() {
                parts.push(if is_match { Part::Match(words) } else { Part::Plain(words) });
            }
            is_match = piece.ends_with(MATCH_BEGINS);
        }
        Self(parts)
    }

    pub fn text(&self) -> String {
        let words = |part: &Part| match part {
            Part::Plain(text) | Part::Match(text) => text.clone(),
        };
        self.0.iter().map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Highlighted, MATCH_BEGINS, MATCH_ENDS, Part};
    use proptest::prelude::*;

    #[test]
    fn matches_are_parts_of_their_own() {
        let text = format!("On {MATCH_BEGINS}tea{MATCH_ENDS} & <b>{MATCH_BEGINS}milk");
        let parts = vec![
            Part::Plain("On ".to_owned()),
            Part::Match("tea".to_owned()),
            Part::Plain(" & <b>".to_owned()),
            Part::Match("milk".to_owned()),
        ];
        assert_eq!(Highlighted::parse(&text), Highlighted(parts));
        assert_eq!(Highlighted::parse(""), Highlighted(Vec::new()));
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_no_mark_is_shown(text in "[a-c\u{e000}\u{e001}🦀 ]{0,30}") {
            let without: String = text.chars().filter(|c| ![MATCH_BEGINS, MATCH_ENDS].contains(c)).collect();
            prop_assert_eq!(Highlighted::parse(&text).text(), without);
        }
    }
}
