//! Long texts, rendered where they hold up nobody else: everything that a server does at once shares a few threads.
//! It must not render differently.

use super::{SafeHtml, render};
use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Bytes of Markdown that take about a millisecond. Handing them to another thread would not pay.
const SHORT: usize = 1024;

/// As many at once as there are processors: more would only take turns, and each holds some megabytes.
static TURNS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(1, usize::from))));

/// Returns what [`render`] makes of `markdown`, without keeping a thread of the server from other requests.
pub async fn render_aside(markdown: String) -> SafeHtml {
    if markdown.len() <= SHORT {
        return render(&markdown);
    }
    // It is never closed. It goes along, because a request that is given up does not stop the thread.
    let turn = TURNS.clone().acquire_owned().await.ok();
    let rendered = spawn_blocking(move || {
        let html = render(&markdown);
        drop(turn);
        html
    });
    rendered.await.unwrap_or_else(|failed| match failed.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        // The server is stopping, and nobody waits for this page.
        Err(_) => SafeHtml::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::{SHORT, render, render_aside};
    use std::sync::mpsc;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn long_texts_look_as_they_do_elsewhere() {
        for text in ["*short*".to_owned(), "A *long* <script>text</script>.\n\n".repeat(SHORT)] {
            assert_eq!(render_aside(text.clone()).await, render(&text));
        }
    }

    /// This runtime has one thread, and the text waits for its turn as long as that is busy.
    #[tokio::test]
    async fn a_long_text_leaves_the_runtime_to_others() {
        let (says, hears) = mpsc::channel();
        let rendering = tokio::spawn(async move {
            render_aside("*a* [b](c) ".repeat(4_000)).await;
            says.send("rendered").ok();
        });
        let mut turns = 0;
        while hears.try_recv().is_err() {
            turns += 1;
            yield_now().await;
        }
        rendering.await.expect("it renders");
        assert!(turns > 2, "others had {turns} turns");
    }
}
