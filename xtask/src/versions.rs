//! The versions of the tools.

use crate::folders::root;
use crate::text;
use std::sync::OnceLock;

/// The version of cargo-leptos. 0.3.11 needs a newer Rust than `rust-toolchain.toml` names.
pub const CARGO_LEPTOS: &str = "0.3.10";

pub const NEXTEST: &str = "0.9.143";

/// The version of Lighthouse. 13 needs a newer Node.js than Debian's.
pub const LIGHTHOUSE: &str = "12.8.2";

/// Returns the version of the crate in `Cargo.lock`, since wasm-bindgen requires a tool of the same version.
pub fn wasm_bindgen() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    let read = || locked_version(&text::read(root().join("Cargo.lock")).ok()?, "wasm-bindgen").map(str::to_owned);
    VERSION.get_or_init(|| read().expect("Cargo.lock names a version of wasm-bindgen"))
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| line.strip_prefix("name = ").is_some_and(|name| name.trim_matches('"') == package))?;
    Some(lines.next()?.strip_prefix("version = ")?.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::{locked_version, wasm_bindgen};

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\nsource = \"registry\"\n";
        for lock in [lock.to_owned(), lock.replace('\n', "\r\n")] {
            assert_eq!(locked_version(&lock, "wasm-bindgen"), Some("0.2.100"));
            assert_eq!(locked_version(&lock, "wasm"), None);
        }
        assert!(wasm_bindgen().starts_with("0.2."));
    }
}
