//! The output of programs of this machine.

use crate::folders::root;
use crate::path::find;
use std::process::Command;

/// The maximum length of a version or path.
const MAX_LENGTH: usize = 200;

/// Returns the first line of a program's output, or `None` if it is missing, fails or prints nothing.
pub fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(find(program)?).args(arguments).current_dir(root()).output().ok()?;
    output.status.success().then(|| first_line_of(&output.stdout)).filter(|line| !line.is_empty())
}

fn first_line_of(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().next().unwrap_or_default().trim().chars().take(MAX_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_LENGTH, first_line, first_line_of};

    #[test]
    fn first_line_is_trimmed_and_truncated() {
        assert_eq!(first_line_of(b"v20.11.1\nmore"), "v20.11.1");
        assert_eq!(first_line_of(b"\xff\xfe\r\nx"), "\u{fffd}\u{fffd}");
        assert_eq!(first_line_of(b""), "");
        assert_eq!(first_line_of(&[b'x'; 100_000]).len(), MAX_LENGTH);
    }

    #[test]
    fn missing_or_failing_program_has_no_line() {
        assert_eq!(first_line("no-such-program", &[]), None);
        assert_eq!(first_line("sh", &["-c", "echo v20.11.0; exit 1"]), None);
        assert_eq!(first_line("sh", &["-c", "true"]), None);
        assert_eq!(first_line("sh", &["-c", "echo v20.11.0"]).as_deref(), Some("v20.11.0"));
    }
}
