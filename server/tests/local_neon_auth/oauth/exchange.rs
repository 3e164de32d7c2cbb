//! The token endpoint: what a code is bound to, when it is used up, and the answer.

use super::{Auth, CALLBACK, VERIFIER, octo, send, text};
use crate::local_neon_auth::TOTP_SECRET;
use crate::local_neon_auth::tokens::claims;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const INVALID: &str = "INVALID_AUTHORIZATION_CODE";

#[tokio::test]
async fn code_exchange_signs_in() {
    let auth = Auth::start().await;
    let code = auth.code(&octo()).await;
    assert_eq!(code.len(), 64);
    let answer = auth.exchange(&code, &[]).await;
    answer.assert_ok();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let tokens = answer.json();
    assert_eq!(tokens["expires_in"], 3599, "wrong on purpose");
    let claims = claims(&text(&tokens["access_token"]));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert_eq!((&tokens["is_new_user"], &tokens["newUser"]), (&json!(true), &json!(true)));
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&json!("Bearer"), &json!("legacy")));
    assert!(tokens.get("id_token").is_none() && tokens.get("user_id").is_none());
    assert_eq!((&claims["name"], &claims["email_verified"]), (&json!("Octo"), &json!(true)));

    let user = auth.user_of(&tokens).await;
    let account = json!([{ "id": "github", "account_id": "octo-1", "email": "octo@example.com" }]);
    assert_eq!((&user["oauth_providers"], &user["has_password"]), (&account, &json!(false)));
    let again = auth.sign_in_as(&octo()).await;
    assert_eq!(again["is_new_user"], false);
    assert_eq!(auth.user_of(&again).await["id"], user["id"]);
}

#[tokio::test]
async fn one_of_parallel_exchanges_succeeds() {
    let auth = Auth::start().await;
    let code = auth.code(&octo()).await;
    let answers = join_all((0..8).map(|_| auth.exchange(&code, &[]))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.assert_known(400, INVALID);
    }
}

#[tokio::test]
async fn wrong_verifier_secret_or_client_does_not_use_the_code_up() {
    let auth = Auth::start().await;
    let code = auth.code(&octo()).await;
    for verifier in ["w".repeat(43).as_str(), "short", "", super::challenge().as_str()] {
        auth.exchange(&code, &[("code_verifier", verifier)]).await.assert_known(400, INVALID);
    }
    let wrong = auth.exchange(&code, &[("client_secret", "pck_wrong")]).await;
    wrong.assert_known(400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET");
    let other = auth.local(Method::POST, "/projects", Value::Null).await.json();
    let (id, key) = (text(&other["project_id"]), text(&other["publishable_client_key"]));
    auth.exchange(&code, &[("client_id", &id), ("client_secret", &key)]).await.assert_known(400, INVALID);
    auth.exchange(&code, &[]).await.assert_ok();
}

#[tokio::test]
async fn another_redirect_uri_uses_the_code_up() {
    let auth = Auth::start().await;
    for (redirect_uri, expected) in [
        ("http://localhost:3000/other", "Invalid redirect URI."),
        ("", r#""error":"invalid_request""#),
        ("nope", "Invalid request: `redirect_uri` is not a valid URI"),
    ] {
        let code = auth.code(&octo()).await;
        let refused = auth.exchange(&code, &[("redirect_uri", redirect_uri)]).await;
        assert_eq!((refused.status, refused.code()), (400, None), "{refused:?}");
        assert!(refused.text.contains(expected), "{refused:?}");
        auth.exchange(&code, &[]).await.assert_known(400, INVALID);
    }
}

#[tokio::test]
async fn client_authenticates_in_the_body_only() {
    let (auth, ada) = Auth::with_ada().await;
    let refresh_token = &*ada.refresh;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let url = auth.url("/auth/oauth/token");
    let (id, key) = (&auth.running.project_id, &auth.running.publishable_client_key);
    let basic = send(auth.http.post(&url).basic_auth(id, Some(key)).form(&refresh)).await;
    basic.assert_known(400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET");
    assert_eq!(basic.json()["details"], json!({ "client_id": null }));
    let json_body = json!({
        "grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": id, "client_secret": key
    });
    let refreshed = send(auth.http.post(&url).json(&json_body)).await;
    refreshed.assert_ok();
    assert!(refreshed.json().get("refresh_token").is_none(), "not rotated");
    for (name, value) in [
        ("client_secret", ""),
        ("client_secret", "pck_wrong"),
        ("client_secret", auth.running.secret_server_key.as_str()),
        ("client_id", ""),
        ("client_id", "00000000-0000-4000-8000-000000000000"),
    ] {
        let refused = auth.token(&[refresh[0], refresh[1], (name, value)]).await;
        refused.assert_known(400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET");
    }
    let with_branch = format!("{id}#main");
    auth.token(&[refresh[0], refresh[1], ("client_id", &with_branch)]).await.assert_ok();
    let code = auth.code(&octo()).await;
    auth.exchange(&code, &[("client_secret", "")]).await.assert_ok();
}

#[tokio::test]
async fn malformed_token_request_is_refused() {
    let auth = Auth::start().await;
    auth.token(&[]).await.assert_known(400, "SCHEMA_ERROR");
    auth.token(&[("grant_type", "password")]).await.assert_known(400, "SCHEMA_ERROR");
    let no_code = auth.token(&[("grant_type", "authorization_code")]).await;
    let expected = json!({ "error": "invalid_request", "error_description": "Missing parameter: `code`" });
    assert_eq!((no_code.status, no_code.json()), (400, expected));
    let no_token = auth.token(&[("grant_type", "refresh_token")]).await;
    assert_eq!(no_token.json()["error_description"], "Missing parameter: `refresh_token`");
    let dead = auth.token(&[("grant_type", "refresh_token"), ("refresh_token", "nope")]).await;
    dead.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    for code in ["nope", "a b\"c"] {
        auth.exchange(code, &[]).await.assert_known(400, INVALID);
    }
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "nope"), ("scope", "openid")];
    assert_eq!(auth.token(&fields).await.status, 500);
    assert_eq!(send(auth.http.get(auth.url("/auth/oauth/token"))).await.status, 405);
}

#[tokio::test]
async fn code_of_a_deleted_user_is_invalid() {
    let auth = Auth::start().await;
    let user = auth.user_of(&auth.sign_in_as(&octo()).await).await;
    let code = auth.code(&octo()).await;
    auth.local(Method::DELETE, &format!("/users/{}", text(&user["id"])), Value::Null).await;
    auth.exchange(&code, &[]).await.assert_known(400, INVALID);
}

#[tokio::test]
async fn second_factor_stops_the_exchange_not_the_callback() {
    let auth = Auth::start().await;
    let tokens = auth.sign_in_as(&octo()).await;
    let switched_on = json!({ "totp_secret_base64": TOTP_SECRET });
    auth.update_me(&text(&tokens["access_token"]), switched_on).await.assert_ok();
    let code = auth.code(&octo()).await;
    let stopped = auth.exchange(&code, &[]).await;
    stopped.assert_known(400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED");
    assert_eq!(text(&stopped.json()["details"]["attempt_code"]).len(), 45);
    auth.exchange(&code, &[]).await.assert_known(400, INVALID);
}

#[tokio::test]
async fn code_is_exchanged_by_json_as_well() {
    let auth = Auth::start().await;
    let code = auth.code(&octo()).await;
    let as_json = json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
        "client_id": auth.running.project_id, "client_secret": auth.running.publishable_client_key,
    });
    send(auth.http.post(auth.url("/auth/oauth/token")).json(&as_json)).await.assert_ok();
}
