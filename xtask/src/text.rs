//! Reads text files with Unix line ends, even if Git has checked them out with those of Windows.

use std::io;
use std::path::Path;

pub fn read(path: impl AsRef<Path>) -> io::Result<String> {
    std::fs::read_to_string(path).map(|text| text.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::fs;

    #[test]
    fn windows_line_ends_are_replaced() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("file");
        fs::write(&file, "one\r\ntwo\rthree\nfour\r\n").unwrap();
        assert_eq!(read(&file).unwrap(), "one\ntwo\rthree\nfour\n");
    }
}
