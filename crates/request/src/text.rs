//! Text that people type, checked once for browser and server.

use crate::FieldProblem;
use crate::normal_form::nfc;
use time::{Date, Month};

/// Returns one line: in normal form, trimmed, not empty, no control characters, at most `max` characters. White space that is no
/// space, such as a tab out of a table, becomes one.
pub fn line(raw: &str, max: u32) -> Result<String, FieldProblem> {
    let flat: String = nfc(raw).chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    checked(flat.trim(), max, |c| c.is_control())
}

/// Returns several lines: as [`line`], but line breaks and tabs stay; `\r\n`, which forms send, becomes `\n`, and so does every
/// other way to end a line. Of the spaces before the text only empty lines go: the indent of the first line is part of it, in
/// Markdown it makes code.
pub fn lines(raw: &str, max: u32) -> Result<String, FieldProblem> {
    let unix = nfc(raw).replace("\r\n", "\n").replace(|c| is_break(c) && c != '\t', "\n");
    let text = unix.trim_end();
    let indent = text.len() - text.trim_start().len();
    let empty_lines = text[..indent].rfind('\n').map_or(0, |last| last + 1);
    checked(&text[empty_lines..], max, |c| c.is_control() && c != '\n' && c != '\t')
}

/// Returns the day that a control of the type `date` sends, such as `2000-01-31`. PostgreSQL stores every year that it can
/// have.
pub fn date(raw: &str) -> Result<Date, FieldProblem> {
    let raw = raw.trim();
    if raw.is_empty() { Err(FieldProblem::Empty) } else { parse_date(raw).ok_or(FieldProblem::NoDate) }
}

fn parse_date(text: &str) -> Option<Date> {
    // No signs, which numbers could have.
    let is_written_so = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (year, rest) = text.split_once('-').filter(|(year, _)| is_written_so && year.len() == 4 && *year != "0000")?;
    let (month, day) = rest.split_once('-').filter(|(month, day)| month.len() == 2 && day.len() == 2)?;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// Returns what an optional field has, or `None` where nothing was typed.
pub fn optional<T>(checked: Result<T, FieldProblem>) -> Result<Option<T>, FieldProblem> {
    match checked {
        Ok(value) => Ok(Some(value)),
        Err(FieldProblem::Empty) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Returns the text with a space in place of every invisible character: whether that is part of a word depends on where it is read.
pub fn words(text: &str) -> String {
    text.chars().map(|c| if is_visible(c) { c } else { ' ' }).collect()
}

fn checked(text: &str, max: u32, forbidden: impl Fn(char) -> bool) -> Result<String, FieldProblem> {
    let actual = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if !text.chars().any(is_visible) {
        Err(FieldProblem::Empty)
    } else if actual > max {
        Err(FieldProblem::TooLong { max, actual })
    } else if text.chars().any(forbidden) {
        Err(FieldProblem::ControlCharacter)
    } else {
        Ok(text.to_owned())
    }
}

/// Tells whether the character is white space that is a control character, or a separator that ends a line or a paragraph.
fn is_break(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Tells whether the character can be seen. Spaces without width, marks of direction and fillers cannot: a text of these
/// could not be clicked. Control characters count as visible, since they are named as what is wrong.
/// <https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
                | 0x2060..=0x206f | 0x2800 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfff8
                | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff
        )
}

#[cfg(test)]
mod tests {
    use super::{date, line, lines, optional, words};
    use crate::FieldProblem;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("  tea \n", 3), Ok("tea".to_owned()));
        assert_eq!(line("🦀🦀🦀", 3), Ok("🦀🦀🦀".to_owned()));
        assert_eq!(line("🦀🦀🦀🦀", 3), Err(FieldProblem::TooLong { max: 3, actual: 4 }));
        assert_eq!(line(" \t ", 3), Err(FieldProblem::Empty));
    }

    #[test]
    fn lines_lose_what_is_empty_around_them_and_no_indent() {
        for (raw, text) in [
            ("    a = 1\r\n    b = 2\r\n", "    a = 1\n    b = 2"),
            ("\r\n \t\r\n\ta = 1\n\n  \n", "\ta = 1"),
            ("\u{3000}一\n二 ", "\u{3000}一\n二"),
            ("a\n\n    b", "a\n\n    b"),
            ("\n\na", "a"),
        ] {
            assert_eq!(lines(raw, 99), Ok(text.to_owned()), "{raw:?}");
            assert_eq!(lines(text, 99), Ok(text.to_owned()), "saved again it is the same: {raw:?}");
        }
        assert_eq!(lines("  \n \t\n", 99), Err(FieldProblem::Empty));
        assert_eq!(lines("\n  abc", 5), Ok("  abc".to_owned()));
        assert_eq!(lines("\n  abcd", 5), Err(FieldProblem::TooLong { max: 5, actual: 6 }));
    }

    #[test]
    fn white_space_is_white_space() {
        for tab in ['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'] {
            assert_eq!(line(&format!("a{tab}b{tab}"), 3), Ok("a b".to_owned()), "{tab:?}");
            let kept = if tab == '\t' { "a\tb" } else { "a\nb" };
            assert_eq!(lines(&format!("a{tab}b{tab}"), 3), Ok(kept.to_owned()), "{tab:?}");
        }
        assert_eq!(line("Quoi\u{a0}?", 9), Ok("Quoi\u{a0}?".to_owned()), "a space that does not break is one");
    }

    #[test]
    fn text_is_counted_and_kept_in_normal_form() {
        assert_eq!(line("Cafe\u{301}", 4), Ok("Café".to_owned()));
        assert_eq!(lines("Cafe\u{301}\n\tte\u{301}", 8), Ok("Café\n\tté".to_owned()));
        // One character that is two in normal form.
        assert_eq!(line("\u{958}", 1), Err(FieldProblem::TooLong { max: 1, actual: 2 }));
    }

    #[test]
    fn invisible_text_is_empty_and_stays_beside_visible_text() {
        for nothing in ["\u{200b}", "\u{202e}\u{2066}", "\u{3164}", "\u{feff} \u{ad}", "\u{2800}", "\u{e0020}"] {
            assert_eq!(line(nothing, 9), Err(FieldProblem::Empty), "{nothing:?}");
            assert_eq!(lines(nothing, 9), Err(FieldProblem::Empty), "{nothing:?}");
        }
        for text in ["a\u{200d}b", "\u{202e}abc", "שלום", "👩\u{200d}👩\u{200d}👧", "❤\u{fe0f}"] {
            assert_eq!(line(text, 9), Ok(text.to_owned()));
        }
    }

    #[test]
    fn words_end_where_they_seem_to() {
        assert_eq!(words("tea\u{200b}\tand\u{feff}milk"), "tea  and milk");
    }

    #[test]
    fn control_characters_are_refused_not_dropped() {
        assert_eq!(line("a\0b", 9), Err(FieldProblem::ControlCharacter));
        assert_eq!(line("a\u{1b}b", 9), Err(FieldProblem::ControlCharacter));
        assert_eq!(lines("a\u{9b}b", 9), Err(FieldProblem::ControlCharacter));
        assert_eq!(lines("a\u{7f}b", 9), Err(FieldProblem::ControlCharacter));
        assert_eq!(lines("a\r\n\tb", 9), Ok("a\n\tb".to_owned()));
    }

    #[test]
    fn a_date_is_a_day_that_there_is() {
        for text in ["2000-01-31", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(date(&format!(" {text}\n")).unwrap().to_string(), text, "shown as it was typed");
        }
        for text in [
            "x",
            "2023-02-29",
            "2000-13-01",
            "2000-00-01",
            "2000-01-00",
            "0000-01-01",
            "-001-01-01",
            "+200-01-01",
            "2000-1-31",
            "2000-01-031",
            "20000-01-1",
            "2000/01/31",
            "31.01.2000",
            "2000-01-31T00:00",
            "2000-01-3１",
            "infinity",
            "2000-01--1",
            "----------",
        ] {
            assert_eq!(date(text), Err(FieldProblem::NoDate), "{text}");
        }
        assert_eq!(date(" \t"), Err(FieldProblem::Empty));
    }

    #[test]
    fn what_is_optional_may_be_empty_and_not_wrong() {
        assert_eq!(optional(line("tea", 3)), Ok(Some("tea".to_owned())));
        assert_eq!(optional(line(" ", 3)), Ok(None));
        assert_eq!(optional(date("x")), Err(FieldProblem::NoDate));
    }

    proptest! {
        #[test]
        fn what_is_accepted_can_be_stored(raw in any::<String>(), max in 0..50_u32) {
            for (text, may_break) in [(line(&raw, max), false), (lines(&raw, max), true)] {
                let Ok(text) = text else { continue };
                prop_assert!((1..=max as usize).contains(&text.chars().count()), "{text:?}");
                prop_assert!(text.chars().all(|c| !c.is_control() || (may_break && matches!(c, '\n' | '\t'))), "{text:?}");
            }
        }
    }
}
