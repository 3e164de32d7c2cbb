//! Where the server listens and where the files of the browser's half are. cargo-leptos sets all of it; in a container
//! the image does.

use super::browser_files::BrowserFiles;
use super::vars::{Problem, Vars};
use leptos::config::LeptosOptions;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

const ADDRESS: &str = "LEPTOS_SITE_ADDR";
const HASHES: &str = "LEPTOS_HASH_FILE_NAME";

/// The address that the server listens at, and the files of the browser's half.
#[derive(Clone, Debug)]
pub struct LeptosSettings {
    pub(crate) options: LeptosOptions,
    /// Whether `cargo leptos watch` runs this server: pages then reload themselves.
    pub(crate) watched: bool,
    /// The variable that says where to listen, or would.
    pub(crate) address_variable: &'static str,
    files: Arc<OnceLock<BrowserFiles>>,
}

impl LeptosSettings {
    /// Reads the variables. `local` is whether the stand-ins of this machine serve the app.
    pub(super) fn read(vars: &mut Vars<'_>, local: bool) -> Self {
        let text =
            |vars: &mut Vars<'_>, name, default: &str| vars.optional(&[name]).unwrap_or_else(|| default.to_owned());
        let port = vars.number("PORT", 3000, 1..=u16::MAX);
        let anywhere = vars.optional(&["PORT"]).is_some();
        let is_named = vars.optional(&[ADDRESS]).is_some();
        let address_variable = if anywhere && !is_named { "PORT" } else { ADDRESS };
        // Platforms that only say `PORT` route to it from outside. The stand-ins have passwords that are known: only an
        // address that is named opens them to other machines, and forwarded ports of development containers need none.
        let ip = if anywhere && !local { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let fix = "an address and a port, such as 0.0.0.0:8080";
        let address = vars.parsed(ADDRESS, SocketAddr::from((ip, port)), fix);
        let options = LeptosOptions::builder()
            .output_name(text(vars, "LEPTOS_OUTPUT_NAME", "app"))
            .site_root(vars.optional(&["LEPTOS_SITE_ROOT"]).unwrap_or_else(default_root))
            .site_pkg_dir(text(vars, "LEPTOS_SITE_PKG_DIR", "pkg"))
            .site_addr(address)
            .reload_port(vars.number("LEPTOS_RELOAD_PORT", 3001, 1..=u32::from(u16::MAX)))
            .hash_files(vars.parsed("LEPTOS_HASH_FILES", true, "true or false"))
            .hash_file(text(vars, HASHES, "hash.txt").into())
            .build();
        let watched = vars.optional(&["LEPTOS_WATCH"]).is_some();
        Self { options, watched, address_variable, files: Arc::default() }
    }

    /// Returns the address that the server listens at.
    pub fn address(&self) -> SocketAddr {
        self.options.site_addr
    }

    /// Tells whether other machines may reach the server.
    pub(super) fn is_open_to_others(&self) -> bool {
        !self.address().ip().is_loopback()
    }

    /// Finds what is wrong with the files. Without them pages would come without style and islands, and nothing would
    /// say why. cargo-leptos starts no server before it has built them.
    pub(super) fn problems(&self) -> Vec<Problem> {
        if self.watched {
            return Vec::new();
        }
        let mut problems = Vec::new();
        let package = Path::new(&*self.options.site_root).join(&*self.options.site_pkg_dir);
        if !package.is_dir() {
            problems.push(Problem::of_value(
                "LEPTOS_SITE_ROOT",
                format!("leads to {}, which is not there", package.display()),
                "the folder that `cargo leptos build` filled (target/site), or the one in a release (site)",
            ));
        }
        let hashes = self.hash_file();
        if self.options.hash_files && !hashes.is_file() {
            problems.push(Problem::of_value(
                HASHES,
                format!("leads to {}, which is not there", hashes.display()),
                "the hash file that `cargo leptos build` wrote, as a path from the server's own folder",
            ));
        } else if problems.is_empty()
            && let Some(missing) = self.missing_stylesheet()
        {
            problems.push(Problem::of_value(
                HASHES,
                format!("leads to files of another build: {missing} is not there"),
                "the hash file and the folder that one `cargo leptos build` wrote",
            ));
        }
        problems
    }

    /// Returns the tags that load the files in a page. While developing they change under the running server.
    pub fn files(&self) -> BrowserFiles {
        let found = || BrowserFiles::find(&self.named("css"), &self.named("js"));
        if self.watched { found() } else { self.files.get_or_init(found).clone() }
    }

    /// Returns the options by which files of this kind are named now. cargo-leptos puts hashes into the names of its
    /// first build, and none into what it builds while it watches: a plain name is that of the newer file.
    fn named(&self, extension: &str) -> LeptosOptions {
        let mut options = self.options.clone();
        let plain = format!("{}/{}/{}.{extension}", options.site_root, options.site_pkg_dir, options.output_name);
        if self.watched && Path::new(&plain).is_file() {
            options.hash_files = false;
        }
        options
    }

    /// Returns the path of the stylesheet, if its name is known. Read anew each time: while developing it changes under
    /// the running server.
    pub(crate) fn stylesheet(&self) -> Option<String> {
        let options = self.named("css");
        let base = format!("/{}/{}", options.site_pkg_dir, options.output_name);
        if !options.hash_files {
            return Some(format!("{base}.css"));
        }
        let hashes = std::fs::read_to_string(self.hash_file()).ok()?;
        let hash = hashes.lines().find_map(|line| line.strip_prefix("css:"))?;
        Some(format!("{base}.{}.css", hash.trim()))
    }

    /// Returns the stylesheet that pages would name in vain.
    fn missing_stylesheet(&self) -> Option<String> {
        let Some(name) = self.stylesheet() else { return Some("a stylesheet".to_owned()) };
        let file = format!("{}{name}", self.options.site_root);
        (!Path::new(&file).is_file()).then_some(file)
    }

    /// Returns the file with the hashes, where Leptos looks for it.
    fn hash_file(&self) -> PathBuf {
        beside_the_program(&self.options.hash_file)
    }
}

/// Returns the folder of the files: a release has it beside the program and runs from anywhere, in a clone it is where
/// cargo-leptos put it.
fn default_root() -> String {
    let own = beside_the_program("site");
    if own.is_dir() { own.display().to_string() } else { "target/site".to_owned() }
}

fn beside_the_program(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.parent().unwrap_or(Path::new("")).join(name)
}
