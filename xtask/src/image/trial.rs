//! The trial of an image: it has to refuse an incomplete configuration, serve on a read-only file system as its own
//! user, report that it is healthy, and stop on SIGTERM. It has to serve even though no database answers.

use super::configuration::Configuration;
use super::container::{Container, succeeds};
use super::contents;
use super::engine::Engine;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// The time to start, and to stop after SIGTERM. No host gives less.
const PATIENCE: Duration = Duration::from_secs(20);

const DATABASE_PASSWORD: &str = "the-password-of-the-trial";
const SESSION_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The variables without which the server does not start.
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
    let mut container = Container::start(engine.serve(&rest), PATIENCE)?;
    let status = container.ended()?;
    let log = container.log();
    let named = log.contains(&format!("{missing} is missing"));
    ensure!(status.code() == Some(1) && named, "without {missing} the image ends with {status} and says:\n{log}");
    Ok(())
}

fn serves(engine: &dyn Engine, image: &Configuration, variables: &[(&str, String)], port: u16) -> Result<()> {
    let mut container = Container::start(engine.serve(variables), PATIENCE)?;
    container.until_said("\"listening\"")?;
    let answer = status_of(port, "/healthz").context("/healthz does not answer")?;
    ensure!(answer == "200", "/healthz answers {answer}");
    println!("    /healthz answers 200");

    let health_check: Vec<&str> = image.health_check.iter().map(String::as_str).collect();
    succeeds(engine.beside(variables, &health_check))?;
    println!("    Its health check `{}` says that it is healthy", health_check.join(" "));

    let user = succeeds(engine.beside(variables, &["id", "-u"]))?;
    ensure!(user.trim() == image.user, "it runs as user {}, and not as {}", user.trim(), image.user);
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

fn status_of(port: u16, path: &str) -> Result<String> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(connection, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fake::{self, Fake};
    use super::run;

    /// Returns the error of the trial for an image with one fault.
    fn complaint(change: impl FnOnce(&mut Fake)) -> String {
        let mut engine = Fake::default();
        change(&mut engine);
        run(&engine, &fake::configuration()).expect_err("it is not a good image").to_string()
    }

    #[test]
    fn a_good_image_passes() {
        run(&Fake::default(), &fake::configuration()).unwrap();
    }

    #[test]
    fn half_a_configuration_must_be_refused_by_name() {
        let said = complaint(|image| image.refusal = "exit 0");
        assert!(said.contains("without DATABASE_URL the image ends with exit status: 0"), "{said}");
        let said = complaint(|image| image.refusal = "echo DATABASE_URL is missing >&2; exit 1");
        assert!(said.contains("without NEON_AUTH_BASE_URL"), "{said}");
        let said = complaint(|image| image.refusal = "echo $missing is missing >&2; exit 101");
        assert!(said.contains("exit status: 101"), "{said}");
    }

    #[test]
    fn it_must_serve_and_be_healthy() {
        let said = complaint(|image| image.answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assert!(said.contains("/healthz answers 503"), "{said}");
        let said = complaint(|image| image.health_check = "echo nobody answers >&2; exit 1");
        assert!(said.contains("nobody answers"), "{said}");
    }

    #[test]
    fn it_must_run_as_its_user_and_write_nowhere() {
        let said = complaint(|image| image.user = "echo 0");
        assert!(said.contains("runs as user 0, and not as 10001"), "{said}");
        for writable in ["/", "/app", "/tmp"] {
            let said = complaint(|image| image.writable = Some(writable));
            assert!(said.contains(&format!("{writable} can be written to")), "{said}");
        }
    }

    #[test]
    fn it_must_stop_well_and_log_no_secret() {
        let said = complaint(|image| image.stop = "exit 143");
        assert!(said.contains("after SIGTERM it ends with exit status: 143"), "{said}");
        for secret in ["$SESSION_KEY", "$DATABASE_URL"] {
            let said = complaint(|image| image.says = secret);
            assert!(said.contains("logs a secret"), "{said}");
        }
    }

    #[test]
    fn what_is_in_it_is_looked_at() {
        let said = complaint(|image| image.files = "0 644 f 1 /app/site/pkg/app.d.ts\n");
        assert!(said.contains("/app/site/pkg/app.d.ts is a declaration for TypeScript"), "{said}");
        let said = complaint(|image| image.stand_ins = "1\n");
        assert!(said.contains("has the stand-ins"), "{said}");
        let mut configuration = fake::configuration();
        configuration.variables.push("NPM_TOKEN=secret".to_owned());
        let said = run(&Fake::default(), &configuration).unwrap_err().to_string();
        assert!(said.contains("NPM_TOKEN") && !said.contains("secret"), "{said}");
    }
}
