//! Errors of a sign-in before a code exists, and the page that the user lands on.

use super::{Auth, octo, query, send, text};
use reqwest::{Method, Url};
use serde_json::json;

const ERROR_PAGE: (&str, &str) = ("error_redirect_uri", "http://localhost:3000/auth/error");

#[tokio::test]
async fn missing_parameter_is_shown_and_not_redirected() {
    let auth = Auth::start().await;
    let required = "client_id client_secret redirect_uri scope state grant_type code_challenge code_challenge_method \
                    response_type";
    for name in required.split(' ') {
        let answer = auth.authorize(&[(name, "")]).await;
        answer.assert_known(400, "SCHEMA_ERROR");
        let expected = format!(
            "Request validation failed on GET /api/v1/auth/oauth/authorize/github:\n  - query.{name} must be defined"
        );
        assert_eq!(answer.json()["error"], expected);
    }
    let unknown = auth.authorize(&[("foo", "bar")]).await;
    assert!(text(&unknown.json()["error"]).ends_with("- query contains unknown properties: foo"));
    let no_url = auth.authorize(&[("redirect_uri", "nope")]).await;
    assert!(text(&no_url.json()["error"]).ends_with("- query.redirect_uri is not a valid URL"));
}

#[tokio::test]
async fn wrong_client_or_provider_is_refused_at_once() {
    let auth = Auth::start().await;
    auth.authorize(&[("client_secret", "pck_wrong")]).await.assert_known(401, "INVALID_PUBLISHABLE_CLIENT_KEY");
    for id in ["00000000-0000-4000-8000-000000000000", "nope"] {
        let answer = auth.authorize(&[("client_id", id)]).await;
        answer.assert_known(400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET");
        assert_eq!(answer.json()["details"], json!({ "client_id": id }));
    }
    let parameters = auth.authorize_parameters(&[]);
    let url = Url::parse_with_params(&auth.url("/auth/oauth/authorize/microsoft"), parameters).unwrap();
    send(auth.http.get(url)).await.assert_known(400, "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED");
    let link = auth.authorize(&[("type", "link")]).await;
    assert_eq!((link.status, link.text.as_str()), (400, "?token= query parameter is required for link type"));
}

/// Checks that weak challenges are refused, although the real server accepts both.
#[tokio::test]
async fn plain_and_empty_challenges_are_refused() {
    let auth = Auth::start().await;
    let plain = auth.authorize(&[("code_challenge_method", "plain")]).await;
    assert_eq!((plain.status, plain.code()), (400, None), "{plain:?}");
    let mut parameters = auth.authorize_parameters(&[("code_challenge", "")]);
    parameters.push(("code_challenge".to_owned(), String::new()));
    let url = Url::parse_with_params(&auth.url("/auth/oauth/authorize/github"), parameters).unwrap();
    assert_eq!(send(auth.http.get(url)).await.status, 400);
}

#[tokio::test]
async fn cancelled_consent_leads_to_the_error_page_without_a_state() {
    let auth = Auth::start().await;
    let at = auth.leave(&[ERROR_PAGE]).await;
    let answer = auth.decide(&at, "deny", &[]).await;
    assert_eq!(answer.status, 307, "{answer:?}");
    let expected = "http://localhost:3000/auth/error?errorCode=OAUTH_PROVIDER_ACCESS_DENIED\
                    &message=The+OAuth+provider+denied+access+to+the+user.&details=%7B%7D";
    assert_eq!(answer.location(), expected);
    assert!(answer.header("set-cookie").unwrap().contains("Expires=Thu, 01 Jan 1970"));

    for error_page in ["", "https://evil.example/error"] {
        let at = auth.leave(&[("error_redirect_uri", error_page)]).await;
        auth.decide(&at, "deny", &[]).await.assert_known(400, "OAUTH_PROVIDER_ACCESS_DENIED");
    }
}

#[tokio::test]
async fn wrong_scope_or_type_is_refused_at_the_callback() {
    let auth = Auth::start().await;
    for (name, value, status) in
        [("scope", "openid", 400), ("response_type", "token", 500), ("code_challenge_method", "S999", 500)]
    {
        let answer = auth.come_back(&[(name, value), ERROR_PAGE], &octo()).await;
        assert_eq!((answer.status, answer.code()), (status, None), "{answer:?}");
    }
    assert_eq!(send(auth.server(Method::GET, "/users")).await.json()["items"], json!([]), "no user was made");
}

#[tokio::test]
async fn callback_works_once_and_only_in_the_same_browser() {
    let auth = Auth::start().await;
    let nothing = send(auth.http.get(auth.url("/auth/oauth/callback/github"))).await;
    assert!(nothing.text.starts_with("Inner OAuth cookie not found."), "{nothing:?}");

    let at = auth.leave(&[]).await;
    let form = [("state", at.state.as_str()), ("decision", "approve"), ("account_id", "octo-1")];
    let decided = send(auth.http.post(format!("{}/local/consent", auth.running.origin)).form(&form)).await;
    let callback = decided.location().to_owned();
    let other_browser = send(auth.http.get(&callback)).await;
    assert_eq!(other_browser.status, 400);
    assert!(other_browser.text.starts_with("Inner OAuth cookie not found."));

    let mut guessed = Url::parse(&callback).unwrap();
    guessed.query_pairs_mut().clear().append_pair("code", "wrong").append_pair("state", &at.state);
    let wrong = send(auth.http.get(guessed).header("cookie", &at.cookie)).await;
    assert_eq!((wrong.status, wrong.code()), (400, None));
    assert_eq!(wrong.text, "Inner OAuth callback failed due to invalid grant. Please try again.");
    let over = send(auth.http.get(&callback).header("cookie", &at.cookie)).await;
    assert_eq!(over.status, 400, "{over:?}");
}

#[tokio::test]
async fn flow_lives_ten_minutes() {
    let auth = Auth::start().await;
    for (error_page, status) in [("", 408), (ERROR_PAGE.1, 307)] {
        let at = auth.leave(&[("error_redirect_uri", error_page)]).await;
        let age = "update local_neon_auth.oauth_flow set expires_at = expires_at - interval '11 minutes'";
        sqlx::query(age).execute(&auth.database.superuser).await.unwrap();
        let answer = auth.decide(&at, "approve", &octo()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        match status {
            408 => answer.assert_known(408, "OUTER_OAUTH_TIMEOUT"),
            _ => assert_eq!(query(answer.location())["errorCode"], "OUTER_OAUTH_TIMEOUT"),
        }
    }
}

#[tokio::test]
async fn code_lives_five_minutes() {
    let auth = Auth::start().await;
    let code = auth.code(&octo()).await;
    let age = "update local_neon_auth.authorization_code set expires_at = expires_at - interval '5 minutes'";
    sqlx::query(age).execute(&auth.database.superuser).await.unwrap();
    auth.exchange(&code, &[]).await.assert_known(400, "INVALID_AUTHORIZATION_CODE");
}

#[tokio::test]
async fn new_user_is_refused_where_sign_up_is_off() {
    let auth = Auth::start().await;
    auth.sign_in_as(&octo()).await;
    auth.change(json!({ "sign_up_enabled": false })).await;
    auth.sign_in_as(&octo()).await;
    let stranger = [("account_id", "octo-2")];
    auth.come_back(&[], &stranger).await.assert_known(400, "SIGN_UP_NOT_ENABLED");
    let redirected = auth.come_back(&[ERROR_PAGE], &stranger).await;
    let answer = query(redirected.location());
    assert_eq!((redirected.status, answer["errorCode"].as_str()), (307, "SIGN_UP_NOT_ENABLED"));
}
