//! What a host asks of the image: refuse half a configuration, serve on a read-only file system as its own user, say that it
//! is healthy, stop when told to. No database answers, which is no reason not to serve.
//! It must not know the engines.

use super::configuration::Configuration;
use super::contents;
use super::engine::Engine;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Which no host gives less of: to start, and between SIGTERM and SIGKILL.
const PATIENCE: Duration = Duration::from_secs(20);

const DATABASE_PASSWORD: &str = "the-password-of-the-trial";
const SESSION_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Without any of these the server does not start.
const REQUIRED: [&str; 4] = ["DATABASE_URL", "NEON_AUTH_BASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"];

pub fn run(engine: &dyn Engine, image: &Configuration) -> Result<()> {
    println!("\n==> Try the image");
    contents::check(engine, image)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let variables = [
        ("DATABASE_URL", format!("postgresql://web:{DATABASE_PASSWORD}@127.0.0.1:1/app")),
        ("NEON_AUTH_BASE_URL", "https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth".to_owned()),
        ("PUBLIC_ORIGIN", "https://app.example.com".to_owned()),
        ("SESSION_KEY", SESSION_KEY.to_owned()),
        ("DATABASE_ACQUIRE_SECONDS", "1".to_owned()),
        ("PORT", port.to_string()),
    ];
    for missing in REQUIRED {
        refuses(engine, &variables, missing)?;
    }
    println!("    It refuses to start without any of {}", REQUIRED.join(", "));
    serves(engine, image, &variables, port)
}

fn refuses(engine: &dyn Engine, variables: &[(&str, String)], missing: &str) -> Result<()> {
    let rest: Vec<_> = variables.iter().filter(|(name, _)| *name != missing).cloned().collect();
    let mut container = Container::start(engine.serve(&rest))?;
    let status = container.ended()?;
    let log = container.log();
    let named = log.contains(&format!("{missing} is missing"));
    ensure!(status.code() == Some(1) && named, "without {missing} the image ends with {status} and says:\n{log}");
    Ok(())
}

fn serves(engine: &dyn Engine, image: &Configuration, variables: &[(&str, String)], port: u16) -> Result<()> {
    let mut container = Container::start(engine.serve(variables))?;
    container.until_said("\"listening\"")?;
    let answer = status_of(port, "/healthz").context("/healthz does not answer")?;
    ensure!(answer == "200", "/healthz answers {answer}");
    println!("    /healthz answers 200");

    let health_check: Vec<&str> = image.health_check.iter().map(String::as_str).collect();
    succeeds(engine.beside(variables, &health_check))?;
    println!("    Its health check `{}` says that it is healthy", health_check.join(" "));

    let user = succeeds(engine.beside(variables, &["id", "-u"]))?;
    ensure!(user.trim() == image.user, "it runs as user {}, and says that it is {}", user.trim(), image.user);
    for folder in ["/", "/app", "/tmp"] {
        let refused = succeeds(engine.beside(variables, &["touch", &format!("{folder}/trial")]));
        let refused = refused.is_err_and(|error| error.to_string().contains("Read-only file system"));
        ensure!(refused, "{folder} can be written to");
    }
    println!("    It runs as user {} and can write nowhere, /tmp included", image.user);

    container.terminate()?;
    let status = container.ended()?;
    let log = container.log();
    ensure!(status.code() == Some(0), "after SIGTERM it ends with {status} and says:\n{log}");
    println!("    It ends within {} s of SIGTERM with exit code 0", PATIENCE.as_secs());
    ensure!(![DATABASE_PASSWORD, SESSION_KEY].iter().any(|secret| log.contains(secret)), "it logs a secret:\n{log}");
    println!("    It logs neither the database's password nor the session key");
    Ok(())
}

/// Returns what a program prints, if it ends well.
pub fn succeeds(mut command: Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} ends with {} and says:\n{said}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn status_of(port: u16, path: &str) -> Result<String> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(connection, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// The image's own program. It is killed when a check fails.
struct Container {
    process: Child,
    lines: Receiver<String>,
    heard: String,
}

impl Container {
    fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().with_context(|| format!("could not start {command:?}"))?;
        let log = process.stderr.take().context("the log is a pipe")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(log).split(b'\n').map_while(Result::ok);
            lines.map(|line| String::from_utf8_lossy(&line).into_owned()).try_for_each(|line| sender.send(line))
        });
        Ok(Self { process, lines, heard: String::new() })
    }

    fn until_said(&mut self, words: &str) -> Result<()> {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                bail!("it does not say {words}, but:\n{}", self.heard);
            };
            self.heard += &format!("{line}\n");
            if line.contains(words) {
                return Ok(());
            }
        }
    }

    fn terminate(&self) -> Result<()> {
        let kill = format!("kill -TERM {}", self.process.id());
        let mut shell = Command::new("sh");
        shell.args(["-c", &kill]);
        succeeds(shell).map(drop)
    }

    /// Waits for the end of its log, which is closed when it ends.
    fn ended(&mut self) -> Result<ExitStatus> {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.heard += &format!("{line}\n"),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Ok(self.process.wait()?),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    bail!("it does not end within {} s, and says:\n{}", PATIENCE.as_secs(), self.heard)
                }
            }
        }
    }

    fn log(&self) -> &str {
        &self.heard
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
