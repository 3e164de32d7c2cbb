//! A proxy in front of PostgreSQL that holds answers back from a given moment on, until it is told to deliver them.

use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    /// The URL of the database through the proxy.
    pub url: String,
    answers_pass: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// Starts a proxy that delivers answers until a request contains `trigger`.
    pub async fn in_front_of(url: &str, trigger: &'static str) -> Self {
        let mut address = url::Url::parse(url).unwrap();
        let target = format!("{}:{}", address.host_str().unwrap(), address.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        address.set_host(Some("127.0.0.1")).unwrap();
        address.set_port(Some(listener.local_addr().unwrap().port())).unwrap();

        let answers_pass = Arc::new(watch::Sender::new(true));
        let gate = Arc::clone(&answers_pass);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(requests(from_client, to_server, trigger, Arc::clone(&gate)));
                tokio::spawn(answers(from_server, to_client, gate.subscribe()));
            }
        });
        Self { url: address.into(), answers_pass }
    }

    pub fn deliver_answers(&self) {
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
