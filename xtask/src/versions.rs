//! The versions of the tools.

use crate::folders::root;
use crate::text;
use std::sync::LazyLock;

/// The version of cargo-leptos. 0.3.11 needs a newer Rust than `rust-toolchain.toml` names.
pub const CARGO_LEPTOS: &str = "0.3.10";

pub const NEXTEST: &str = "0.9.143";

/// The version of Lighthouse. 13 needs a newer Node.js than Debian's.
pub const LIGHTHOUSE: &str = "12.8.2";

/// Returns the version of the crate in `Cargo.lock`, since wasm-bindgen requires a tool of the same version.
pub fn wasm_bindgen() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let lock = text::read(root().join("Cargo.lock")).unwrap_or_default();
        locked_version(&lock, "wasm-bindgen").expect("Cargo.lock names a version of wasm-bindgen")
    });
    &VERSION
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let lock: toml::Table = lock.parse().ok()?;
    let mut packages = lock.get("package")?.as_array()?.iter();
    let found = packages.find(|found| found.get("name").and_then(toml::Value::as_str) == Some(package))?;
    Some(found.get("version")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{locked_version, wasm_bindgen};

    #[test]
    fn version_is_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\nsource = \"registry\"\n";
        for lock in [lock.to_owned(), lock.replace('\n', "\r\n")] {
            assert_eq!(locked_version(&lock, "wasm-bindgen").as_deref(), Some("0.2.100"));
            assert_eq!(locked_version(&lock, "wasm"), None);
        }
        assert!(wasm_bindgen().starts_with("0.2."));
    }
}
