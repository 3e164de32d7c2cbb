//! Browsers that use another host name, as through the forwarded port of a codespace.

use super::super::{Auth, send};
use super::{octo, query};
use crate::support::{Shape, TestDatabase};
use reqwest::header::HOST;
use stand_ins::neon_auth::Settings;

const ORIGIN: &str = "https://fluffy-20123.app.github.dev";
const NAME: &str = "fluffy-20123.app.github.dev";

async fn start() -> Auth {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let settings = Settings { browser_origin: Some(ORIGIN.to_owned()), ..Auth::settings(&database) };
    Auth::start_with(settings, database).await
}

#[tokio::test]
async fn forwarded_browser_stays_on_its_host_name() {
    let auth = start().await;
    let at = auth.leave(&[]).await;
    assert!(at.consent.starts_with(&format!("{ORIGIN}/local/consent?")), "{}", at.consent);

    let mut form = vec![("state", at.state.as_str()), ("decision", "approve")];
    form.extend(octo());
    let here = &auth.running.origin;
    let decided = send(auth.http.post(format!("{here}/local/consent")).header(HOST, NAME).form(&form)).await;
    let back = decided.location();
    assert!(back.starts_with(&format!("{ORIGIN}/api/v1/auth/oauth/callback/github?")), "{back}");

    // Through the address that forwards to this machine.
    let back = send(auth.http.get(back.replace(ORIGIN, here)).header(HOST, NAME).header("cookie", &at.cookie)).await;
    let code = query(back.location())["code"].clone();
    auth.exchange(&code, &[]).await.assert_ok();
}

#[tokio::test]
async fn other_host_names_are_refused() {
    let (forwarded, other) = (start().await, Auth::start().await);
    for (auth, host, status) in [
        (&forwarded, NAME, 200),
        (&forwarded, "localhost:20123", 200),
        (&forwarded, "fluffy-3000.app.github.dev", 403),
        (&forwarded, "fluffy-20123.app.github.dev.evil.example", 403),
        (&forwarded, "evil.example", 403),
        (&other, NAME, 403),
    ] {
        let asked = auth.http.get(format!("{}/health", auth.running.origin)).header(HOST, host);
        assert_eq!(send(asked).await.status, status, "{host}");
    }
}
