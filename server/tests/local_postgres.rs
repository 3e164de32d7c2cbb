//! The local PostgreSQL survives what happens on a developer's machine.

use crate::support::{Shape, TestDatabase};
use sqlx::{Connection, PgConnection};
use stand_ins::postgres::{Cluster, Purpose};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

/// A cluster in a folder that is deleted with the test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        Self(folder)
    }

    async fn start(&self) -> Cluster {
        Cluster::start(&self.0, Purpose::Development).await.unwrap_or_else(|error| panic!("{error}"))
    }

    async fn end(self) {
        Cluster::stop(&self.0).await.expect("the cluster stops");
        Cluster::remove(&self.0).await.expect("the data can be removed");
    }
}

async fn answer(cluster: &Cluster) -> i32 {
    let mut connection = PgConnection::connect(&cluster.superuser_url("postgres")).await.expect("it accepts the login");
    sqlx::query_scalar("select 42").fetch_one(&mut connection).await.expect("it answers")
}

#[tokio::test]
async fn started_twice_at_once_it_is_one_cluster() {
    let place = Place::new("twice");
    let (first, second) = tokio::join!(place.start(), place.start());
    assert_eq!(first.superuser_url("x"), second.superuser_url("x"));
    assert_eq!(answer(&first).await, 42);
    place.end().await;
}

#[tokio::test]
async fn it_comes_back_with_its_data_after_being_killed() {
    let place = Place::new("killed");
    let cluster = place.start().await;
    let mut connection = PgConnection::connect(&cluster.superuser_url("postgres")).await.expect("it accepts the login");
    sqlx::query("create table kept as select 1 as n").execute(&mut connection).await.expect("a table");
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut connection).await.expect("a pid");
    // After the death of one backend by SIGKILL the postmaster ends all others, as after a crash.
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(killed.success());
    drop(connection);

    let again = place.start().await;
    let mut connection = PgConnection::connect(&again.superuser_url("postgres")).await.expect("it accepts the login");
    let n: i32 = sqlx::query_scalar("select n from kept").fetch_one(&mut connection).await.expect("the row is there");
    assert_eq!(n, 1);
    place.end().await;
}

#[tokio::test]
async fn it_moves_when_its_port_is_taken() {
    let place = Place::new("moved");
    let before = url::Url::parse(&place.start().await.superuser_url("postgres")).expect("a URL");
    assert!(Cluster::stop(&place.0).await.expect("the cluster stops"));
    let port = before.port().expect("a port");
    let _somebody_else = TcpListener::bind(("127.0.0.1", port)).expect("the port is free now");

    let moved = place.start().await;
    assert_ne!(url::Url::parse(&moved.superuser_url("postgres")).expect("a URL").port(), Some(port));
    assert_eq!(answer(&moved).await, 42);
    place.end().await;
}

/// Covers characters that are special to the shells that PostgreSQL's own programs start.
#[tokio::test]
async fn it_works_in_a_folder_of_any_name() {
    for (number, name) in ["a b$HOME`false`$(false)\"'%s\\#;&|<>*?~", "é\n"].iter().enumerate() {
        let odd = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("odd-{}-{number}{name}", std::process::id()));
        let place = Place(odd.join("postgres"));
        assert_eq!(answer(&place.start().await).await, 42, "{name}");
        // It is found again, and not mistaken for another one's.
        assert_eq!(answer(&place.start().await).await, 42, "{name}");
        place.end().await;
        std::fs::remove_dir(&odd).expect("nothing is left");
    }
}

/// Covers a clone in root's home, which the account of PostgreSQL may not enter.
#[tokio::test]
async fn it_works_in_a_folder_that_only_its_owner_may_enter() {
    let private = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("private-{}", std::process::id()));
    std::fs::DirBuilder::new().mode(0o700).create(&private).expect("a folder");
    let place = Place(private.join("postgres"));
    assert_eq!(answer(&place.start().await).await, 42);
    place.end().await;
    std::fs::remove_dir(&private).expect("nothing is left");
}

#[tokio::test]
async fn every_shape_of_the_directory_gets_the_schema() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let id = database.add_user("Ada").await;
        let name: String = sqlx::query_scalar("select name from profiles where id::text = $1")
            .bind(id.to_string())
            .fetch_one(&database.superuser)
            .await
            .expect("the profile is there");
        assert_eq!(name, "Ada");
        database.db().check_login().await.expect("the login `web` is fit for use");
    }
}
