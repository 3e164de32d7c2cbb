//! Markdown as plain text, for excerpts and descriptions. It is no HTML: escape it like any other text.

use pulldown_cmark::{Event, TagEnd};

/// Returns the first `max` characters of the visible text in one line, with "…" at the end where it was cut.
pub fn plain_text(markdown: &str, max: usize) -> String {
    let mut text = String::new();
    let mut characters = 0;
    let mut gap = false;
    for piece in super::events::of(markdown) {
        match &piece {
            Event::Text(words) | Event::Code(words) => {
                for c in words.chars() {
                    if c.is_whitespace() {
                        gap = true;
                        continue;
                    }
                    if gap && !text.is_empty() {
                        text.push(' ');
                        characters += 1;
                    }
                    gap = false;
                    text.push(c);
                    characters += 1;
                    if characters > max {
                        return shortened(&text, max);
                    }
                }
            }
            Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => gap = true,
            Event::End(end) => gap |= !is_inside_a_line(*end),
            _ => {}
        }
    }
    text
}

fn shortened(text: &str, max: usize) -> String {
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn is_inside_a_line(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

#[cfg(test)]
mod tests {
    use super::plain_text;
    use proptest::prelude::*;

    #[test]
    fn the_marks_go_and_the_words_stay() {
        for (markdown, text) in [
            ("# On *tea*\n\nIt is **hot**.", "On tea It is hot."),
            ("- a\n- b\n\n> c", "a b c"),
            ("See [the docs](https://a.example) and ![a cat](https://a.example/cat.png)", "See the docs and a cat"),
            ("At https://a.example/b_c, *https://b.example*.", "At https://a.example/b_c, https://b.example."),
            ("`let a = 1;`\n```rust\nfn b() {}\n```\nend", "let a = 1; fn b() {} end"),
            ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
            ("a <b>bold</b> claim", "a <b>bold</b> claim"),
            ("", ""),
        ] {
            assert_eq!(plain_text(markdown, 100), text, "{markdown}");
        }
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(plain_text("🦀🦀🦀", 3), "🦀🦀🦀");
        assert_eq!(plain_text("🦀🦀🦀🦀", 3), "🦀🦀…");
        assert_eq!(plain_text("a b cd", 4), "a b…");
    }

    proptest! {
        #[test]
        fn it_is_never_longer_than_asked_nor_more_than_one_line(text in any::<String>(), max in 1..50_usize) {
            let plain = plain_text(&text, max);
            prop_assert!(plain.chars().count() <= max, "{plain:?}");
            prop_assert!(!plain.contains(['\n', '\r', '\t']), "{plain:?}");
        }
    }
}
