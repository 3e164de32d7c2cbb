//! The headers of every answer.

use super::{app, get, request, send, state};
use crate::support::SITE;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};

/// Returns the pages with an island.
fn islands() -> impl Iterator<Item = String> {
    SITE.features.iter().flat_map(|feature| feature.islands).map(|page| page.replace("{id}", "1"))
}

/// A page, a missing page, an answer for programs, a refusal.
const PATHS: [&str; 4] = ["/sign-in", "/nowhere", "/healthz", "/api/create_example"];

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let devices = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";
    let (https, http) = (app(), cli::app(state(&[("PUBLIC_ORIGIN", "http://localhost:3000")])));
    for (app, name, expected) in [
        (&https, "x-content-type-options", "nosniff"),
        (&https, "x-frame-options", "DENY"),
        (&https, "cross-origin-opener-policy", "same-origin"),
        (&https, "cross-origin-resource-policy", "same-origin"),
        (&https, "permissions-policy", devices),
        (&https, "referrer-policy", "strict-origin-when-cross-origin"),
        (&https, "strict-transport-security", "max-age=63072000"),
        // Plain HTTP is not made to be HTTPS.
        (&http, "strict-transport-security", ""),
    ] {
        for path in PATHS {
            let answer = get(app, path).await;
            assert_eq!(answer.header(name), expected, "{name} of {path} ({})", answer.status);
        }
    }
}

#[tokio::test]
async fn request_id_is_made_by_the_server() {
    let app = app();
    let given = [("accept", "text/html"), ("x-request-id", "chosen-by-sender")];
    let first = send(&app, request(Method::GET, "/sign-in", &given, "")).await;
    let second = send(&app, request(Method::GET, "/sign-in", &given, "")).await;
    assert_eq!(first.header("x-request-id").len(), 32);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test]
async fn document_has_a_strict_content_security_policy() {
    let app = app();
    for path in ["/sign-in", "/nowhere"] {
        let answer = get(&app, path).await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = nonce(&policy);
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'nonce-{nonce}'; \
                 style-src 'self' 'sha256-SX7UqyxGVDSLzV90icKkPuaEGi8NcinaZfagIyBzAuY='; \
                 img-src 'self'; font-src 'self'; \
                 manifest-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
                 upgrade-insecure-requests"
            )
        );
    }
}

#[tokio::test]
async fn view_transition_style_is_allowed_by_its_hash() {
    let app = app();
    // A page, a missing page, a failure outside the router.
    for path in ["/sign-in", "/nowhere", "/auth/sign-out"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.body.matches("<style>").count(), 1, "{path}");
        let rule = answer.body.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        let hash = STANDARD.encode(digest(&SHA256, rule.as_bytes()));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains(&format!("style-src 'self' 'sha256-{hash}';")), "{path}: {policy}");
    }
}

#[tokio::test]
async fn only_pages_with_an_island_may_compile_wasm() {
    let app = app();
    for path in islands() {
        let policy = get(&app, &path).await.header("content-security-policy").to_owned();
        let scripts = format!("script-src 'nonce-{}' 'self' 'wasm-unsafe-eval';", nonce(&policy));
        assert!(policy.contains(&scripts), "{path}: {policy}");
    }
    for path in ["/", "/sign-in", "/account", "/edit", "/nowhere"] {
        let answer = get(&app, path).await;
        assert!(!answer.header("content-security-policy").contains("wasm"), "{path}");
        assert!(!answer.body.contains(".wasm"), "{path}");
    }
}

#[tokio::test]
async fn every_script_carries_the_nonce_of_its_answer() {
    let app = app();
    let mut nonces = Vec::new();
    let paths = ["/", "/sign-in", "/sign-in", "/account", "/sign-up", "/nowhere"].map(ToOwned::to_owned);
    let paths = paths.into_iter().chain(islands()).collect::<Vec<_>>();
    for path in &paths {
        let answer = get(&app, path).await;
        let nonce = nonce(answer.header("content-security-policy"));
        assert!(nonce.len() >= 22, "{nonce}");
        for script in answer.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!answer.body.contains(" style=\""), "{path}: an inline style would be blocked");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), paths.len(), "a nonce is for one answer");
}

#[tokio::test]
async fn policy_of_other_answers_allows_nothing() {
    let answer = get(&app(), "/healthz").await;
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
}

#[tokio::test]
async fn reload_socket_is_allowed_in_development_only() {
    let watched = state(&[("LEPTOS_WATCH", "true"), ("PUBLIC_ORIGIN", "http://localhost:3000")]);
    let answer = get(&cli::app(watched), "/sign-in").await;
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' ws://localhost:3001 ws://127.0.0.1:3001;"), "{policy}");
    assert!(!policy.contains("upgrade-insecure-requests"), "{policy}");
}

#[tokio::test]
async fn answer_that_may_depend_on_a_session_is_not_stored() {
    let app = app();
    for (path, status) in [
        ("/sign-in", StatusCode::OK),
        ("/account", StatusCode::FOUND),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/nowhere.txt", StatusCode::NOT_FOUND),
        ("/healthz", StatusCode::OK),
        ("/api/create_example", StatusCode::METHOD_NOT_ALLOWED),
        ("/letters?/create_letter", StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let answer = get(&app, path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, "private, no-store"), "{path}");
    }
}

fn nonce(policy: &str) -> String {
    let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
    rest.split('\'').next().expect("an end").to_owned()
}
