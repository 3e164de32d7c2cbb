//! Accepts connections, within bounds that keep a small machine alive whatever clients do.

mod response_tracker;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use response_tracker::ResponseTracker;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tower::ServiceExt;

/// Bytes of a request's head, and of what is read or written ahead per connection. Cookies and addresses of this app
/// take a few kilobytes; proxies allow between 8 and 64 kB.
const HEAD_BYTES: usize = 32 * 1024;
/// What a connection gets at shutdown to flush an answer that is complete.
const FLUSHED_WITHIN: Duration = Duration::from_secs(1);
/// Without free file descriptors, trying again at once would only use the processor.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// The bounds of what clients may hold of the server, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once. Further ones wait in the queue of the operating system.
    pub connections: usize,
    /// How long the head of a request may take.
    pub head: Duration,
    /// How long a connection stays open without a request.
    pub idle: Duration,
    /// How long a client may take to read an answer, or to go on reading.
    pub unread: Duration,
}

/// Serves until `stop` is ready, then returns when the last connection has ended.
pub async fn serve(listener: TcpListener, app: Router, bounds: Bounds, stop: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(bounds.connections));
    let (stopping, stopped) = watch::channel(false);
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let slot = slots.clone().acquire_owned().await;
            (slot, accept(&listener).await)
        };
        let (slot, (stream, address)) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let (app, open, stopped) = (app.clone(), open.clone(), stopped.clone());
        tokio::spawn(async move {
            connection(stream, address, app, bounds, stopped).await;
            drop((slot, open));
        });
    }
    drop((listener, open));
    stopping.send_replace(true);
    all_closed.recv().await;
}

/// Waits for a connection. A failure that has nothing to do with one client is logged.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if concerns_one_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted");
                sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
}

/// Tells whether a connection failed for a reason of its own.
fn concerns_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection until it ends, holds too much for too long, or the server stops.
async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    app: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<bool>,
) {
    // Nagle's algorithm holds a page of several segments back until the browser's delayed acknowledgement: 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let responses = Arc::new(ResponseTracker::default());
    let service = {
        let responses = responses.clone();
        tower::service_fn(move |request: Request<Incoming>| {
            let (app, guard) = (app.clone(), responses.begin());
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(address));
                let answer = app.oneshot(request).await?;
                Ok::<_, Infallible>(answer.map(|body| guard.around(body)))
            }
        })
    };
    // HTTP/2 is for the proxy in front: see docs/decisions/019-http1.md.
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut served = pin!(served);
    // Hyper has no bound for a connection that sends nothing at all, nor for one that reads an answer byte by byte.
    let mut check = interval(bounds.head.min(bounds.idle).min(bounds.unread) / 2);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::trace!(%error, "a connection failed");
                }
                return;
            }
            _ = stopped.wait_for(|stopped| *stopped) => break,
            _ = check.tick() => if responses.is_overdue(Instant::now(), bounds.idle, bounds.unread) {
                tracing::debug!("a connection was closed: it was idle, or its response was not read");
                return;
            },
        }
    }
    served.as_mut().graceful_shutdown();
    // Half a head is no request: no client waits for its answer.
    let nothing_left = async {
        loop {
            sleep(FLUSHED_WITHIN).await;
            if responses.is_idle() {
                return;
            }
        }
    };
    tokio::select! {
        _ = served => {}
        () = nothing_left => {}
    }
}
