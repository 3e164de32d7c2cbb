//! Small JSON files that local mode keeps between runs, for their owner only: chosen ports and generated secrets.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Reads the file. Returns `None` when there is none yet.
pub fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            let message = format!("{} is damaged ({error}); delete it to start afresh", path.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(with_path(path)(error)),
    }
}

/// Replaces the file in one step, so that a crash leaves the old one or the new one.
pub fn write<T: Serialize>(path: &Path, content: &T) -> io::Result<()> {
    let new = path.with_extension("new");
    let replace = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(serde_json::to_string_pretty(content)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    replace().map_err(with_path(path))
}

/// Waits until no other process of this project holds the same lock. Dropping the file, or dying, releases it.
pub async fn lock(path: &Path) -> io::Result<File> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(with_path(&path))?;
        file.lock().map_err(with_path(&path))?;
        Ok(file)
    })
    .await
    .map_err(io::Error::other)?
}

/// Returns 256 random bits in lowercase hexadecimal, which fit in a URL, a SQL literal and a header as they are.
pub fn random_secret() -> String {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}

/// Returns a function that puts the path before the text of an error.
pub fn with_path(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
