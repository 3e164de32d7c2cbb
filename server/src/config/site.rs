//! Where the server listens and where the files of the browser's half are. cargo-leptos sets all of it; in a container
//! the image does. It must not depend on `Cargo.toml`, which is not there at run time.

use super::vars::{ConfigError, Vars};
use app::shell::Files;
use leptos::config::LeptosOptions;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

#[derive(Clone, Debug)]
pub struct Site {
    pub options: LeptosOptions,
    /// Whether `cargo leptos watch` runs this server: pages then reload themselves.
    pub watched: bool,
    files: Arc<OnceLock<Files>>,
}

impl Site {
    pub(super) fn read(vars: &mut Vars<'_>) -> Self {
        let text =
            |vars: &mut Vars<'_>, name, default: &str| vars.optional(&[name]).unwrap_or_else(|| default.to_owned());
        // Platforms that only say `PORT` route to it from outside.
        let port = vars.number("PORT", 3000, 1..=u16::MAX);
        let anywhere = vars.optional(&["PORT"]).is_some();
        let ip = if anywhere { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let fix = "an address and a port, such as 0.0.0.0:8080";
        let address = vars.parsed("LEPTOS_SITE_ADDR", SocketAddr::from((ip, port)), fix);
        let options = LeptosOptions::builder()
            .output_name(text(vars, "LEPTOS_OUTPUT_NAME", "leptos-neon"))
            .site_root(vars.optional(&["LEPTOS_SITE_ROOT"]).unwrap_or_else(default_root))
            .site_pkg_dir(text(vars, "LEPTOS_SITE_PKG_DIR", "pkg"))
            .site_addr(address)
            .reload_port(vars.number("LEPTOS_RELOAD_PORT", 3001, 1..=u32::from(u16::MAX)))
            .hash_files(vars.parsed("LEPTOS_HASH_FILES", true, "true or false"))
            .hash_file(text(vars, "LEPTOS_HASH_FILE_NAME", "hash.txt").into())
            .build();
        Self { options, watched: vars.optional(&["LEPTOS_WATCH"]).is_some(), files: Arc::default() }
    }

    pub fn address(&self) -> SocketAddr {
        self.options.site_addr
    }

    /// Whether the files are there. Without them pages would come without style and islands, and nobody would say why.
    pub fn check_files(&self) -> Result<(), ConfigError> {
        let mut vars = Vars::new(&|_| None);
        let package = Path::new(&*self.options.site_root).join(&*self.options.site_pkg_dir);
        if !package.is_dir() {
            let what = format!("leads to {}, which is not there", package.display());
            vars.wrong(
                "LEPTOS_SITE_ROOT",
                &what,
                "the folder that `cargo leptos build` filled (target/site), or the one in a release (site)",
            );
        }
        let hashes = self.hash_file();
        if self.options.hash_files && !hashes.is_file() {
            let what = format!("leads to {}, which is not there", hashes.display());
            let fix = "the hash file that `cargo leptos build` wrote, as a path from the server's own folder";
            vars.wrong("LEPTOS_HASH_FILE_NAME", &what, fix);
        } else if let Some(missing) = self.missing_stylesheet().filter(|_| !self.watched) {
            let what = format!("leads to files of another build: {missing} is not there");
            vars.wrong(
                "LEPTOS_HASH_FILE_NAME",
                &what,
                "the hash file and the folder that one `cargo leptos build` wrote",
            );
        }
        vars.finish(())
    }

    /// What pages load. While developing it changes under the running server.
    pub fn files(&self) -> Files {
        let found = || Files::find(&self.named("css"), &self.named("js"));
        if self.watched { found() } else { self.files.get_or_init(found).clone() }
    }

    /// How files of this kind are named now. cargo-leptos puts hashes into the names of its first build, and none into what it
    /// builds while it watches: a plain name is that of the newer file.
    fn named(&self, extension: &str) -> LeptosOptions {
        let mut options = self.options.clone();
        let plain = format!("{}/{}/{}.{extension}", options.site_root, options.site_pkg_dir, options.output_name);
        if self.watched && Path::new(&plain).is_file() {
            options.hash_files = false;
        }
        options
    }

    /// The address of the stylesheet. Read anew each time: while developing it changes under the running server.
    pub fn stylesheet(&self) -> Option<String> {
        let options = self.named("css");
        let base = format!("/{}/{}", options.site_pkg_dir, options.output_name);
        if !options.hash_files {
            return Some(format!("{base}.css"));
        }
        let hashes = std::fs::read_to_string(self.hash_file()).ok()?;
        let hash = hashes.lines().find_map(|line| line.strip_prefix("css:"))?;
        Some(format!("{base}.{}.css", hash.trim()))
    }

    fn missing_stylesheet(&self) -> Option<String> {
        let file = format!("{}{}", self.options.site_root, self.stylesheet()?);
        (!Path::new(&file).is_file()).then_some(file)
    }

    /// Where Leptos looks for it.
    fn hash_file(&self) -> PathBuf {
        beside_the_program(&self.options.hash_file)
    }
}

/// A release has its files with it, and runs from any folder. In a clone they are where cargo-leptos put them.
fn default_root() -> String {
    let own = beside_the_program("site");
    if own.is_dir() { own.display().to_string() } else { "target/site".to_owned() }
}

fn beside_the_program(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.parent().unwrap_or(Path::new("")).join(name)
}
