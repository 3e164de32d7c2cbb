//! Sign-up, sign-in, verification and reset with e-mail and password.

use super::{Auth, PASSWORD, send, text};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn signing_up_gives_tokens_and_signing_in_finds_the_same_user() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("Ada@Example.com ".trim()).await;
    assert_eq!(text(&ada["refresh_token"]).len(), 45);
    let again = send(auth.try_sign_in("ADA@example.com", PASSWORD)).await;
    again.assert_ok();
    assert_eq!(again.json()["user_id"], ada["user_id"]);
    let me = auth.me(&text(&ada["access_token"])).await.json();
    assert_eq!(me["primary_email"], "ada@example.com");
    assert_eq!(me["primary_email_verified"], false);
    assert_eq!(me["auth_with_email"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let wrong = send(auth.try_sign_in("ada@example.com", "wrong password 1")).await;
    let unknown = send(auth.try_sign_in("ghost@example.com", PASSWORD)).await;
    wrong.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    unknown.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_known_address_cannot_sign_up_again() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let again = send(auth.try_sign_up("ADA@example.com", PASSWORD)).await;
    again.assert_known(409, "USER_EMAIL_ALREADY_EXISTS");
    let details = json!({ "email": "ada@example.com", "would_work_if_email_was_verified": false });
    assert_eq!(again.json()["details"], details);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn of_parallel_sign_ups_with_one_address_one_succeeds() {
    let auth = Auth::start().await;
    let (a, b, c) = tokio::join!(
        send(auth.try_sign_up("ada@example.com", PASSWORD)),
        send(auth.try_sign_up("ada@example.com", PASSWORD)),
        send(auth.try_sign_up("ada@example.com", PASSWORD)),
    );
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
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
        let answer = send(auth.try_sign_up(&format!("p{}@example.com", password.len()), &password)).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_malformed_sign_up_is_told_what_is_wrong() {
    let auth = Auth::start().await;
    let post = || auth.client(Method::POST, "/auth/password/sign-up");
    let missing = send(post().json(&json!({}))).await;
    missing.assert_known(400, "SCHEMA_ERROR");
    let expected = "Request validation failed on POST /api/v1/auth/password/sign-up:\n  \
                    - body.email must be defined\n  - body.password must be defined";
    assert_eq!(missing.json()["error"], expected);
    assert_eq!(missing.json()["details"]["message"], expected);

    let malformed = send(auth.try_sign_up("not-an-email", PASSWORD)).await;
    let error = text(&malformed.json()["error"]);
    assert!(
        error.ends_with(r#"- body.email must match the following: "/^[^.]+(\.[^.]+)*@.*\.[^.][^.]+$/""#),
        "{error}"
    );

    let unknown = send(post().json(&json!({ "email": "z@example.com", "password": PASSWORD, "extra": 1 }))).await;
    assert!(text(&unknown.json()["error"]).ends_with("- body contains unknown properties: extra"));
    let empty = send(post()).await;
    assert!(text(&empty.json()["error"]).ends_with("- body must be defined"));
    let broken = send(post().header("content-type", "application/json").body("{nope")).await;
    broken.assert_known(400, "BODY_PARSING_ERROR");
    let xml = send(post().header("content-type", "text/xml").body("<a/>")).await;
    assert_eq!(xml.json()["error"], "Unknown content type in request body: text/xml");
    let empty_email = send(auth.try_sign_in("", PASSWORD)).await;
    assert!(text(&empty_email.json()["error"]).ends_with("- body.email must not be empty"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_project_may_close_sign_up_and_passwords() {
    let auth = Auth::start().await;
    auth.change(json!({ "sign_up_enabled": false })).await;
    send(auth.try_sign_up("a@example.com", PASSWORD)).await.assert_known(400, "SIGN_UP_NOT_ENABLED");
    auth.change(json!({ "credential_enabled": false })).await;
    let refused = "PASSWORD_AUTHENTICATION_NOT_ENABLED";
    send(auth.try_sign_up("a@example.com", PASSWORD)).await.assert_known(400, refused);
    send(auth.try_sign_in("a@example.com", PASSWORD)).await.assert_known(400, refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_address_is_verified_by_the_mailed_code_once() {
    let auth = Auth::start().await;
    let body = json!({
        "email": "ada@example.com", "password": PASSWORD, "verification_callback_url": "http://localhost:3000/verify"
    });
    let ada = send(auth.client(Method::POST, "/auth/password/sign-up").json(&body)).await.json();
    let code = auth.mailed_code("ada@example.com").await;
    let verify = || auth.client(Method::POST, "/contact-channels/verify").json(&json!({ "code": code.to_uppercase() }));
    send(verify()).await.assert_ok();
    send(verify()).await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");
    let unknown = auth.client(Method::POST, "/contact-channels/verify").json(&json!({ "code": "q".repeat(45) }));
    send(unknown).await.assert_known(404, "VERIFICATION_CODE_NOT_FOUND");
    assert_eq!(auth.me(&text(&ada["access_token"])).await.json()["primary_email_verified"], true);
}

/// Checks what was recorded: the address is stored in lower case, but the one in a mail is compared as typed.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_address_with_capitals_is_never_verified() {
    let auth = Auth::start().await;
    let callback = "http://localhost:3000/verify";
    let body = json!({ "email": "Ada@Example.com", "password": PASSWORD, "verification_callback_url": callback });
    let ada = send(auth.client(Method::POST, "/auth/password/sign-up").json(&body)).await.json();
    let again = |email: &str| {
        auth.client(Method::POST, "/contact-channels/send-verification-code")
            .header("x-stack-access-token", text(&ada["access_token"]))
            .json(&json!({ "email": email, "callback_url": callback }))
    };
    send(again("Ada@Example.com")).await.assert_known(400, "EMAIL_IS_NOT_PRIMARY_EMAIL");
    let code = auth.mailed_code("Ada@Example.com").await;
    let verify = |code: &str| auth.client(Method::POST, "/contact-channels/verify").json(&json!({ "code": code }));
    let refused = send(verify(&code)).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.text, "Contact channel not found. Was your contact channel deleted?");
    send(verify(&code)).await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");
    let me = auth.me(&text(&ada["access_token"])).await.json();
    assert_eq!((&me["primary_email"], &me["primary_email_verified"]), (&json!("ada@example.com"), &json!(false)));

    send(again("ada@example.com")).await.assert_ok();
    send(verify(&auth.mailed_code("ada@example.com").await)).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_code_of_another_length_is_refused_by_its_shape() {
    let auth = Auth::start().await;
    for (path, more) in [
        ("/auth/password/reset", json!({ "password": PASSWORD })),
        ("/auth/password/reset/check-code", json!({})),
        ("/auth/otp/sign-in", json!({})),
        ("/auth/mfa/sign-in", json!({ "type": "totp", "totp": "000000" })),
        ("/contact-channels/verify", json!({})),
        ("/contact-channels/verify/check-code", json!({})),
    ] {
        let try_code = |code: &str| {
            let mut body = more.clone();
            body["code"] = json!(code);
            auth.client(Method::POST, path).json(&body)
        };
        for code in ["", "123456", &"q".repeat(44), &"q".repeat(46)] {
            let refused = send(try_code(code)).await;
            refused.assert_known(400, "SCHEMA_ERROR");
            let expected = format!(
                "Request validation failed on POST /api/v1{path}:\n  - body.code must be exactly 45 characters"
            );
            assert_eq!(refused.json()["error"], expected);
        }
        send(try_code(&"q".repeat(45))).await.assert_known(404, "VERIFICATION_CODE_NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn verification_goes_to_trusted_addresses_only() {
    let auth = Auth::start().await;
    let body = json!({
        "email": "x@example.com", "password": PASSWORD, "verification_callback_url": "https://evil.example/verify"
    });
    let answer = send(auth.client(Method::POST, "/auth/password/sign-up").json(&body)).await;
    answer.assert_known(400, "REDIRECT_URL_NOT_WHITELISTED");
    send(auth.try_sign_in("x@example.com", PASSWORD)).await.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reset_ends_every_session_and_a_short_password_costs_the_code() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let ask = |email: &str| {
        let body = json!({ "email": email, "callback_url": "http://localhost:3000/reset" });
        auth.client(Method::POST, "/auth/password/send-reset-code").json(&body)
    };
    let reset = |code: &str, password: &str| {
        let body = json!({ "code": code, "password": password });
        auth.client(Method::POST, "/auth/password/reset").json(&body)
    };
    let known = send(ask("ada@example.com")).await;
    assert_eq!(known.text, send(ask("ghost@example.com")).await.text);

    let burnt = auth.mailed_code("ada@example.com").await;
    send(reset(&burnt, "short")).await.assert_known(400, "PASSWORD_TOO_SHORT");
    send(reset(&burnt, "another password")).await.assert_known(409, "VERIFICATION_CODE_ALREADY_USED");

    send(ask("ada@example.com")).await.assert_ok();
    let code = auth.mailed_code("ada@example.com").await;
    let check = auth.client(Method::POST, "/auth/password/reset/check-code").json(&json!({ "code": code }));
    assert_eq!(send(check).await.json(), json!({ "is_code_valid": true }));
    send(reset(&code, "another password")).await.assert_ok();
    let gone = auth.refresh(&text(&ada["refresh_token"])).await;
    gone.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    send(auth.try_sign_in("ada@example.com", PASSWORD)).await.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    send(auth.try_sign_in("ada@example.com", "another password")).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_password_keeps_the_session_that_asked() {
    let auth = Auth::start().await;
    let here = auth.sign_up("ada@example.com").await;
    let elsewhere = send(auth.try_sign_in("ada@example.com", PASSWORD)).await.json();
    let update = |old: &str| {
        auth.client(Method::POST, "/auth/password/update")
            .header("x-stack-access-token", text(&here["access_token"]))
            .header("x-stack-refresh-token", text(&here["refresh_token"]))
            .json(&json!({ "old_password": old, "new_password": "another password" }))
    };
    send(update("nope nope nope")).await.assert_known(400, "PASSWORD_CONFIRMATION_MISMATCH");
    send(update(PASSWORD)).await.assert_ok();
    auth.refresh(&text(&here["refresh_token"])).await.assert_ok();
    let other = auth.refresh(&text(&elsewhere["refresh_token"])).await;
    other.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_second_factor_stops_the_sign_in_with_an_attempt_code() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let switch_on = auth
        .client(Method::PATCH, "/users/me")
        .header("x-stack-access-token", text(&ada["access_token"]))
        .json(&json!({ "totp_secret_base64": "ZMKcBzjZMDyK4kNTPfHV1BWcGOE=" }));
    assert_eq!(send(switch_on).await.json()["requires_totp_mfa"], true);
    let stopped = send(auth.try_sign_in("ada@example.com", PASSWORD)).await;
    stopped.assert_known(400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED");
    let attempt = text(&stopped.json()["details"]["attempt_code"]);
    assert_eq!(attempt.len(), 45);
    let wrong = json!({ "type": "totp", "totp": "no", "code": attempt });
    let wrong = send(auth.client(Method::POST, "/auth/mfa/sign-in").json(&wrong)).await;
    wrong.assert_known(400, "INVALID_TOTP_CODE");
}
