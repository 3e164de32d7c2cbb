//! PgBouncer in transaction mode in front of one database, with its strict defaults: it refuses start-up options that
//! it does not know. Debian's version does not support prepared statements.

use super::database::free_port;
use super::program::PATIENCE;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use url::Url;

/// Fewer connections than the server opens, so that they are shared.
const CONNECTIONS: u32 = 5;

pub struct Pooler {
    /// The URL of the same login and database through the pooler.
    pub url: String,
    program: Child,
    folder: PathBuf,
}

impl Pooler {
    pub fn in_front_of(url: &str) -> Self {
        let mut url = Url::parse(url).expect("a URL");
        let database = url.path().trim_start_matches('/').to_owned();
        let folder = std::env::temp_dir().join(format!("pgbouncer-{database}"));
        fs::create_dir_all(&folder).expect("a writable folder");
        let users = folder.join("users.txt");
        let login = format!("\"{}\" \"{}\"\n", url.username(), url.password().expect("a password"));
        fs::write(&users, login).expect("a writable file");
        let port = free_port();
        let configuration = format!(
            "[databases]\n{database} = host={} port={} dbname={database}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\n\
             pool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\n",
            url.host_str().expect("a host"),
            url.port().expect("a port"),
            users.display(),
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, configuration).expect("a writable file");
        let program = start(&file);
        url.set_port(Some(port)).expect("a URL with a host");
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "PgBouncer does not listen");
            std::thread::yield_now();
        }
        Self { url: url.into(), program, folder }
    }
}

/// Starts PgBouncer, which refuses to run as root and so changes its user.
fn start(file: &std::path::Path) -> Child {
    let mut command = Command::new("pgbouncer");
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if is_root {
        command.args(["-u", "postgres"]);
    }
    command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("PgBouncer is installed: `cargo xtask test --all` does it")
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.program.kill().ok();
        self.program.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}
