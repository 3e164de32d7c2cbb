//! Words, and those that an app, a feature or a field cannot be called by.

/// Paths that the server has.
pub const ROUTES: [&str; 12] =
    ["account", "api", "auth", "feed", "healthz", "metrics", "pkg", "readyz", "robots", "sitemap", "sitemaps", "theme"];

/// Keywords of Rust, kept for later ones included.
const RUST: &str = "\
    abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen \
    if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true \
    try type typeof union unsafe unsized use virtual where while yield";

/// Words that PostgreSQL takes for no name of a table or column without quotes: what it calls reserved, also those that
/// can be functions or types.
const SQL: &str = "\
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation \
    column concurrently constraint create cross current_catalog current_date current_role current_schema \
    current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for \
    foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral \
    leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer \
    overlaps placing primary references returning right select session_user similar some symmetric system_user \
    table tablesample then to trailing true union unique user using variadic verbose when where window with";

/// Returns why a word is no name in Rust or SQL, if it is a keyword.
pub fn keyword(word: &str) -> Option<&'static str> {
    if is_keyword_of_rust(word) {
        Some("it is a keyword of Rust")
    } else if contains(SQL, word) {
        Some("it is a keyword of SQL")
    } else {
        None
    }
}

pub fn is_keyword_of_rust(word: &str) -> bool {
    contains(RUST, word)
}

/// Tells whether a list of words, with spaces between, has this one.
pub fn contains(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|each| each == word)
}

/// Returns the words of a text, which are letters, digits and `_`.
pub fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{contains, keyword, words_of};

    #[test]
    fn keywords_are_whole_words() {
        for word in ["self", "type", "gen"] {
            assert_eq!(keyword(word), Some("it is a keyword of Rust"), "{word}");
        }
        for word in ["user", "order", "analyse", "window", "left", "full"] {
            assert_eq!(keyword(word), Some("it is a keyword of SQL"), "{word}");
        }
        for word in ["users", "orders", "note", "", "as async"] {
            assert_eq!(keyword(word), None, "{word}");
        }
        assert!(contains("a b\n c", "c") && !contains("ab", "a"));
        assert_eq!(words_of("from notes_old, notes(id);").collect::<Vec<_>>(), ["from", "notes_old", "notes", "id"]);
    }
}
