//! The token that opens the metrics of the server, `METRICS_TOKEN`. Without it there are none.
//! It must not print the token.

use super::vars::Vars;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};

/// Bytes.
const SHORTEST: usize = 16;

/// The token that opens the metrics. Its `Debug` does not print it.
#[derive(Clone, Debug)]
pub struct MetricsToken(SecretString);

impl MetricsToken {
    pub(super) fn read(vars: &mut Vars<'_>) -> Option<Self> {
        let text = vars.optional(&["METRICS_TOKEN"])?;
        let fix = "at least 16 random characters, such as `openssl rand -hex 24` prints; or leave it out";
        if !cfg!(feature = "metrics") {
            let fix = "nothing, or build the server with `cargo xtask release --features metrics`";
            vars.wrong("METRICS_TOKEN", "is set, but this build has no metrics", fix);
        } else if let Some(weakness) = weakness(&text) {
            vars.wrong("METRICS_TOKEN", weakness, fix);
        }
        Some(Self(text.into()))
    }

    /// Tells whether a client has sent the token. Takes as long for a near miss as for anything else: digests are
    /// compared, so not even the length shows.
    pub fn is(&self, sent: &str) -> bool {
        let [ours, theirs] = [self.0.expose_secret(), sent].map(|text| digest(&SHA256, text.as_bytes()));
        verify_slices_are_equal(ours.as_ref(), theirs.as_ref()).is_ok()
    }
}

/// Returns what is wrong with a token, as far as one can see.
fn weakness(text: &str) -> Option<&'static str> {
    let mut different: Vec<char> = text.chars().collect();
    different.sort_unstable();
    different.dedup();
    if text.len() < SHORTEST {
        Some("is too short to be safe from guessing")
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("has characters that no header can carry")
    } else if different.len() < SHORTEST / 2 {
        Some("repeats itself: it is not random")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{MetricsToken, weakness};

    #[test]
    fn weak_tokens_are_refused() {
        for weak in [
            "",
            "changeme",
            "fifteen-letters",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "sixteen letters, spaced",
            "ééééééééabcdefghijk",
        ] {
            assert!(weakness(weak).is_some(), "{weak}");
        }
        for strong in ["d41d8cd98f00b204", "mFq3Tt0m4yq8PxW9+/=="] {
            assert_eq!(weakness(strong), None, "{strong}");
        }
    }

    #[test]
    fn only_the_exact_token_matches() {
        let token = MetricsToken("d41d8cd98f00b204".to_owned().into());
        assert!(token.is("d41d8cd98f00b204"));
        for other in ["", "d41d8cd98f00b20", "d41d8cd98f00b2044", "D41D8CD98F00B204"] {
            assert!(!token.is(other), "{other}");
        }
    }
}
