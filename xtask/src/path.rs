//! The search for programs: first the project's own tools, then those of the machine.

use crate::folders::{root, tool_directory};
use crate::versions;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Returns `PATH` with the project's tools first.
pub fn path() -> OsString {
    let own = [
        tool_directory("cargo-leptos", versions::CARGO_LEPTOS).join("bin"),
        tool_directory("wasm-bindgen-cli", versions::wasm_bindgen()).join("bin"),
        tool_directory("cargo-nextest", versions::NEXTEST).join("bin"),
        root().join("node_modules/.bin"),
    ];
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
}

/// Returns the path of a program, in the folders of steps.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, &path())
}

/// Returns the path of a program in `folders`, a list in the format of `PATH`.
pub fn find_in(program: &str, folders: &OsStr) -> Option<PathBuf> {
    env::split_paths(folders).map(|directory| directory.join(program)).find(|file| file.is_file())
}
