//! The folders of the project and of its tools.

use std::env;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the project")
}

/// Returns the folder of all tools, which all copies of the project share.
pub fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| env::home_dir().map(|home| home.join(".cache")));
    base.unwrap_or_else(env::temp_dir).join("cargo-xtask/tools")
}

/// Returns the folder of a tool, installed or not.
pub fn tool_directory(name: &str, version: &str) -> PathBuf {
    cache().join(format!("{name}-{version}"))
}
