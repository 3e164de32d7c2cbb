//! A proxy in front of PostgreSQL that holds answers back from a given moment on, until it is told to deliver them.

use crate::support::proxied;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

pub struct HeldAnswers {
    /// The URL of the database through the proxy.
    pub url: String,
    answers_pass: Arc<watch::Sender<bool>>,
}

impl HeldAnswers {
    /// Starts a proxy that delivers answers until a request contains `trigger`.
    pub async fn after(trigger: &'static str, url: &str) -> Self {
        let answers_pass = Arc::new(watch::Sender::new(true));
        let gate = Arc::clone(&answers_pass);
        let serve = move |client: TcpStream, target| {
            let gate = Arc::clone(&gate);
            async move {
                let server = TcpStream::connect(target).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(answers(from_server, to_client, gate.subscribe()));
                requests(from_client, to_server, trigger, gate).await;
            }
        };
        Self { url: proxied(url, serve).await, answers_pass }
    }

    pub fn deliver(&self) {
        self.answers_pass.send_replace(true);
    }
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, trigger: &str, gate: Arc<watch::Sender<bool>>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if buffer[..length].windows(trigger.len()).any(|bytes| bytes == trigger.as_bytes()) {
            gate.send_replace(false);
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut gate: watch::Receiver<bool>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if gate.wait_for(|pass| *pass).await.is_err() || to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}
