//! The user that an identity of a provider becomes. Unverified addresses must not be trusted.

use super::{Auth, octo, query, text};
use crate::local_neon_auth::{PASSWORD, send};
use reqwest::Method;
use serde_json::{Value, json};

const ADA: [(&str, &str); 3] = [("account_id", "ada-1"), ("email", "ada@example.com"), ("email_verified", "on")];
const CONFLICT: &str = "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE";

#[tokio::test]
async fn unverified_password_account_blocks_its_address() {
    let auth = Auth::start().await;
    auth.sign_up("ada@example.com").await;
    let answer = auth.come_back(&[("error_redirect_uri", "http://localhost:3000/auth/error")], &ADA).await;
    assert_eq!(answer.status, 307, "{answer:?}");
    let told = query(answer.location());
    assert_eq!(told["errorCode"], CONFLICT);
    let details: Value = serde_json::from_str(&told["details"]).unwrap();
    let expected = json!({
        "type": "email", "contact_channel_value": "ada@example.com", "would_work_if_email_was_verified": true
    });
    assert_eq!(details, expected);
    let message = "This email \"(ada@example.com)\" is already used for authentication by another account but the \
                   email is not verified. Please login to your existing account with the method you used to sign up, \
                   and then verify your email to sign in with this login method.";
    assert_eq!(told["message"], message);
    assert!(!told.contains_key("state") && !told.contains_key("error"));
    auth.come_back(&[], &ADA).await.assert_known(409, CONFLICT);
}

#[tokio::test]
async fn verified_account_is_joined_by_a_verified_identity() {
    let (auth, ada) = Auth::with_ada().await;
    let path = format!("/users/{}", ada.id);
    send(auth.server(Method::PATCH, &path).json(&json!({ "primary_email_verified": true }))).await.assert_ok();
    auth.come_back(&[], &[ADA[0], ADA[1]]).await.assert_known(409, CONFLICT);

    let tokens = auth.sign_in_as(&ADA).await;
    assert_eq!(tokens["is_new_user"], false);
    let user = auth.user_of(&tokens).await;
    assert_eq!(user["id"], ada.id);
    assert_eq!((&user["has_password"], &user["oauth_providers"][0]["account_id"]), (&json!(true), &json!("ada-1")));
}

#[tokio::test]
async fn identity_without_an_address_makes_an_account() {
    let auth = Auth::start().await;
    let user = auth.user_of(&auth.sign_in_as(&[("account_id", "octo-1")]).await).await;
    assert_eq!((&user["primary_email"], &user["primary_email_verified"]), (&Value::Null, &json!(false)));
    let other = auth.user_of(&auth.sign_in_as(&[("account_id", "octo-2")]).await).await;
    assert_ne!(user["id"], other["id"]);
}

#[tokio::test]
async fn address_of_a_provider_cannot_sign_up_with_a_password() {
    let auth = Auth::start().await;
    auth.sign_in_as(&ADA).await;
    auth.try_sign_up("ada@example.com", PASSWORD).await.assert_known(409, "USER_EMAIL_ALREADY_EXISTS");
    auth.try_sign_in("ada@example.com", PASSWORD).await.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
}

#[tokio::test]
async fn directory_has_a_new_user_before_the_account_is_attached() {
    let auth = Auth::start().await;
    let user = auth.user_of(&auth.sign_in_as(&octo()).await).await;
    let query = "select name, raw_json -> 'oauth_providers' from neon_auth.users_sync where id::text = $1";
    let row: (Option<String>, Value) =
        sqlx::query_as(query).bind(text(&user["id"])).fetch_one(&auth.database.superuser).await.unwrap();
    assert_eq!(row, (Some("Octo".to_owned()), json!([])));
}
