//! A proxy in front of a database that can cut connections, or keep them waiting like Neon does while a database wakes
//! up.

use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Connections are closed.
    Cut,
    /// Connections wait.
    Asleep,
}

pub struct Line {
    /// The URL of the database through the proxy.
    pub url: String,
    state: Arc<watch::Sender<State>>,
    waiting: watch::Receiver<usize>,
}

impl Line {
    pub async fn to(url: &str) -> Self {
        let mut url = Url::parse(url).expect("a URL");
        let target = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        url.set_port(Some(listener.local_addr().expect("an address").port())).expect("a URL with a host");
        let state = Arc::new(watch::Sender::new(State::Open));
        let (wait, waiting) = watch::channel(0);
        let (watched, wait) = (state.clone(), Arc::new(wait));
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(serve(caller, target.clone(), watched.subscribe(), wait.clone()));
            }
        });
        Self { url: url.into(), state, waiting }
    }

    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }

    /// Closes every connection, and refuses new ones.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Closes every connection, and keeps new ones waiting.
    pub fn fall_asleep(&self) {
        self.state.send_replace(State::Asleep);
    }

    /// Waits until a client connects to the sleeping database.
    pub async fn somebody_waits(&mut self) {
        self.waiting.wait_for(|waiting| *waiting > 0).await.expect("the line is there");
    }
}

async fn serve(
    mut caller: TcpStream,
    target: String,
    mut state: watch::Receiver<State>,
    wait: Arc<watch::Sender<usize>>,
) {
    wait.send_modify(|waiting| *waiting += 1);
    let now = state.wait_for(|state| *state != State::Asleep).await.map(|state| *state);
    wait.send_modify(|waiting| *waiting -= 1);
    if !matches!(now, Ok(State::Open)) {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut caller, &mut server) => {}
        _ = state.wait_for(|state| *state != State::Open) => {}
    }
}
