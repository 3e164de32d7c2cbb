//! Serves until a signal, then gives requests in flight time to finish.

use crate::config::Shutdown;
use crate::connections::{self, Bounds};
use axum::Router;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The readiness of this instance: whether it wants requests. By default it does. Clones share one state.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<watch::Sender<Phase>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Started, but the database's login has not been checked.
    Starting,
    Ready,
    Stopping,
}

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Ready)))
    }
}

impl Readiness {
    pub(crate) fn is_ready(&self) -> bool {
        *self.0.borrow() == Phase::Ready
    }

    /// Says whether requests are wanted: not before row-level security is known to hold under the database's login.
    /// Changes nothing after [`stop`](Self::stop).
    pub fn set_ready(&self, ready: bool) {
        let next = if ready { Phase::Ready } else { Phase::Starting };
        self.0.send_if_modified(|phase| {
            let changes = *phase != Phase::Stopping;
            if changes {
                *phase = next;
            }
            changes
        });
    }

    /// Ends [`serve`], as a signal does. There is no way back.
    pub fn stop(&self) {
        self.0.send_replace(Phase::Stopping);
    }

    async fn stopping(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        self.0.subscribe().wait_for(|phase| *phase == Phase::Stopping).await.ok();
    }
}

/// Serves until SIGINT, SIGTERM or [`Readiness::stop`], then lets requests in flight finish, and with them the `rest`:
/// what they have begun that goes on after their answers. Both together have the time of `shutdown`, which platforms
/// count as well.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    readiness: Readiness,
    bounds: Bounds,
    shutdown: Shutdown,
    rest: impl Future<Output = ()>,
) {
    let Shutdown { notice, drain } = shutdown;
    let signalled = {
        let readiness = readiness.clone();
        async move {
            tokio::select! {
                name = signal() => tracing::info!(signal = name, "stopping"),
                () = readiness.stopping() => {}
            }
            readiness.stop();
            tokio::time::sleep(notice).await;
        }
    };
    let too_late = async {
        readiness.stopping().await;
        tokio::time::sleep(notice + drain).await;
    };
    let finished = async {
        connections::serve(listener, app, bounds, signalled).await;
        rest.await;
    };
    tokio::select! {
        () = finished => {}
        () = too_late => {
            tracing::warn!(seconds = drain.as_secs(), "requests were cut off: they took longer than SHUTDOWN_SECONDS");
        }
    }
}

/// Waits for a signal to stop, and returns its name.
#[cfg(unix)]
async fn signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::error!("signals cannot be received: only SIGKILL will end this server");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
    }
}

/// Waits for Ctrl-C, and returns its name.
#[cfg(not(unix))]
async fn signal() -> &'static str {
    tokio::signal::ctrl_c().await.ok();
    "Ctrl-C"
}
