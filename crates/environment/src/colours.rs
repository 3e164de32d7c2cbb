//! Whether lines for people have colours.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;

/// Returns whether to write colours to this stream: to a terminal, unless its user wants none (<https://no-color.org>).
pub fn are_wanted(stream: &impl IsTerminal) -> bool {
    decide(stream.is_terminal(), env::var_os("NO_COLOR").as_deref())
}

fn decide(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::decide;

    #[test]
    fn a_terminal_has_colours_unless_its_owner_wants_none() {
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
