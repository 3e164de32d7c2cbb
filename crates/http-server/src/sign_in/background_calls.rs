//! Calls to Neon Auth that no request waits for: bounded in number, and finished before the server stops.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// One call holds a few kilobytes and ends within seconds.
const MOST: u32 = 256;

/// The calls that are under way. Clones share them.
#[derive(Clone, Debug)]
pub struct BackgroundCalls(Arc<Semaphore>);

/// The refusal of a call: as many as there may be are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyCalls;

impl Default for BackgroundCalls {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST as usize)))
    }
}

impl BackgroundCalls {
    /// Starts the call, which logs its own failure.
    pub fn start(&self, call: impl Future<Output = ()> + Send + 'static) -> Result<(), TooManyCalls> {
        let permit = self.0.clone().try_acquire_owned().map_err(|_| TooManyCalls)?;
        tokio::spawn(async move {
            call.await;
            drop(permit);
        });
        Ok(())
    }

    /// Waits until no call is under way.
    pub async fn finish(&self) {
        // Never closed, so this cannot fail.
        drop(self.0.acquire_many(MOST).await);
    }
}

#[cfg(test)]
mod tests {
    use super::{BackgroundCalls, MOST, TooManyCalls};
    use tokio::select;
    use tokio::sync::watch;

    #[tokio::test]
    async fn background_calls_are_bounded_and_awaited() {
        let calls = BackgroundCalls::default();
        let (over, is_over) = watch::channel(false);
        for _ in 0..MOST {
            let mut is_over = is_over.clone();
            let call = async move { drop(is_over.wait_for(|over| *over).await) };
            assert_eq!(calls.start(call), Ok(()));
        }
        assert_eq!(calls.start(async {}), Err(TooManyCalls));
        select! {
            biased;
            () = calls.finish() => panic!("they are under way"),
            () = async {} => {}
        }
        over.send_replace(true);
        calls.finish().await;
        assert_eq!(calls.start(async {}), Ok(()));
    }
}
