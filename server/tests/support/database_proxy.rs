//! Proxies in front of a database, such as one that cuts connections, or keeps them waiting like Neon does while a
//! database wakes up.

use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Starts a proxy that handles each connection with `serve`, which gets it and the address of the database. Returns the
/// URL of the database through the proxy.
pub async fn proxied<F>(url: &str, serve: impl Fn(TcpStream, String) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut url = Url::parse(url).expect("a URL");
    let target = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    url.set_host(Some("127.0.0.1")).expect("a URL with a host");
    url.set_port(Some(listener.local_addr().expect("an address").port())).expect("a URL with a host");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, target.clone()));
        }
    });
    url.into()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Connections are closed.
    Cut,
    /// Connections wait.
    Suspended,
}

pub struct DatabaseProxy {
    /// The URL of the database through the proxy.
    pub url: String,
    state: Arc<watch::Sender<State>>,
    waiting: watch::Receiver<usize>,
}

impl DatabaseProxy {
    pub async fn to(url: &str) -> Self {
        let state = Arc::new(watch::Sender::new(State::Open));
        let (wait, waiting) = watch::channel(0);
        let (watched, wait) = (state.clone(), Arc::new(wait));
        let serve = move |client, target| serve(client, target, watched.subscribe(), wait.clone());
        Self { url: proxied(url, serve).await, state, waiting }
    }

    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }

    /// Closes every connection, and refuses new ones.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Closes every connection, and keeps new ones waiting.
    pub fn suspend(&self) {
        self.state.send_replace(State::Suspended);
    }

    /// Waits until a client connects to the suspended database.
    pub async fn until_a_client_waits(&mut self) {
        self.waiting.wait_for(|waiting| *waiting > 0).await.expect("the proxy runs");
    }
}

async fn serve(
    mut client: TcpStream,
    target: String,
    mut state: watch::Receiver<State>,
    wait: Arc<watch::Sender<usize>>,
) {
    wait.send_modify(|waiting| *waiting += 1);
    let now = state.wait_for(|state| *state != State::Suspended).await.map(|state| *state);
    wait.send_modify(|waiting| *waiting -= 1);
    if !matches!(now, Ok(State::Open)) {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = state.wait_for(|state| *state != State::Open) => {}
    }
}
