//! What a client may occupy, and for how long: connections, unfinished heads, unread answers.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use http_server::connections::{Bounds, serve};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(600);

/// The limits, of which each test shortens one.
const BOUNDS: Bounds = Bounds { connections: 8, head: LONG, idle: LONG, unread: LONG };

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    /// Receives a message when an answer of `/endless` is dropped.
    given_up: mpsc::Receiver<()>,
}

impl Server {
    async fn with(bounds: Bounds) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let (gives_up, given_up) = mpsc::channel(8);
        let endless = move || async move { Body::from_stream(Endless(gives_up)) };
        let app = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/large", get(|| async { vec![b'x'; LARGE] }))
            .route("/endless", get(endless));
        let running = tokio::spawn(serve(listener, app, bounds, async { stopped.await.unwrap_or_default() }));
        Self { address, stop, running, given_up }
    }

    async fn sent(&self, bytes: &[u8]) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.expect("it listens");
        connection.write_all(bytes).await.expect("it reads");
        connection
    }
}

/// More bytes than all buffers on the way hold.
const LARGE: usize = 16 * 1024 * 1024;

struct Endless(mpsc::Sender<()>);

impl futures_util::Stream for Endless {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'x'; 16 * 1024]))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.0.try_send(()).ok();
    }
}

async fn until_closed(connection: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    // A reset closes it as well.
    timeout(PATIENCE, connection.read_to_end(&mut received)).await.expect("the server closes it").ok();
    received
}

async fn hello(connection: &mut TcpStream) {
    let mut received = Vec::new();
    while !received.ends_with(b"hello") {
        let read = timeout(PATIENCE, connection.read_buf(&mut received)).await.expect("it answers");
        assert_ne!(read.expect("it answers"), 0, "it is still open");
    }
}

#[tokio::test]
async fn unfinished_head_is_closed() {
    let server = Server::with(Bounds { head: SHORT, ..BOUNDS }).await;
    until_closed(&mut server.sent(b"GET / HTTP/1.1\r\nhost: ").await).await;
}

#[tokio::test]
async fn idle_connection_is_closed() {
    let server = Server::with(Bounds { idle: SHORT, ..BOUNDS }).await;
    assert_eq!(until_closed(&mut server.sent(b"").await).await, b"");
    let mut kept = server.sent(REQUEST).await;
    hello(&mut kept).await;
    assert_eq!(until_closed(&mut kept).await, b"", "after an answer as well");
}

#[tokio::test]
async fn large_head_is_refused() {
    let server = Server::with(BOUNDS).await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}", "x".repeat(33 * 1024));
    let answer = until_closed(&mut server.sent(head.as_bytes()).await).await;
    assert!(answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn further_connection_waits_until_one_is_closed() {
    let server = Server::with(Bounds { connections: 1, ..BOUNDS }).await;
    let mut first = server.sent(REQUEST).await;
    hello(&mut first).await;
    let mut second = server.sent(REQUEST).await;
    let second = tokio::spawn(async move { hello(&mut second).await });
    first.write_all(REQUEST).await.expect("it reads");
    hello(&mut first).await;
    assert!(!second.is_finished(), "the only place is taken");
    drop(first);
    second.await.expect("now it has its turn");
}

#[tokio::test]
async fn unread_answer_is_given_up() {
    let mut server = Server::with(Bounds { unread: SHORT, ..BOUNDS }).await;
    let _silent = server.sent(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    timeout(PATIENCE, server.given_up.recv()).await.expect("it is dropped").expect("the server runs");
}

#[tokio::test]
async fn unread_answer_gives_its_place_to_another_client() {
    let mut server = Server::with(Bounds { connections: 1, unread: SHORT, ..BOUNDS }).await;
    let both = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\nGET /endless HTTP/1.1\r\nhost: x\r\n\r\n";
    let _silent = server.sent(both).await;
    hello(&mut server.sent(REQUEST).await).await;
    server.given_up.try_recv().expect_err("the second answer was not begun");
}

#[tokio::test]
async fn large_answer_is_sent_whole() {
    let server = Server::with(BOUNDS).await;
    let mut connection = server.sent(b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let received = until_closed(&mut connection).await;
    let body = received.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
    assert!(String::from_utf8_lossy(&received[..body]).contains(&format!("content-length: {LARGE}")));
    assert!(received[body..].len() == LARGE && received[body..].iter().all(|byte| *byte == b'x'));
}

#[tokio::test]
async fn http2_is_refused() {
    let server = Server::with(BOUNDS).await;
    let received = until_closed(&mut server.sent(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await).await;
    assert!(received.is_empty(), "{}", String::from_utf8_lossy(&received));
}

#[tokio::test]
async fn unfinished_head_does_not_delay_the_shutdown() {
    let server = Server::with(BOUNDS).await;
    // The later one is answered, so the earlier ones have been accepted.
    let _half = server.sent(b"GET / HTTP/1.1\r\nhost: ").await;
    let _nothing = server.sent(b"").await;
    let mut idle = server.sent(REQUEST).await;
    hello(&mut idle).await;
    server.stop.send(()).expect("it runs");
    timeout(PATIENCE, server.running).await.expect("it ends").expect("it does not panic");
}
