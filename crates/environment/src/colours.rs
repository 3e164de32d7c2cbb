//! Decides whether lines in a terminal have colours.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;

/// Returns whether to write colours to this stream: to a terminal, unless its user wants none (<https://no-color.org>).
pub fn are_enabled(stream: &impl IsTerminal) -> bool {
    decide(stream.is_terminal(), env::var_os("NO_COLOR").as_deref())
}

fn decide(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::decide;

    #[test]
    fn colours_are_for_terminals_without_no_color() {
        for (is_terminal, no_color, wanted) in [
            (true, None, true),
            (true, Some(""), true),
            (true, Some("1"), false),
            (true, Some("0"), false),
            (false, None, false),
        ] {
            assert_eq!(decide(is_terminal, no_color.map(AsRef::as_ref)), wanted, "{is_terminal} {no_color:?}");
        }
    }
}
