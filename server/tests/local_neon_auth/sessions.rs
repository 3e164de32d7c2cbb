//! Refresh, expiry, sign-out, and the sessions of deleted users.

use super::{Auth, PASSWORD, User, send, text};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn sign_out(auth: &Auth, access_token: &str) -> super::Answer {
    send(auth.user(Method::DELETE, "/auth/sessions/current", access_token)).await
}

#[tokio::test]
async fn refresh_token_is_not_rotated_and_serves_parallel_calls() {
    let (auth, ada) = Auth::with_ada().await;
    for answer in join_all((0..10).map(|_| auth.refresh(&ada.refresh))).await {
        answer.assert_ok();
        let body = answer.json();
        assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["access_token"]);
    }
}

#[tokio::test]
async fn expired_token_is_refused_and_renewed() {
    let (auth, ada) = Auth::with_ada().await;
    let expired = auth.issue(&ada, json!({ "lifetime_seconds": -1 })).await;
    let refused = auth.me(&expired).await;
    refused.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    assert!(refused.json()["details"]["expired_at_millis"].is_i64());

    // An expired token fails every call that carries it, even a refresh.
    let with_expired = auth.user(Method::POST, "/auth/sessions/current/refresh", &expired);
    send(with_expired.header("x-stack-refresh-token", &ada.refresh)).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    auth.me(&auth.renew(&ada.refresh).await).await.assert_ok();
}

#[tokio::test]
async fn new_name_is_in_the_next_token() {
    let (auth, ada) = Auth::with_ada().await;
    let renamed = auth.update_me(&ada.access, json!({ "display_name": "Ada" })).await;
    assert_eq!(renamed.json()["display_name"], "Ada");
    assert_eq!(super::tokens::claims(&auth.renew(&ada.refresh).await)["name"], "Ada");
}

#[tokio::test]
async fn sign_out_ends_the_refresh_token_but_not_the_access_token() {
    let (auth, ada) = Auth::with_ada().await;
    sign_out(&auth, &ada.access).await.assert_ok();
    auth.refresh(&ada.refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    auth.me(&ada.access).await.assert_ok();
    sign_out(&auth, &ada.access).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
}

#[tokio::test]
async fn sign_out_needs_a_valid_access_token() {
    let (auth, ada) = Auth::with_ada().await;
    let bare = || auth.client(Method::DELETE, "/auth/sessions/current");
    for request in [bare(), bare().header("x-stack-refresh-token", &ada.refresh)] {
        send(request).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    }
    let expired = auth.issue(&ada, json!({ "lifetime_seconds": -1 })).await;
    sign_out(&auth, &expired).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    auth.refresh(&ada.refresh).await.assert_ok();
}

#[tokio::test]
async fn deleted_user_has_a_token_but_no_account() {
    let (auth, ada) = Auth::with_ada().await;
    let path = format!("/users/{}", ada.id);
    assert_eq!(send(auth.server(Method::DELETE, &path)).await.json(), json!({ "success": true }));
    auth.me(&ada.access).await.assert_known(400, "CANNOT_GET_OWN_USER_WITHOUT_USER");
    auth.refresh(&ada.refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    send(auth.server(Method::GET, &path)).await.assert_known(404, "USER_NOT_FOUND");
    send(auth.server(Method::DELETE, &path)).await.assert_known(404, "USER_NOT_FOUND");
    sign_out(&auth, &ada.access).await.assert_ok();
    auth.sign_up("ada@example.com").await;
}

#[tokio::test]
async fn own_deletion_needs_the_server_key_unless_the_project_allows_it() {
    let (auth, ada) = Auth::with_ada().await;
    let refused = send(auth.user(Method::DELETE, "/users/me", &ada.access)).await;
    assert_eq!((refused.status, refused.code()), (400, None), "{refused:?}");
    let with_key = auth.server(Method::DELETE, "/users/me").header("x-stack-access-token", &ada.access);
    send(with_key).await.assert_ok();

    auth.change(json!({ "client_user_deletion_enabled": true })).await;
    let grace = auth.sign_up("grace@example.com").await;
    send(auth.user(Method::DELETE, "/users/me", &grace.access)).await.assert_ok();
}

#[tokio::test]
async fn refresh_token_of_another_project_is_unknown() {
    let (auth, ada) = Auth::with_ada().await;
    let other = auth.local(Method::POST, "/projects", Value::Null).await.json();
    let foreign = |request: reqwest::RequestBuilder| {
        request
            .header("x-stack-access-type", "client")
            .header("x-stack-project-id", text(&other["project_id"]))
            .header("x-stack-publishable-client-key", text(&other["publishable_client_key"]))
    };
    let refresh = foreign(auth.http.post(auth.url("/auth/sessions/current/refresh")));
    let refresh = refresh.header("x-stack-refresh-token", &ada.refresh);
    send(refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    let me = foreign(auth.http.get(auth.url("/users/me"))).header("x-stack-access-token", &ada.access);
    send(me).await.assert_known(401, "INVALID_PROJECT_FOR_ACCESS_TOKEN");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let here = User::read(&auth.try_sign_in("ada@example.com", PASSWORD).await);
    let items = send(auth.user(Method::GET, "/auth/sessions?user_id=me", &here.access)).await.json()["items"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(items.len(), 2);
    for item in items {
        let path = format!("/auth/sessions/{}?user_id=me", text(&item["id"]));
        let ended = send(auth.user(Method::DELETE, &path, &here.access)).await;
        match item["is_current_session"].as_bool() {
            Some(true) => ended.assert_known(400, "CANNOT_DELETE_CURRENT_SESSION"),
            _ => ended.assert_ok(),
        }
    }
    auth.refresh(&here.refresh).await.assert_ok();
}
