//! Rebuilds the crate when a migration is added: the compiler follows only the files that it has already seen.
//! It must not generate anything.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
