//! Refresh, expiry, sign-out, and the sessions of deleted users.

use super::{Auth, PASSWORD, send, text};
use reqwest::Method;
use serde_json::{Value, json};

async fn sign_out(auth: &Auth, access_token: &str) -> super::Answer {
    let request = auth.client(Method::DELETE, "/auth/sessions/current");
    send(request.header("x-stack-access-token", access_token)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refresh_token_is_not_rotated_and_serves_many_at_once() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let token = text(&ada["refresh_token"]);
    let refreshes = (0..10).map(|_| auth.refresh(&token));
    for answer in futures(refreshes).await {
        answer.assert_ok();
        let body = answer.json();
        assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["access_token"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_expired_token_is_refused_and_a_refresh_brings_another() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let expired = auth.expired_token(&ada).await;
    let refused = auth.me(&expired).await;
    refused.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    assert!(refused.json()["details"]["expired_at_millis"].is_i64());

    // An expired token fails every call that carries it, even a refresh.
    let with_expired = auth
        .client(Method::POST, "/auth/sessions/current/refresh")
        .header("x-stack-access-token", &expired)
        .header("x-stack-refresh-token", text(&ada["refresh_token"]));
    send(with_expired).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    let renewed = auth.refresh(&text(&ada["refresh_token"])).await.json();
    auth.me(&text(&renewed["access_token"])).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_new_name_shows_in_the_next_token() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let rename = auth
        .client(Method::PATCH, "/users/me")
        .header("x-stack-access-token", text(&ada["access_token"]))
        .json(&json!({ "display_name": "Ada" }));
    assert_eq!(send(rename).await.json()["display_name"], "Ada");
    let renewed = auth.refresh(&text(&ada["refresh_token"])).await.json();
    assert_eq!(super::tokens::claims(&text(&renewed["access_token"]))["name"], "Ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn signing_out_ends_the_refresh_token_but_not_the_access_token() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let access_token = text(&ada["access_token"]);
    sign_out(&auth, &access_token).await.assert_ok();
    let refused = auth.refresh(&text(&ada["refresh_token"])).await;
    refused.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    auth.me(&access_token).await.assert_ok();
    sign_out(&auth, &access_token).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn signing_out_needs_a_live_access_token() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let refresh_token = text(&ada["refresh_token"]);
    let bare = auth.client(Method::DELETE, "/auth/sessions/current");
    send(bare).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    let with_refresh = auth.client(Method::DELETE, "/auth/sessions/current");
    let with_refresh = with_refresh.header("x-stack-refresh-token", &refresh_token);
    send(with_refresh).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    let expired = auth.expired_token(&ada).await;
    sign_out(&auth, &expired).await.assert_known(401, "ACCESS_TOKEN_EXPIRED");
    auth.refresh(&refresh_token).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_deleted_user_has_a_token_but_no_account() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let path = format!("/users/{}", text(&ada["user_id"]));
    assert_eq!(send(auth.server(Method::DELETE, &path)).await.json(), json!({ "success": true }));
    auth.me(&text(&ada["access_token"])).await.assert_known(400, "CANNOT_GET_OWN_USER_WITHOUT_USER");
    let refused = auth.refresh(&text(&ada["refresh_token"])).await;
    refused.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    send(auth.server(Method::GET, &path)).await.assert_known(404, "USER_NOT_FOUND");
    send(auth.server(Method::DELETE, &path)).await.assert_known(404, "USER_NOT_FOUND");
    sign_out(&auth, &text(&ada["access_token"])).await.assert_ok();
    auth.sign_up("ada@example.com").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn deleting_oneself_needs_the_server_key_unless_the_project_allows_it() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let token = text(&ada["access_token"]);
    let delete = |request: reqwest::RequestBuilder| send(request.header("x-stack-access-token", &token));
    let refused = delete(auth.client(Method::DELETE, "/users/me")).await;
    assert_eq!((refused.status, refused.code()), (400, None), "{refused:?}");
    delete(auth.server(Method::DELETE, "/users/me")).await.assert_ok();

    auth.change(json!({ "client_user_deletion_enabled": true })).await;
    let grace = auth.sign_up("grace@example.com").await;
    let request = auth.client(Method::DELETE, "/users/me").header("x-stack-access-token", text(&grace["access_token"]));
    send(request).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refresh_token_of_another_project_is_unknown() {
    let auth = Auth::start().await;
    let ada = auth.sign_up("ada@example.com").await;
    let other = auth.local(Method::POST, "/projects", Value::Null).await.json();
    let foreign = |request: reqwest::RequestBuilder| {
        request
            .header("x-stack-access-type", "client")
            .header("x-stack-project-id", text(&other["project_id"]))
            .header("x-stack-publishable-client-key", text(&other["publishable_client_key"]))
    };
    let refresh = foreign(auth.http.post(auth.url("/auth/sessions/current/refresh")));
    let refresh = refresh.header("x-stack-refresh-token", text(&ada["refresh_token"]));
    send(refresh).await.assert_known(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED");
    let me = foreign(auth.http.get(auth.url("/users/me"))).header("x-stack-access-token", text(&ada["access_token"]));
    send(me).await.assert_known(401, "INVALID_PROJECT_FOR_ACCESS_TOKEN");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sessions_are_listed_and_ended_one_by_one() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let here = send(auth.try_sign_in("ada@example.com", PASSWORD)).await.json();
    let token = text(&here["access_token"]);
    let list = auth.client(Method::GET, "/auth/sessions?user_id=me").header("x-stack-access-token", &token);
    let items = send(list).await.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    for item in items {
        let path = format!("/auth/sessions/{}?user_id=me", text(&item["id"]));
        let ended = send(auth.client(Method::DELETE, &path).header("x-stack-access-token", &token)).await;
        match item["is_current_session"].as_bool() {
            Some(true) => ended.assert_known(400, "CANNOT_DELETE_CURRENT_SESSION"),
            _ => ended.assert_ok(),
        }
    }
    auth.refresh(&text(&here["refresh_token"])).await.assert_ok();
}

impl Auth {
    async fn expired_token(&self, user: &Value) -> String {
        let wanted = json!({ "user_id": user["user_id"], "lifetime_seconds": -1 });
        text(&self.local(Method::POST, "/tokens", wanted).await.json()["access_token"])
    }
}

/// Runs all futures concurrently.
pub async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).map(Some).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (slot, result) in waiting.iter_mut().zip(&mut done) {
            if let Some(future) = slot
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *result = Some(value);
                *slot = None;
            }
        }
        match done.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
