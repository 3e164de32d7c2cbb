//! Servers inside the process of a test, on free ports.

use axum::Router;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A free port, before a server uses it.
pub struct FreePort {
    pub origin: String,
    pub address: SocketAddr,
    listener: TcpListener,
}

impl FreePort {
    /// Takes a free port. `host` is the name of this machine for browsers.
    pub async fn take(host: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self { origin: format!("http://{host}:{}", address.port()), address, listener }
    }

    pub fn serve(self, router: Router) -> Server {
        let Self { origin, listener, .. } = self;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move { axum::serve(listener, service).await.expect("the server runs") });
        Server { origin, task }
    }
}

/// A server, which stops with this value.
pub struct Server {
    pub origin: String,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves this on a free port.
    pub async fn of(router: Router) -> Self {
        FreePort::take("127.0.0.1").await.serve(router)
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
