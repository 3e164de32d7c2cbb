//! The smoke test of an image: it has to refuse an incomplete configuration, serve on a read-only file system as its
//! own user, report that it is healthy, and stop on SIGTERM. It has to serve even though no database answers.

use super::configuration::Configuration;
use super::container::{Container, succeeds};
use super::contents;
use super::engine::Engine;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// The time to start, and to stop after SIGTERM. No host gives less.
const TIMEOUT: Duration = Duration::from_secs(20);

const DATABASE_PASSWORD: &str = "the-password-of-the-smoke-test";
const SESSION_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The variables without which the server does not start.
pub const REQUIRED: &[&str] = &["DATABASE_URL", "NEON_AUTH_BASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"];

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
    let mut container = Container::start(engine.run(&rest), TIMEOUT)?;
    let status = container.wait()?;
    let log = container.log()?;
    let named = log.contains(&format!("{missing} is missing"));
    ensure!(status.code() == Some(1) && named, "without {missing} the image ends with {status} and says:\n{log}");
    Ok(())
}

fn serves(engine: &dyn Engine, image: &Configuration, variables: &[(&str, String)], port: u16) -> Result<()> {
    let mut container = Container::start(engine.run(variables), TIMEOUT)?;
    container.wait_for_log("\"listening\"")?;
    let answer = status_of(port, "/healthz").context("/healthz does not answer")?;
    ensure!(answer == "200", "/healthz answers {answer}");
    println!("    /healthz answers 200");

    let health_check: Vec<&str> = image.health_check.iter().map(String::as_str).collect();
    succeeds(engine.exec(variables, &health_check))?;
    println!("    Its health check `{}` says that it is healthy", health_check.join(" "));

    let user = succeeds(engine.exec(variables, &["id", "-u"]))?;
    ensure!(user.trim() == image.user, "it runs as user {}, and not as {}", user.trim(), image.user);
    for folder in ["/", "/app", "/tmp"] {
        let refused = succeeds(engine.exec(variables, &["touch", &format!("{folder}/probe")]));
        let refused = refused.is_err_and(|error| error.to_string().contains("Read-only file system"));
        ensure!(refused, "{folder} can be written to");
    }
    println!("    It runs as user {} and can write nowhere, /tmp included", image.user);

    container.terminate()?;
    let status = container.wait()?;
    let log = container.log()?;
    ensure!(status.code() == Some(0), "after SIGTERM it ends with {status} and says:\n{log}");
    println!("    It ends within {} s of SIGTERM with exit code 0", TIMEOUT.as_secs());
    ensure!(![DATABASE_PASSWORD, SESSION_KEY].iter().any(|secret| log.contains(secret)), "it logs a secret:\n{log}");
    println!("    It logs neither the database's password nor the session key");
    Ok(())
}

fn status_of(port: u16, path: &str) -> Result<String> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    connection.set_read_timeout(Some(TIMEOUT))?;
    write!(connection, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fake_engine::{self, FakeEngine};
    use super::run;

    type Fault = fn(&mut FakeEngine);

    #[test]
    fn good_image_passes() {
        run(&FakeEngine::default(), &fake_engine::configuration()).unwrap();
    }

    #[test]
    fn each_fault_of_an_image_is_named() {
        let faults: [(Fault, &str); 14] = [
            (|image| image.refusal = "exit 0", "without DATABASE_URL the image ends with exit status: 0"),
            (|image| image.refusal = "echo DATABASE_URL is missing >&2; exit 1", "without NEON_AUTH_BASE_URL"),
            (|image| image.refusal = "echo $missing is missing >&2; exit 101", "exit status: 101"),
            (|image| image.answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n", "/healthz answers 503"),
            (|image| image.health_check = "echo not listening >&2; exit 1", "not listening"),
            (|image| image.user = "echo 0", "runs as user 0, and not as 10001"),
            (|image| image.writable = Some("/"), "/ can be written to"),
            (|image| image.writable = Some("/app"), "/app can be written to"),
            (|image| image.writable = Some("/tmp"), "/tmp can be written to"),
            (|image| image.stop = "exit 143", "after SIGTERM it ends with exit status: 143"),
            (|image| image.says = "$SESSION_KEY", "logs a secret"),
            (|image| image.says = "$DATABASE_URL", "logs a secret"),
            (|image| image.files = "0 644 f 1 /app/site/a.d.ts\n", "/app/site/a.d.ts is a declaration for TypeScript"),
            (|image| image.stand_ins = "1\n", "has the stand-ins"),
        ];
        for (introduce, expected) in faults {
            let mut image = FakeEngine::default();
            introduce(&mut image);
            let error = run(&image, &fake_engine::configuration()).expect_err(expected).to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }

    #[test]
    fn other_variables_are_named_without_their_values() {
        let mut configuration = fake_engine::configuration();
        configuration.variables.push("NPM_TOKEN=secret".to_owned());
        let error = run(&FakeEngine::default(), &configuration).unwrap_err().to_string();
        assert!(error.contains("NPM_TOKEN") && !error.contains("secret"), "{error}");
    }
}
