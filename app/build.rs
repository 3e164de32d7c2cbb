//! Rebuilds the crate when a migration is added, since the compiler follows only files that it has already seen.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
