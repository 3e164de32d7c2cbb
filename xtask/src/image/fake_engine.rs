//! An engine without containers: shell scripts in place of the image's programs, correct ones unless a test changes
//! them.

use super::configuration::Configuration;
use super::dockerfile::Source;
use super::engine::Engine;
use super::smoke_test::REQUIRED;
use anyhow::{Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::thread;

pub struct FakeEngine {
    pub files: &'static str,
    /// How often the server contains the mark of the stand-ins.
    pub stand_ins: &'static str,
    /// The script of a start without the variable `missing`.
    pub refusal: &'static str,
    pub says: &'static str,
    pub answer: &'static str,
    pub health_check: &'static str,
    pub user: &'static str,
    pub writable: Option<&'static str>,
    pub stop: &'static str,
}

impl Default for FakeEngine {
    fn default() -> Self {
        Self {
            files: "0 755 f 29000000 /app/server\n0 644 f 84 /app/hash.txt\n",
            stand_ins: "0\n",
            refusal: "echo $missing is missing >&2; exit 1",
            says: "hello",
            answer: "HTTP/1.1 200 OK\r\n\r\n",
            health_check: "true",
            user: "echo 10001",
            writable: None,
            stop: "exit 0",
        }
    }
}

pub fn configuration() -> Configuration {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Configuration {
        user: "10001".to_owned(),
        variables: words(&["PATH=/bin", "PORT=8080"]),
        command: words(&["/app/server"]),
        health_check: words(&["/app/server", "healthcheck"]),
    }
}

impl Engine for FakeEngine {
    fn build(&mut self, _: &Source) -> Result<Configuration> {
        bail!("nothing is built here")
    }

    fn run(&self, variables: &[(&str, String)]) -> Command {
        let value = |name: &str| variables.iter().find(|(found, _)| *found == name).map(|(_, value)| value.clone());
        if let Some(missing) = REQUIRED.iter().find(|name| value(name).is_none()) {
            return shell(&format!("missing={missing}; {}", self.refusal), variables);
        }
        let port = value("PORT").unwrap().parse().unwrap();
        let (listener, answer) = (TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap(), self.answer);
        thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            BufReader::new(&connection).read_line(&mut String::new()).unwrap();
            connection.write_all(answer.as_bytes()).unwrap();
        });
        let Self { says, stop, .. } = self;
        let script = format!("trap '{stop}' TERM; echo {says} '\"listening\"' >&2; while :; do :; done");
        shell(&script, variables)
    }

    fn exec(&self, variables: &[(&str, String)], program: &[&str]) -> Command {
        let script = match program {
            ["/app/server", "healthcheck"] => self.health_check,
            ["id", "-u"] => self.user,
            ["touch", file] if self.writable.is_some_and(|folder| *file == format!("{folder}/probe")) => "true",
            ["touch", _] => "echo Read-only file system >&2; exit 1",
            other => panic!("{other:?}"),
        };
        shell(script, variables)
    }

    fn run_as_root(&self, script: &str) -> Command {
        let prints = if script.starts_with("find ") { self.files } else { self.stand_ins };
        let mut printf = Command::new("printf");
        printf.args(["%s", prints]);
        printf
    }
}

fn shell(script: &str, variables: &[(&str, String)]) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).envs(variables.iter().map(|(name, value)| (name, value)));
    shell
}
