//! Calls to Neon Auth that no request waits for: bounded in number, and finished before the server stops.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// One call holds a few kilobytes and ends within seconds.
const MOST: u32 = 256;

/// The calls that are under way. Clones share them.
#[derive(Clone, Debug)]
pub struct Beside(Arc<Semaphore>);

/// The refusal of a call: as many as there may be are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl Default for Beside {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST as usize)))
    }
}

impl Beside {
    /// Starts the call, which logs its own failure.
    pub fn start(&self, call: impl Future<Output = ()> + Send + 'static) -> Result<(), TooMany> {
        let permit = self.0.clone().try_acquire_owned().map_err(|_| TooMany)?;
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
    use super::{Beside, MOST, TooMany};
    use tokio::select;
    use tokio::sync::watch;

    #[tokio::test]
    async fn no_more_than_so_many_are_under_way_and_all_are_waited_for() {
        let beside = Beside::default();
        let (over, is_over) = watch::channel(false);
        for _ in 0..MOST {
            let mut is_over = is_over.clone();
            let call = async move { drop(is_over.wait_for(|over| *over).await) };
            assert_eq!(beside.start(call), Ok(()));
        }
        assert_eq!(beside.start(async {}), Err(TooMany));
        select! {
            biased;
            () = beside.finish() => panic!("they are under way"),
            () = async {} => {}
        }
        over.send_replace(true);
        beside.finish().await;
        assert_eq!(beside.start(async {}), Ok(()));
    }
}
