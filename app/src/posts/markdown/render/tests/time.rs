//! Patterns that are quadratic, or overflow the stack, in some Markdown or HTML libraries.

use super::html;
use crate::posts::model::CONTENT_MAX;
use std::time::{Duration, Instant};

const MARKUP: &[&str] = &[
    "[", "]", "![", "[a](", "[]", "*a **b ", "_", "`", "` a``", "> ", "- ", "1. ", "<", "<a", "<!--", "&#", "&", "|",
    "|a\n|-\n", "\\", "[a]: b\n", "[a][", "~~a", "#", "\n", "\t- x\n", "a\n>", "**a_", "(", "<?", "<b>", "https://",
    "://", "http://(", "a:",
];

const ADDRESSES: &[&str] = &["http://a.b ", "https://a.b/(", "https://a@", "https://a.", "https://-", "_https://a.b/_"];

#[test]
fn a_megabyte_of_brackets_takes_bounded_time() {
    for bracket in ["[", "]", "[a](", "![", "("] {
        takes_bounded_time(bracket, 1_000_000);
    }
}

#[test]
fn a_whole_post_of_anything_takes_bounded_time() {
    for pattern in MARKUP.iter().chain(ADDRESSES) {
        takes_bounded_time(pattern, CONTENT_MAX as usize);
    }
}

fn takes_bounded_time(pattern: &str, length: usize) {
    let text = pattern.repeat(length / pattern.len());
    let begun = Instant::now();
    let html = html(&text);
    // Quadratic code would need minutes for a megabyte; linear code on a busy machine needs seconds.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(60), "{pattern:?} took {took:?}");
    assert!(deepest(&html) <= 40, "{pattern:?} nests {}", deepest(&html));
}

fn deepest(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1).filter(|tag| !["br", "hr", "img"].iter().any(|void| tag.starts_with(void))) {
        depth = if tag.starts_with('/') { depth - 1 } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}
