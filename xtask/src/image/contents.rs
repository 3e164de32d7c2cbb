//! The checks of an image's files: nothing for development only, nothing that the server could change, nothing of the
//! machine that built it.

use super::configuration::Configuration;
use super::container::succeeds;
use super::engine::Engine;
use anyhow::{Context, Result, bail, ensure};

/// The command that lists everything on the image's own file system: owner, permissions, kind, size and path.
const LIST: &str = r"find / -xdev -printf '%U %m %y %s %p\n'";

/// The password of the sample users, which only a server with the stand-ins contains.
const STAND_IN_PASSWORD: &str = "local-password";

/// Names of files that repositories and home folders have, and no image may have.
const SECRETS: [&str; 8] = [".env", ".git", ".npmrc", ".netrc", ".cargo", ".docker", "credentials.toml", "auth.conf"];

/// The mount points of the host's settings while an image is built.
const MOUNTED: [&str; 2] = ["/mnt/", "/srv/"];

struct Entry<'a> {
    owner: &'a str,
    mode: u32,
    kind: &'a str,
    size: u64,
    path: &'a str,
}

pub fn check(engine: &dyn Engine, image: &Configuration) -> Result<()> {
    let list = succeeds(engine.run_as_root(LIST))?;
    let entries = list.lines().map(parse).collect::<Result<Vec<_>>>()?;
    for entry in &entries {
        if let Some(problem) = problem(entry, &image.user) {
            bail!("{} {problem}", entry.path);
        }
    }
    let named: Vec<&str> = image.variables.iter().filter_map(|variable| variable.split('=').next()).collect();
    ensure!(named == ["PATH", "PORT"], "the image sets {named:?}, and not PATH and PORT alone");
    let found = succeeds(engine.run_as_root(&format!("grep -c {STAND_IN_PASSWORD} /app/server || true")))?;
    ensure!(found.trim() == "0", "/app/server has the stand-ins of local mode");
    let megabytes = |folder: &str| {
        let below = entries.iter().filter(|entry| entry.kind == "f" && entry.path.starts_with(folder));
        below.map(|entry| entry.size).sum::<u64>() as f64 / 1e6
    };
    println!("    It has {:.0} MB, {:.0} of them in /app", megabytes("/"), megabytes("/app/"));
    println!("    Nothing in it belongs to the server, is a stand-in, a declaration for TypeScript or a secret");
    Ok(())
}

fn parse(line: &str) -> Result<Entry<'_>> {
    let mut words = line.splitn(5, ' ');
    let mut next = || words.next().with_context(|| format!("`find` prints {line:?}"));
    let (owner, mode, kind, size) = (next()?, next()?, next()?, next()?);
    Ok(Entry { owner, mode: u32::from_str_radix(mode, 8)?, kind, size: size.parse()?, path: next()? })
}

fn problem(entry: &Entry, user: &str) -> Option<&'static str> {
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    let released = entry.path.strip_prefix("/app/");
    let part = released.map(|path| path.split('/').next().unwrap_or_default());
    if entry.owner == user {
        Some("belongs to the user that the server runs as")
    } else if SECRETS.contains(&name) {
        Some("may hold secrets")
    } else if MOUNTED.iter().any(|folder| entry.path.starts_with(folder)) {
        Some("comes from the machine that built the image")
    } else if part.is_some_and(|part| !["server", "hash.txt", "site"].contains(&part)) {
        Some("is no part of a release")
    } else if released.is_some() && entry.kind != "l" && entry.mode & 0o022 != 0 {
        Some("can be changed by others than root")
    } else if released.is_some() && name.contains(".d.ts") {
        Some("is a declaration for TypeScript")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, problem};

    #[test]
    fn allowed_files_are_accepted() {
        for line in [
            "0 755 f 29495048 /app/server",
            "0 644 f 84 /app/hash.txt",
            "0 644 f 10 /app/site/pkg/words.ts.txt",
            "0 1777 d 4096 /tmp",
            "0 777 l 7 /bin",
            "0 755 d 4096 /mnt",
            "0 644 f 3 /usr/share/a name with spaces",
            "100 755 d 4096 /var/cache/apt",
        ] {
            let entry = parse(line).unwrap();
            assert_eq!(problem(&entry, "10001"), None, "{line}");
        }
    }

    #[test]
    fn forbidden_files_are_named() {
        for (line, expected) in [
            ("10001 644 f 1 /var/file", "belongs to the user"),
            ("0 600 f 1 /root/.npmrc", "secrets"),
            ("0 644 f 1 /app/site/.env", "secrets"),
            ("0 644 f 1 /mnt/npmrc", "machine that built"),
            ("0 644 f 1 /srv/bin/cargo", "machine that built"),
            ("0 644 f 1 /app/Cargo.toml", "no part of a release"),
            ("0 664 f 1 /app/hash.txt", "can be changed"),
            ("0 777 d 1 /app/site", "can be changed"),
            ("0 644 f 1 /app/site/pkg/app.d.ts", "TypeScript"),
            ("0 644 f 1 /app/site/pkg/app.d.ts.br", "TypeScript"),
        ] {
            let entry = parse(line).unwrap();
            let found = problem(&entry, "10001");
            assert!(found.is_some_and(|found| found.contains(expected)), "{line}: {found:?}");
        }
        for line in ["", "0 644 f 1", "0 999 f 1 /x", "0 644 f large /x"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
