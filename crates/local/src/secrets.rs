//! What is chosen once for a folder of local mode: passwords, keys, ports, and the generation of Neon Auth.
//! They must not be printed.

use super::generation::Generation;
use serde::{Deserialize, Serialize};
use stand_ins::{persisted, port};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Serialize, Deserialize)]
pub struct Secrets {
    pub app_owner_password: String,
    pub web_password: String,
    pub neon_auth_password: String,
    pub session_key: String,
    /// The generation of the last start.
    #[serde(default)]
    pub generation: Generation,
    #[cfg(feature = "stack")]
    #[serde(flatten)]
    stack: Instance,
    #[cfg(feature = "managed")]
    #[serde(default)]
    managed: Instance,
    /// Signs the cookies of the Managed generation, and encrypts its keys.
    #[cfg(feature = "managed")]
    #[serde(default = "persisted::random_secret")]
    pub better_auth_secret: String,
}

/// What one generation has for itself.
#[derive(Default, Serialize, Deserialize)]
pub struct Instance {
    /// Part of the issuer of every token. 0 until the generation is chosen for the first time.
    pub neon_auth_port: u16,
    /// Whether the sample has been written. It does not come back once it is deleted.
    pub seeded: bool,
}

impl Secrets {
    /// Reads the secrets of this folder. Returns `None` when local mode was never started here.
    pub fn load(folder: &Path) -> Option<Self> {
        persisted::read(&path_in(folder)).ok()?
    }

    /// Reads the secrets of this folder, or makes them. A generation that is requested is the one of later starts, too.
    pub fn load_or_generate(folder: &Path, requested: Option<Generation>) -> io::Result<Self> {
        let mut secrets = persisted::read(&path_in(folder))?.unwrap_or_else(|| Self {
            app_owner_password: persisted::random_secret(),
            web_password: persisted::random_secret(),
            neon_auth_password: persisted::random_secret(),
            session_key: persisted::random_secret(),
            generation: Generation::default(),
            #[cfg(feature = "stack")]
            stack: Instance::default(),
            #[cfg(feature = "managed")]
            managed: Instance::default(),
            #[cfg(feature = "managed")]
            better_auth_secret: persisted::random_secret(),
        });
        secrets.generation = requested.unwrap_or(secrets.generation);
        if secrets.instance().neon_auth_port == 0 {
            secrets.instance_mut().neon_auth_port = port::choose_free()?;
        }
        secrets.save(folder)?;
        Ok(secrets)
    }

    /// Returns what the generation in use has for itself.
    pub fn instance(&self) -> &Instance {
        match self.generation {
            #[cfg(feature = "stack")]
            Generation::Stack => &self.stack,
            #[cfg(feature = "managed")]
            Generation::Managed => &self.managed,
        }
    }

    /// Returns the same, to be changed.
    pub fn instance_mut(&mut self) -> &mut Instance {
        match self.generation {
            #[cfg(feature = "stack")]
            Generation::Stack => &mut self.stack,
            #[cfg(feature = "managed")]
            Generation::Managed => &mut self.managed,
        }
    }

    pub fn save(&self, folder: &Path) -> io::Result<()> {
        persisted::write(&path_in(folder), self)
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("secrets.json")
}

#[cfg(test)]
mod tests {
    use super::{Generation, Secrets};
    use std::fs;

    #[test]
    fn secrets_stay_as_they_were_made() {
        let folder = tempfile::tempdir().unwrap();
        let load = || Secrets::load_or_generate(folder.path(), None).unwrap();
        let mut first = load();
        assert_eq!(first.generation, Generation::default());
        assert!(first.instance().neon_auth_port != 0 && !first.instance().seeded);
        first.instance_mut().seeded = true;
        first.save(folder.path()).unwrap();

        let again = load();
        assert_eq!(again.instance().neon_auth_port, first.instance().neon_auth_port);
        assert!(again.instance().seeded);
        assert_eq!((again.web_password, again.session_key), (first.web_password, first.session_key));
        #[cfg(feature = "managed")]
        assert_eq!(again.better_auth_secret, first.better_auth_secret);
    }

    /// Covers a folder of before there were two generations.
    #[test]
    fn older_file_stays_valid() {
        let folder = tempfile::tempdir().unwrap();
        let older = r#"{"app_owner_password": "a", "web_password": "b", "neon_auth_password": "c", "session_key": "d",
            "neon_auth_port": 20001, "seeded": true}"#;
        fs::write(folder.path().join("secrets.json"), older).unwrap();
        let secrets = Secrets::load_or_generate(folder.path(), None).unwrap();
        #[cfg(feature = "stack")]
        assert_eq!(secrets.generation, Generation::Stack);
        #[cfg(feature = "stack")]
        assert_eq!((secrets.instance().neon_auth_port, secrets.instance().seeded), (20001, true));
        assert_eq!((&*secrets.web_password, &*secrets.session_key), ("b", "d"));
    }

    #[cfg(all(feature = "managed", feature = "stack"))]
    #[test]
    fn each_generation_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let load = |requested| Secrets::load_or_generate(folder.path(), requested).unwrap();
        let stack = load(None);
        let mut managed = load(Some(Generation::Managed));
        managed.instance_mut().seeded = true;
        managed.save(folder.path()).unwrap();

        let again = load(None);
        assert_eq!((again.generation, again.instance().seeded), (Generation::Managed, true));
        assert_eq!(again.better_auth_secret, managed.better_auth_secret);
        let back = load(Some(Generation::Stack));
        assert_eq!(back.instance().neon_auth_port, stack.instance().neon_auth_port);
        assert!(!back.instance().seeded);
        assert_eq!(Secrets::load(folder.path()).unwrap().generation, Generation::Stack);
    }
}
