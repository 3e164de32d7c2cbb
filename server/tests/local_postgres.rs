//! The local PostgreSQL survives what happens on a developer's machine.

use sqlx::{Connection, PgConnection};
use stand_ins::postgres::{Cluster, Purpose};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

/// The folder of a cluster.
struct Folder(PathBuf);

fn temporary(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

impl Folder {
    fn new(name: &str) -> Self {
        Self(temporary(name))
    }

    async fn start(&self) -> Cluster {
        Cluster::start(&self.0, Purpose::Development).await.unwrap_or_else(|error| panic!("{error}"))
    }

    async fn end(self) {
        Cluster::stop(&self.0).await.expect("the cluster stops");
        Cluster::remove(&self.0).await.expect("the data can be removed");
    }
}

async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect(&cluster.superuser_url("postgres")).await.expect("it accepts the login")
}

async fn answer(cluster: &Cluster) -> i32 {
    sqlx::query_scalar("select 42").fetch_one(&mut connect(cluster).await).await.expect("it answers")
}

#[tokio::test]
async fn a_cluster_started_twice_at_once_runs_once() {
    let folder = Folder::new("twice");
    let (first, second) = tokio::join!(folder.start(), folder.start());
    assert_eq!(first.superuser_url("x"), second.superuser_url("x"));
    assert_eq!(answer(&first).await, 42);
    folder.end().await;
}

#[tokio::test]
async fn a_killed_cluster_restarts_with_its_data() {
    let folder = Folder::new("killed");
    let cluster = folder.start().await;
    let mut connection = connect(&cluster).await;
    sqlx::query("create table kept as select 1 as n").execute(&mut connection).await.expect("a table");
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut connection).await.expect("a pid");
    // After the death of one backend by SIGKILL the postmaster ends all others, as after a crash.
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(killed.success());
    drop(connection);

    let again = folder.start().await;
    let n: i32 = sqlx::query_scalar("select n from kept").fetch_one(&mut connect(&again).await).await.expect("the row");
    assert_eq!(n, 1);
    folder.end().await;
}

#[tokio::test]
async fn a_cluster_changes_its_port_if_it_is_taken() {
    let folder = Folder::new("moved");
    let before = url::Url::parse(&folder.start().await.superuser_url("postgres")).expect("a URL");
    assert!(Cluster::stop(&folder.0).await.expect("the cluster stops"));
    let port = before.port().expect("a port");
    let _other_program = TcpListener::bind(("127.0.0.1", port)).expect("the port is free now");

    let moved = folder.start().await;
    assert_ne!(url::Url::parse(&moved.superuser_url("postgres")).expect("a URL").port(), Some(port));
    assert_eq!(answer(&moved).await, 42);
    folder.end().await;
}

/// Covers characters that are special to the shells that PostgreSQL's own programs start.
#[tokio::test]
async fn a_cluster_works_in_a_folder_of_any_name() {
    for (number, name) in ["a b$HOME`false`$(false)\"'%s\\#;&|<>*?~", "é\n"].iter().enumerate() {
        let odd = temporary(&format!("odd-{number}{name}"));
        let folder = Folder(odd.join("postgres"));
        assert_eq!(answer(&folder.start().await).await, 42, "{name}");
        // It is found again, and not mistaken for another one's.
        assert_eq!(answer(&folder.start().await).await, 42, "{name}");
        folder.end().await;
        std::fs::remove_dir(&odd).expect("nothing is left");
    }
}

/// Covers a clone in root's home, which the account of PostgreSQL may not enter.
#[tokio::test]
async fn a_cluster_works_in_a_private_folder() {
    let private = temporary("private");
    std::fs::DirBuilder::new().mode(0o700).create(&private).expect("a folder");
    let folder = Folder(private.join("postgres"));
    assert_eq!(answer(&folder.start().await).await, 42);
    folder.end().await;
    std::fs::remove_dir(&private).expect("nothing is left");
}
