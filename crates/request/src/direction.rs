//! Text of people beside text of ours: which way one runs must not turn the other round.
//!
//! In HTML the element `bdi` and `dir="auto"` keep them apart. A sentence that is no HTML, such as a document's title, needs
//! characters for it. Either ends early where the text itself has the character that ends it, so that goes.
//! <https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings>

const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// Returns the text as it may stand inside a sentence that is no HTML. Where it runs from left to right, nothing is added.
pub fn isolated(text: &str) -> String {
    if !text.chars().any(has_direction) {
        return text.to_owned();
    }
    format!("{ISOLATE}{}{END_OF_ISOLATE}", without_instructions(text))
}

/// Returns the text as it may stand in an element of its own beside text of ours.
pub fn without_instructions(text: &str) -> String {
    text.chars().filter(|c| !is_instruction(*c)).collect()
}

/// Tells whether the character is an embedding, an override or an isolate: they say how what follows is to run.
fn is_instruction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Tells whether the character is of a block of scripts that run from right to left, assigned or not, or a mark of direction.
/// <https://www.unicode.org/Public/UCD/latest/ucd/extracted/DerivedBidiClass.txt>
fn has_direction(c: char) -> bool {
    is_instruction(c)
        || matches!(
            u32::from(c),
            0x590..=0x8ff | 0x200e | 0x200f | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff
        )
}

#[cfg(test)]
mod tests {
    use super::{isolated, without_instructions};

    #[test]
    fn what_runs_from_left_to_right_stays_as_it_is() {
        for text in ["", "Tea & milk", "Café", "日本語 123", "🦀\u{200d}!"] {
            assert_eq!(isolated(text), text);
            assert_eq!(without_instructions(text), text);
        }
    }

    #[test]
    fn what_may_run_the_other_way_is_kept_apart() {
        assert_eq!(isolated("שרה"), "\u{2068}שרה\u{2069}");
        assert_eq!(isolated("a سارة!"), "\u{2068}a سارة!\u{2069}");
        assert_eq!(without_instructions("שרה\u{200f}!"), "שרה\u{200f}!");
    }

    #[test]
    fn no_text_reaches_beyond_its_end() {
        for hostile in ["\u{202e}evil", "\u{2069}\u{202e}evil", "\u{2067}evil", "evil\u{2066}\u{202c}"] {
            assert_eq!(isolated(hostile), "\u{2068}evil\u{2069}", "{hostile:?}");
            assert_eq!(without_instructions(hostile), "evil", "{hostile:?}");
        }
    }
}
