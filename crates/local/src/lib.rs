//! Local mode: PostgreSQL and Neon Auth of this machine, started beside the server and made ready for the app.
//! It must not be part of a release, nor listen on anything but loopback.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod auth;
mod databases;
mod empty_database;
mod generation;
mod scratch;
mod secrets;
mod seed;
pub mod under_the_hood;

use anyhow::{Context, anyhow, ensure};
pub use auth::Guard;
use databases::Urls;
pub use generation::Generation;
use http_server::config::{LocalMode, LocalParts, NeonAuthSettings};
use http_server::state::Site;
use rls::migrate::{Limits, MigrationError};
use secrecy::SecretString;
use secrets::Secrets;
use stand_ins::persisted;
use stand_ins::postgres::{Cluster, Purpose};
use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

/// All that a server needs and that would otherwise stand in its environment.
pub struct LocalEnvironment {
    /// The URL of the app's database, for the login `web`.
    pub database_url: SecretString,
    /// The URL of the app's database, for its owner.
    pub owner_url: SecretString,
    /// The settings of the local Neon Auth.
    pub neon_auth: NeonAuthSettings,
    session_key: SecretString,
    guard: Guard,
}

impl LocalEnvironment {
    /// Returns what completes a configuration, and what must live as long as the server.
    pub fn into_parts(self) -> (LocalParts, Guard) {
        let Self { database_url, neon_auth, session_key, guard, .. } = self;
        (LocalParts { database_url, neon_auth, session_key }, guard)
    }
}

/// Returns the folder that local mode keeps everything in: `LOCAL_FOLDER`, or `.local` in the working directory.
pub fn folder() -> PathBuf {
    env::var_os("LOCAL_FOLDER").filter(|folder| !folder.is_empty()).map_or_else(|| ".local".into(), PathBuf::from)
}

/// Starts what this folder holds, or finds it running, and makes it when the folder is empty. Browsers come as `mode`
/// says. The generation of Neon Auth that is `requested` is that of later starts, too, until they request another one.
pub async fn start(
    folder: &Path,
    mode: &LocalMode,
    requested: Option<Generation>,
    site: Site,
) -> anyhow::Result<LocalEnvironment> {
    // A second server of the same folder waits until the first has finished with all of this.
    let StartedPostgres { _lock, mut secrets, urls, .. } = start_postgres(folder, requested).await?;
    let (neon_auth, guard) =
        auth::start(folder, &mut secrets, &urls, mode).await.context("cannot start the local Neon Auth")?;
    rls::migrate::run(site.migrations, &urls.owner, Some(&secrets.web_password), &Limits::default()).await.map_err(
        |error| match error {
            MigrationError::Foreign { .. } => anyhow!(
                "{error}: `cargo xtask stop`, delete {}, where local mode keeps its data, and start again",
                folder.display()
            ),
            error => error.into(),
        },
    )?;

    let environment = LocalEnvironment {
        database_url: urls.web.into(),
        owner_url: urls.owner.into(),
        neon_auth,
        session_key: secrets.session_key.clone().into(),
        guard,
    };
    if !secrets.instance().seeded {
        match seed::run(&environment, &mode.public_origin, &site).await {
            Ok(()) => {
                secrets.instance_mut().seeded = true;
                secrets.save(folder)?;
            }
            // A sample is no reason to keep a developer from their server.
            Err(error) => tracing::warn!("cannot write the sample: {error:#}"),
        }
    }
    Ok(environment)
}

/// Checks that [`start`] would find what it needs. Makes and starts nothing.
pub async fn check_prerequisites(folder: &Path, requested: Option<Generation>) -> anyhow::Result<()> {
    let remembered = || Secrets::load(folder).map(|secrets| secrets.generation);
    requested.or_else(remembered).unwrap_or_default().check_prerequisites().await?;
    if let Some(existing) = folder.ancestors().find(|folder| folder.exists()) {
        ensure!(existing.is_dir(), "{} is no folder: LOCAL_FOLDER may name another one", existing.display());
    }
    Ok(Cluster::check_prerequisites(&folder.join("postgres")).await?)
}

/// The URLs and settings of the services of a folder that are running.
pub struct RunningServices {
    /// The URL of the app's database, for the login `web`.
    pub database_url: SecretString,
    /// The URL of the app's database, for its owner.
    pub owner_url: SecretString,
    /// The settings of the local Neon Auth.
    pub neon_auth: NeonAuthSettings,
}

/// Returns the services of this folder, if they run. Starts nothing.
pub async fn find_running(folder: &Path) -> Option<RunningServices> {
    let secrets = Secrets::load(folder)?;
    let urls = databases::urls(&Cluster::load(&folder.join("postgres"))?, &secrets, secrets.generation.database());
    let neon_auth = auth::find_running(folder, &secrets).await?;
    Some(RunningServices { database_url: urls.web.into(), owner_url: urls.owner.into(), neon_auth })
}

/// Makes a database with the schema of the folder `migrations`, and returns its URL as its owner.
pub async fn scratch_database(folder: &Path) -> anyhow::Result<String> {
    let StartedPostgres { cluster, secrets, .. } = start_postgres(folder, None).await?;
    scratch::create(&cluster, &secrets).await
}

/// Makes an empty database of this name, and returns how to log in to it, as JSON.
pub async fn empty_database(folder: &Path, name: &str) -> anyhow::Result<String> {
    let StartedPostgres { cluster, secrets, .. } = start_postgres(folder, None).await?;
    Ok(serde_json::to_string(&empty_database::create(&cluster, &secrets, name).await?)?)
}

/// The PostgreSQL of a folder that runs, and the lock of the folder.
struct StartedPostgres {
    _lock: File,
    secrets: Secrets,
    cluster: Cluster,
    urls: Urls,
}

/// Starts the PostgreSQL of this folder, and makes its databases.
async fn start_postgres(folder: &Path, requested: Option<Generation>) -> anyhow::Result<StartedPostgres> {
    std::fs::create_dir_all(folder)
        .map_err(persisted::with_path(folder))
        .context("local mode cannot keep its data here: LOCAL_FOLDER may name another folder")?;
    let _lock = persisted::lock(&folder.join("lock")).await?;
    let secrets = Secrets::load_or_generate(folder, requested)?;
    let cluster = Cluster::start(&folder.join("postgres"), Purpose::Development).await?;
    let urls = databases::prepare(&cluster, &secrets).await.context("cannot prepare the local databases")?;
    Ok(StartedPostgres { _lock, secrets, cluster, urls })
}

/// Stops the PostgreSQL of this folder and those of the tests. Returns the folders of those that were running.
pub async fn stop(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let mut stopped = Vec::new();
    let tests = ["", "-15", "-17", "-18"].map(|version| target.join(format!("test-postgres{version}")));
    for cluster in [folder.join("postgres")].into_iter().chain(tests) {
        if Cluster::stop(&cluster).await? {
            stopped.push(cluster);
        }
    }
    Ok(stopped)
}
