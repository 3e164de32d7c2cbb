//! Managed Neon Auth on this machine: the Better Auth that Neon runs, in a Node.js program of this crate, as a child
//! process.
//! It must not be reachable from another machine, nor be part of a release: anyone may sign in as anyone here.

use environment::{detect_production, is_libpq_variable};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The time within which the program answers: it loads hundreds of files first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The packages from npm that the program imports.
const PACKAGES: [&str; 2] = ["better-auth", "pg"];

/// The variables of the program that a shell may have for something else, and that are not set for every start.
const OPTIONAL_VARIABLES: [&str; 6] = ["BROWSER_ORIGIN", "DATA_FOLDER", "LOG", "PEOPLE", "SECRET", "TRUSTED_ORIGINS"];

/// What else there is to do where the program cannot run, as the end of a sentence.
#[cfg(feature = "stack")]
const OTHER_GENERATION: &str = ", or take the other generation (`cargo xtask dev --neon-auth stack`)";
#[cfg(not(feature = "stack"))]
const OTHER_GENERATION: &str = "";

/// Returns the folder of the program.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("managed-neon-auth")
}

/// The settings of the program.
#[derive(Clone)]
pub struct Settings {
    /// The port on loopback; 0 takes a free one. It is part of every token's issuer: keep it.
    pub port: u16,
    /// The app's database, by a login that may create the schema `neon_auth`, which is all that it needs there.
    pub database_url: String,
    /// The role that owns the app's tables: it may read the users and refer to them.
    pub app_owner: String,
    /// The version of Better Auth.
    pub version: Version,
    /// What Neon's console switches (see `settings.mjs`), where it is not as in a new project.
    pub changes: Value,
    /// What a person wants to find again after a restart. Without it nothing is kept beside the database.
    pub kept: Option<Kept>,
    /// The origin at which browsers reach it, where something forwards to it by another name.
    pub browser_origin: Option<String>,
}

/// The part of the settings with which a restart finds sessions, keys, switched settings and mails again.
#[derive(Clone)]
pub struct Kept {
    /// Signs the cookies of sessions and encrypts the keys: keep it.
    pub secret: String,
    /// The folder of its own files.
    pub folder: PathBuf,
    /// The users whose password its pages show.
    pub people: Vec<Person>,
}

/// A user whose password is no secret.
#[derive(Clone, Serialize)]
pub struct Person {
    /// The e-mail address.
    pub email: String,
    /// The password, unless the user has changed it.
    pub password: String,
}

/// The versions of Better Auth that the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Neon's.
    #[default]
    V1_4,
    /// A later one.
    V1_7,
}

impl Version {
    /// Returns the value of the variable `BETTER_AUTH`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4",
            Self::V1_7 => "1.7",
        }
    }
}

impl Settings {
    /// Returns the settings of a new project, which keep nothing beside the database.
    pub fn new(port: u16, database_url: impl Into<String>) -> Self {
        Self {
            port,
            database_url: database_url.into(),
            app_owner: "app_owner".to_owned(),
            version: Version::default(),
            changes: json!({}),
            kept: None,
            browser_origin: None,
        }
    }

    /// Returns the command that starts the program.
    fn command(&self) -> Command {
        let mut command = Command::new("node");
        for (name, _) in env::vars_os() {
            // It would take a connection's options from those of libpq, as `psql` does.
            let foreign =
                name.to_str().is_some_and(|name| is_libpq_variable(name) || OPTIONAL_VARIABLES.contains(&name));
            if foreign {
                command.env_remove(name);
            }
        }
        command
            .arg(folder().join("main.mjs"))
            .env("PORT", self.port.to_string())
            .env("DATABASE_URL", &self.database_url)
            .env("APP_OWNER", &self.app_owner)
            .env("BETTER_AUTH", self.version.name())
            .env("SETTINGS", self.changes.to_string())
            .envs(self.browser_origin.as_ref().map(|origin| ("BROWSER_ORIGIN", origin)));
        if let Some(Kept { secret, folder, people }) = &self.kept {
            command.env("SECRET", secret).env("DATA_FOLDER", folder);
            command.env("PEOPLE", serde_json::to_string(people).unwrap_or_default());
        }
        // It ends with its standard input, so that it does not outlive a server that is killed. Ctrl-C in a terminal is
        // for the server, whose last requests still need it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).kill_on_drop(true);
        command
    }
}

/// A program that answers. It ends when this is dropped, or with this process.
pub struct Running {
    /// The URLs and the key.
    pub access: Access,
    _program: Child,
}

/// The way to a running program.
#[derive(Clone, Deserialize)]
pub struct Access {
    /// The base URL, as for `NEON_AUTH_BASE_URL`.
    pub base_url: String,
    /// The URL that the paths of its control endpoints are below (see `control.mjs`).
    pub control: String,
    /// The key that opens them, of this start.
    pub control_key: String,
}

/// The reason why the program does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// This variable says that the machine is one of a deployment.
    #[error("{0} says that this is production, where the local Neon Auth must not run: set up Neon Auth instead")]
    Production(&'static str),
    /// Node.js is not there.
    #[error(
        "Node.js was not found, which the local Neon Auth of the Managed generation runs on: install Node.js 22 from \
         https://nodejs.org{}",
        OTHER_GENERATION
    )]
    NoNode,
    /// A package from npm is not there.
    #[error(
        "the package `{0}` from npm is missing, which the local Neon Auth of the Managed generation is made of: run \
         `npm ci` in the folder of the project, as `cargo xtask dev` does by itself"
    )]
    NoPackage(&'static str),
    /// The program cannot be started.
    #[error("Node.js cannot be started: {0}")]
    Node(io::Error),
    /// It ended before it answered.
    #[error(
        "the local Neon Auth of the Managed generation ended before it answered ({0}): see its own words above; \
         `npm ci` brings the packages that it needs, and it runs on Node.js 20.11 or newer"
    )]
    Ended(ExitStatus),
    /// It does not answer.
    #[error("the local Neon Auth of the Managed generation did not answer within a minute")]
    Silent,
}

/// Checks that [`start`] would find Node.js and the packages.
pub async fn check_prerequisites() -> Result<(), StartError> {
    let version = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    if !version.is_ok_and(|status| status.success()) {
        return Err(StartError::NoNode);
    }
    check_packages()
}

fn check_packages() -> Result<(), StartError> {
    let folder = folder();
    let is_missing = |package: &&str| {
        let manifest = Path::new("node_modules").join(package).join("package.json");
        !folder.ancestors().any(|parent| parent.join(&manifest).is_file())
    };
    PACKAGES.into_iter().find(is_missing).map_or(Ok(()), |package| Err(StartError::NoPackage(package)))
}

/// Starts the program, and waits until it answers. A second start on the same database finds the users of the first.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    if let Some(name) = detect_production(&|name| env::var_os(name)) {
        return Err(StartError::Production(name));
    }
    check_packages()?;
    let mut program = settings.command().spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StartError::NoNode,
        _ => StartError::Node(error),
    })?;
    let mut lines = BufReader::new(program.stdout.take().expect("a piped output")).lines();
    let first = timeout(START_TIMEOUT, lines.next_line()).await.map_err(|_| StartError::Silent)?;
    let Some(access) = first.ok().flatten().and_then(|line| serde_json::from_str(&line).ok()) else {
        // What it prints instead of where it is, is nothing to go on with.
        _ = program.start_kill();
        return Err(StartError::Ended(program.wait().await.map_err(StartError::Node)?));
    };
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            tracing::info!("{line}");
        }
    });
    Ok(Running { access, _program: program })
}
