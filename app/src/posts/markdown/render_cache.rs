//! A cache of rendered posts, which are written once and read often.
//! Never used for what only its author may see, such as previews.

use super::{SafeHtml, render};
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::LazyLock;

/// The limit for all cached texts together. The smallest machine of `fly.toml` has 256 MB.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The estimated size of one entry, from which the cache sizes its tables.
const TYPICAL_BYTES: u64 = 8 * 1024;

type Digest = [u8; SHA256_OUTPUT_LEN];

static CACHE: LazyLock<RenderCache> = LazyLock::new(RenderCache::default);

/// Returns what [`render`](super::render()) returns, from the cache if possible. The worst text that fits into a post
/// blocks a worker thread for tens of milliseconds; so this happens once for all readers, and again after a restart.
pub fn render_cached(markdown: &str) -> SafeHtml {
    CACHE.get(markdown, render)
}

/// The rendered texts by the digest of their Markdown, so that an edited post is a new entry.
struct RenderCache(Cache<Digest, SafeHtml, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Digest, SafeHtml> for Bytes {
    fn weight(&self, digest: &Digest, html: &SafeHtml) -> u64 {
        (digest.len() + html.as_str().len()) as u64
    }
}

impl Default for RenderCache {
    fn default() -> Self {
        let count = usize::try_from(MAX_BYTES / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(count, MAX_BYTES, Bytes))
    }
}

impl RenderCache {
    fn get(&self, markdown: &str, render: impl FnOnce(&str) -> SafeHtml) -> SafeHtml {
        let mut key = [0; SHA256_OUTPUT_LEN];
        key.copy_from_slice(digest(&SHA256, markdown.as_bytes()).as_ref());
        let rendered = self.0.get_or_insert_with(&key, || Ok::<_, Infallible>(render(markdown)));
        let Ok(html) = rendered;
        html
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, RenderCache, render_cached};
    use crate::posts::markdown::{SafeHtml, render};
    use std::cell::Cell;

    #[test]
    fn a_text_is_rendered_once_and_another_one_by_itself() {
        let (cache, rendered) = (RenderCache::default(), Cell::new(0));
        let counted = |markdown: &str| {
            rendered.set(rendered.get() + 1);
            render(markdown)
        };
        for _ in 0..2 {
            assert_eq!(cache.get("It *rained*.", counted), render("It *rained*."));
        }
        assert_eq!(rendered.get(), 1);
        assert_eq!(cache.get("It *snowed*.", counted), render("It *snowed*."));
        assert_eq!(rendered.get(), 2);
        assert_eq!(render_cached("It *rained*."), render("It *rained*."));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let cache = RenderCache::default();
        for number in 0..100 {
            let long = number.to_string() + &"x".repeat(200_000);
            assert_eq!(cache.get(&long, |text| SafeHtml(text.to_owned())).as_str(), long);
        }
        let weight = cache.0.weight();
        assert!(weight <= MAX_BYTES && weight > MAX_BYTES / 4, "{weight} of {MAX_BYTES} bytes");
    }
}
