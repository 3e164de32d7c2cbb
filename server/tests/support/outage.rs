//! A line to a database that can be cut, and behind which the database can sleep, as Neon's does.
//! It must not understand the protocol.

use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Whoever calls is hung up on.
    Cut,
    /// Whoever calls waits.
    Asleep,
}

pub struct Line {
    /// The same database over this line.
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

    /// Every connection breaks, and no new one is made.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Every connection breaks, and new ones are kept waiting.
    pub fn fall_asleep(&self) {
        self.state.send_replace(State::Asleep);
    }

    /// Until somebody calls a database that sleeps.
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
