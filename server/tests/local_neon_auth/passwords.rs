//! Sign-up, sign-in, verification and reset with e-mail and password.

use super::{Answer, Auth, PASSWORD, TOTP_SECRET, User, send, text};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

/// Confirms an address with a code.
async fn verify(auth: &Auth, code: &str) -> Answer {
    auth.post("/contact-channels/verify", &json!({ "code": code })).await
}

#[tokio::test]
async fn sign_up_returns_tokens_and_sign_in_finds_the_same_user() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("Ada@Example.com").await;
    assert_eq!(ada.refresh.len(), 45);
    assert_eq!(User::read(&auth.try_sign_in("ADA@example.com", PASSWORD).await).id, ada.id);
    let me = auth.me(&ada.access).await.json();
    assert_eq!(me["primary_email"], "ada@example.com");
    assert_eq!(me["primary_email_verified"], false);
    assert_eq!(me["auth_with_email"], true);
}

#[tokio::test]
async fn wrong_password_and_unknown_address_get_the_same_answer() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let wrong = auth.try_sign_in("ada@example.com", "wrong password 1").await;
    let unknown = auth.try_sign_in("ghost@example.com", PASSWORD).await;
    wrong.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    unknown.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test]
async fn known_address_cannot_sign_up_again() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let again = auth.try_sign_up("ADA@example.com", PASSWORD).await;
    again.assert_known(409, "USER_EMAIL_ALREADY_EXISTS");
    let details = json!({ "email": "ada@example.com", "would_work_if_email_was_verified": false });
    assert_eq!(again.json()["details"], details);
}

#[tokio::test]
async fn one_of_parallel_sign_ups_with_one_address_succeeds() {
    let auth = Auth::start().await;
    let answers = join_all((0..3).map(|_| auth.try_sign_up("ada@example.com", PASSWORD))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
}

#[tokio::test]
async fn passwords_have_eight_to_seventy_characters() {
    let auth = Auth::start().await;
    for (password, status, code) in [
        (String::new(), 400, Some("PASSWORD_TOO_SHORT")),
        ("short".to_owned(), 400, Some("PASSWORD_TOO_SHORT")),
        ("x".repeat(70), 200, None),
        ("x".repeat(71), 400, Some("SCHEMA_ERROR")),
        ("x".repeat(200), 400, Some("SCHEMA_ERROR")),
        // 40 characters, 80 bytes: over bcrypt's limit, the real server fails.
        ("é".repeat(40), 500, None),
    ] {
        let answer = auth.try_sign_up(&format!("p{}@example.com", password.len()), &password).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    }
}

#[tokio::test]
async fn malformed_sign_up_is_told_what_is_wrong() {
    let auth = Auth::start().await;
    let path = "/auth/password/sign-up";
    let post = || auth.client(Method::POST, path);
    let missing = auth.post(path, &json!({})).await;
    missing.assert_known(400, "SCHEMA_ERROR");
    let expected = "Request validation failed on POST /api/v1/auth/password/sign-up:\n  \
                    - body.email must be defined\n  - body.password must be defined";
    assert_eq!(missing.json()["error"], expected);
    assert_eq!(missing.json()["details"]["message"], expected);

    let malformed = auth.try_sign_up("not-an-email", PASSWORD).await;
    let expected = r#"- body.email must match the following: "/^[^.]+(\.[^.]+)*@.*\.[^.][^.]+$/""#;
    assert!(text(&malformed.json()["error"]).ends_with(expected), "{malformed:?}");

    let unknown = auth.post(path, &json!({ "email": "z@example.com", "password": PASSWORD, "extra": 1 })).await;
    assert!(text(&unknown.json()["error"]).ends_with("- body contains unknown properties: extra"));
    let empty = send(post()).await;
    assert!(text(&empty.json()["error"]).ends_with("- body must be defined"));
    let broken = send(post().header("content-type", "application/json").body("{nope")).await;
    broken.assert_known(400, "BODY_PARSING_ERROR");
    let xml = send(post().header("content-type", "text/xml").body("<a/>")).await;
    assert_eq!(xml.json()["error"], "Unknown content type in request body: text/xml");
    let empty_email = auth.try_sign_in("", PASSWORD).await;
    assert!(text(&empty_email.json()["error"]).ends_with("- body.email must not be empty"));
}

#[tokio::test]
async fn project_may_switch_off_sign_up_and_passwords() {
    let auth = Auth::start().await;
    auth.change(json!({ "sign_up_enabled": false })).await;
    auth.try_sign_up("a@example.com", PASSWORD).await.assert_known(400, "SIGN_UP_NOT_ENABLED");
    auth.change(json!({ "credential_enabled": false })).await;
    let refused = "PASSWORD_AUTHENTICATION_NOT_ENABLED";
    auth.try_sign_up("a@example.com", PASSWORD).await.assert_known(400, refused);
    auth.try_sign_in("a@example.com", PASSWORD).await.assert_known(400, refused);
}

#[tokio::test]
async fn mailed_code_verifies_an_address_once() {
    let auth = Auth::start().await;
    let ada = auth.sign_up_with_mail("ada@example.com").await;
    let code = auth.mailed_code("ada@example.com").await.to_uppercase();
    verify(&auth, &code).await.assert_ok();
    verify(&auth, &code).await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");
    verify(&auth, &"q".repeat(45)).await.assert_known(404, "VERIFICATION_CODE_NOT_FOUND");
    assert_eq!(auth.me(&ada.access).await.json()["primary_email_verified"], true);
}

/// Checks what was recorded: the address is stored in lower case, but the one in a mail is compared as typed.
#[tokio::test]
async fn address_with_capitals_is_never_verified() {
    let auth = Auth::start().await;
    let ada = auth.sign_up_with_mail("Ada@Example.com").await;
    let again = |email: &str| {
        let body = json!({ "email": email, "callback_url": "http://localhost:3000/verify" });
        send(auth.user(Method::POST, "/contact-channels/send-verification-code", &ada.access).json(&body))
    };
    again("Ada@Example.com").await.assert_known(400, "EMAIL_IS_NOT_PRIMARY_EMAIL");
    let code = auth.mailed_code("Ada@Example.com").await;
    let refused = verify(&auth, &code).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.text, "Contact channel not found. Was your contact channel deleted?");
    verify(&auth, &code).await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");
    let me = auth.me(&ada.access).await.json();
    assert_eq!((&me["primary_email"], &me["primary_email_verified"]), (&json!("ada@example.com"), &json!(false)));

    again("ada@example.com").await.assert_ok();
    verify(&auth, &auth.mailed_code("ada@example.com").await).await.assert_ok();
}

#[tokio::test]
async fn code_of_another_length_is_a_schema_error() {
    let auth = Auth::start().await;
    for (path, more) in [
        ("/auth/password/reset", json!({ "password": PASSWORD })),
        ("/auth/password/reset/check-code", json!({})),
        ("/auth/otp/sign-in", json!({})),
        ("/auth/mfa/sign-in", json!({ "type": "totp", "totp": "000000" })),
        ("/contact-channels/verify", json!({})),
        ("/contact-channels/verify/check-code", json!({})),
    ] {
        let try_code = async |code: &str| {
            let mut body = more.clone();
            body["code"] = json!(code);
            auth.post(path, &body).await
        };
        for code in ["", "123456", &"q".repeat(44), &"q".repeat(46)] {
            let refused = try_code(code).await;
            refused.assert_known(400, "SCHEMA_ERROR");
            let expected = format!(
                "Request validation failed on POST /api/v1{path}:\n  - body.code must be exactly 45 characters"
            );
            assert_eq!(refused.json()["error"], expected);
        }
        try_code(&"q".repeat(45)).await.assert_known(404, "VERIFICATION_CODE_NOT_FOUND");
    }
}

#[tokio::test]
async fn verification_leads_to_trusted_addresses_only() {
    let auth = Auth::start().await;
    let body = json!({
        "email": "x@example.com", "password": PASSWORD, "verification_callback_url": "https://evil.example/verify"
    });
    auth.post("/auth/password/sign-up", &body).await.assert_known(400, "REDIRECT_URL_NOT_WHITELISTED");
    auth.try_sign_in("x@example.com", PASSWORD).await.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
}

#[tokio::test]
async fn reset_ends_every_session_and_a_short_password_uses_the_code_up() {
    let (auth, ada) = Auth::with_ada().await;
    let ask = async |email: &str| {
        let body = json!({ "email": email, "callback_url": "http://localhost:3000/reset" });
        auth.post("/auth/password/send-reset-code", &body).await
    };
    let reset = async |code: &str, password: &str| {
        auth.post("/auth/password/reset", &json!({ "code": code, "password": password })).await
    };
    assert_eq!(ask("ada@example.com").await.text, ask("ghost@example.com").await.text);

    let burnt = auth.mailed_code("ada@example.com").await;
    reset(&burnt, "short").await.assert_known(400, "PASSWORD_TOO_SHORT");
    reset(&burnt, "another password").await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");

    ask("ada@example.com").await.assert_ok();
    let code = auth.mailed_code("ada@example.com").await;
    let check = auth.post("/auth/password/reset/check-code", &json!({ "code": code })).await;
    assert_eq!(check.json(), json!({ "is_code_valid": true }));
    reset(&code, "another password").await.assert_ok();
    auth.refresh(&ada.refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    auth.try_sign_in("ada@example.com", PASSWORD).await.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    auth.try_sign_in("ada@example.com", "another password").await.assert_ok();
}

#[tokio::test]
async fn changed_password_keeps_the_session_that_changed_it() {
    let auth = Auth::start().await;
    let here = auth.sign_up("ada@example.com").await;
    let elsewhere = User::read(&auth.try_sign_in("ada@example.com", PASSWORD).await);
    let update = |old: &str| {
        let request = auth.user(Method::POST, "/auth/password/update", &here.access);
        let body = json!({ "old_password": old, "new_password": "another password" });
        send(request.header("x-stack-refresh-token", &here.refresh).json(&body))
    };
    update("nope nope nope").await.assert_known(400, "PASSWORD_CONFIRMATION_MISMATCH");
    update(PASSWORD).await.assert_ok();
    auth.refresh(&here.refresh).await.assert_ok();
    auth.refresh(&elsewhere.refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
}

#[tokio::test]
async fn second_factor_stops_the_sign_in_with_an_attempt_code() {
    let (auth, ada) = Auth::with_ada().await;
    let switched_on = auth.update_me(&ada.access, json!({ "totp_secret_base64": TOTP_SECRET })).await;
    assert_eq!(switched_on.json()["requires_totp_mfa"], true);
    let stopped = auth.try_sign_in("ada@example.com", PASSWORD).await;
    stopped.assert_known(400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED");
    let attempt = text(&stopped.json()["details"]["attempt_code"]);
    assert_eq!(attempt.len(), 45);
    let wrong = json!({ "type": "totp", "totp": "no", "code": attempt });
    auth.post("/auth/mfa/sign-in", &wrong).await.assert_known(400, "INVALID_TOTP_CODE");
}
