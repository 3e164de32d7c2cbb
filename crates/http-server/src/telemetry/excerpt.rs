//! What a client sent, as far as a log line shows it.

use std::fmt;

/// Bytes. No honest header or path is longer, and longer values would fill the disk that the log is on.
const MAX_BYTES: usize = 200;

/// Prints at most 200 bytes of a value, and how long it was where that is not all of it. Bytes outside printable ASCII
/// are escaped, so that a value can neither begin a line of its own nor steer a terminal.
pub struct Excerpt<'a>(pub &'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(MAX_BYTES)];
        write!(f, "{}", shown.escape_ascii())?;
        if shown.len() < self.0.len() { write!(f, "… (cut, {} bytes)", self.0.len()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, MAX_BYTES};

    #[test]
    fn long_values_are_cut_and_say_so() {
        assert_eq!(Excerpt(b"/posts/7").to_string(), "/posts/7");
        let longest = "x".repeat(MAX_BYTES);
        assert_eq!(Excerpt(longest.as_bytes()).to_string(), longest);
        let longer = "x".repeat(MAX_BYTES + 1);
        assert_eq!(Excerpt(longer.as_bytes()).to_string(), format!("{longest}… (cut, 201 bytes)"));
    }

    #[test]
    fn a_value_stays_on_its_line() {
        assert_eq!(Excerpt(b"a\nb\x1b[31m\xff\"").to_string(), "a\\nb\\x1b[31m\\xff\\\"");
    }
}
