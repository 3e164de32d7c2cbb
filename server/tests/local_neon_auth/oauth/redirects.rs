//! The redirect addresses that are allowed: the recorded table, through the whole flow.

use super::{Auth, octo, query};
use crate::local_neon_auth::{Answer, send};
use reqwest::Method;
use serde_json::json;

impl Auth {
    async fn trust(&self, domain: &str) -> Answer {
        let request = self.admin(Method::POST, "/integrations/neon/domains");
        send(request.json(&json!({ "domain": domain }))).await
    }
}

#[tokio::test]
async fn redirect_uri_is_allowed_as_recorded() {
    let auth = Auth::start().await;
    assert_eq!(auth.trust("https://app.example.test").await.status, 201);
    for (redirect_uri, back_at) in [
        ("http://localhost:3000/cb", Some("http://localhost:3000/cb?code=")),
        ("https://localhost:8443/cb", Some("https://localhost:8443/cb?code=")),
        ("http://127.0.0.2:3000/cb", Some("http://127.0.0.2:3000/cb?code=")),
        ("http://[::1]:3000/cb", None),
        ("http://foo.localhost:3000/cb", Some("http://foo.localhost:3000/cb?code=")),
        ("http://localhost.example:3000/cb", None),
        ("http://0.0.0.0:3000/cb", None),
        ("https://app.example.test", Some("https://app.example.test/?code=")),
        ("https://app.example.test/any/path?x=1", Some("https://app.example.test/any/path?x=1&code=")),
        ("https://app.example.test:443/cb", Some("https://app.example.test:443/cb?code=")),
        ("https://app.example.test:8443/cb", None),
        ("http://app.example.test/cb", None),
        ("https://sub.app.example.test/cb", None),
        ("https://app.example.test.evil.example/cb", None),
        ("https://app.example.test@evil.example/cb", None),
    ] {
        let answer = auth.come_back(&[("redirect_uri", redirect_uri)], &octo()).await;
        match back_at {
            Some(beginning) => {
                let location = answer.location();
                assert_eq!(answer.status, 303, "{redirect_uri}");
                assert!(location.starts_with(beginning), "{location}");
                assert!(location.ends_with(&format!("&state={}", super::STATE)), "{location}");
            }
            None => answer.assert_known(400, "REDIRECT_URL_NOT_WHITELISTED"),
        }
    }
}

#[tokio::test]
async fn untrusted_redirect_is_reported_to_a_trusted_error_page() {
    let auth = Auth::start().await;
    let changes =
        [("redirect_uri", "https://evil.example/cb"), ("error_redirect_uri", "http://localhost:3000/auth/error")];
    let answer = auth.come_back(&changes, &octo()).await;
    let told = query(answer.location());
    assert_eq!((answer.status, told["errorCode"].as_str()), (307, "REDIRECT_URL_NOT_WHITELISTED"));
    assert_eq!(send(auth.server(Method::GET, "/users")).await.json()["items"], json!([]));
}

#[tokio::test]
async fn fragment_is_dropped_and_the_query_kept() {
    let auth = Auth::start().await;
    let answer = auth.come_back(&[("redirect_uri", "http://localhost:3000/cb?a=1#part")], &octo()).await;
    let location = answer.location();
    assert!(location.starts_with("http://localhost:3000/cb?a=1&code=") && !location.contains('#'), "{location}");
    let code = query(location)["code"].clone();
    auth.exchange(&code, &[("redirect_uri", "http://localhost:3000/cb?a=1")]).await.assert_ok();
}

#[tokio::test]
async fn only_trusted_domains_are_allowed_with_localhost_off() {
    let auth = Auth::start().await;
    auth.change(json!({ "allow_localhost": false })).await;
    auth.come_back(&[], &octo()).await.assert_known(400, "REDIRECT_URL_NOT_WHITELISTED");
    assert_eq!(auth.trust("http://localhost:3000").await.status, 201);
    assert_eq!(auth.come_back(&[], &octo()).await.status, 303);
}

#[tokio::test]
async fn after_callback_redirect_is_checked_at_once() {
    let auth = Auth::start().await;
    let evil = auth.authorize(&[("after_callback_redirect_url", "https://evil.example/")]).await;
    evil.assert_known(400, "REDIRECT_URL_NOT_WHITELISTED");
    let back = auth.come_back(&[("after_callback_redirect_url", "/next")], &octo()).await;
    let code = query(back.location())["code"].clone();
    assert_eq!(auth.exchange(&code, &[]).await.json()["after_callback_redirect_url"], "/next");
}

#[tokio::test]
async fn domains_are_managed_with_the_admin_key() {
    let auth = Auth::start().await;
    let path = "/integrations/neon/domains";
    send(auth.server(Method::GET, path)).await.assert_known(401, "INSUFFICIENT_ACCESS_TYPE");
    for domain in ["https://b.example", "https://*.a.example:8443"] {
        let added = auth.trust(domain).await;
        assert_eq!((added.status, added.json()), (201, json!({ "domain": domain })));
    }
    auth.trust("https://a.example/path").await.assert_known(400, "SCHEMA_ERROR");
    let listed = send(auth.admin(Method::GET, path)).await.json();
    let expected = json!([{ "domain": "https://*.a.example:8443" }, { "domain": "https://b.example" }]);
    assert_eq!(listed, json!({ "items": expected, "is_paginated": false }));
    let project = send(auth.client(Method::GET, "/projects/current")).await.json();
    let shown = json!({ "domain": "https://b.example", "handler_path": "/handler" });
    assert_eq!(project["config"]["domains"][1], shown);
    for _ in 0..2 {
        let removed = send(auth.admin(Method::DELETE, &format!("{path}/https%3A%2F%2Fb.example"))).await;
        assert_eq!(removed.json(), json!({ "success": true }));
    }
}
