//! Access tokens and their keys, as seen by a verifier that pins issuer, audience and keys.

use super::{Auth, send, text};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{Algorithm, Expected, Verifier, VerifyError};
use reqwest::Method;
use serde_json::{Value, json};

pub fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// Returns a verifier like the app's, with the keys that are published now.
async fn verifier(auth: &Auth, query: &str) -> Verifier {
    let project = &auth.running.project_id;
    let verifier = Verifier::new(Expected {
        issuer: format!("{}/api/v1/projects/{project}", auth.running.origin),
        audience: project.clone(),
        algorithm: Algorithm::Es256,
        project_id: Some(project.clone()),
        branch_id: Some("main".to_owned()),
    });
    verifier.replace_keys(auth.jwks(query).await.text.as_bytes()).unwrap();
    verifier
}

#[tokio::test]
async fn token_has_the_recorded_claims_and_verifies() {
    let (auth, ada) = Auth::with_ada().await;
    let token = &*ada.access;
    let claims = claims(token);
    let mut names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = "aud branch_id email email_verified exp iat is_anonymous is_restricted iss name project_id \
                    refresh_token_id restricted_reason role selected_team_id sub";
    assert_eq!(names.join(" "), expected);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert_eq!(claims["sub"], ada.id);
    assert_eq!(claims["role"], "authenticated");
    assert_eq!(header(token)["kid"], auth.jwks("").await.json()["keys"][0]["kid"], "the first key signs");
    assert!(header(token).get("typ").is_none());

    let verified = verifier(&auth, "").await.verify(token).unwrap();
    assert_eq!(verified.subject(), ada.id);
    assert_eq!(verified.email(), Some("ada@example.com"));
}

#[tokio::test]
async fn key_set_grows_by_audience() {
    let auth = Auth::start().await;
    let plain = auth.jwks("").await;
    assert_eq!(plain.header("cache-control"), Some("public, max-age=3600"));
    let count = |answer: super::Answer| answer.json()["keys"].as_array().unwrap().len();
    assert_eq!(count(plain), 2);
    assert_eq!(count(auth.jwks("?include_restricted=true").await), 4);
    assert_eq!(count(auth.jwks("?include_anonymous=true").await), 6);
    let path = "/projects/00000000-0000-4000-8000-000000000000/.well-known/jwks.json";
    let unknown = send(auth.http.get(auth.url(path))).await;
    assert_eq!((unknown.status, unknown.text.as_str()), (404, "Project not found"));
}

#[tokio::test]
async fn restricted_and_anonymous_tokens_have_another_issuer_audience_and_key() {
    let (auth, ada) = Auth::with_ada().await;
    let project = auth.running.project_id.clone();
    for (audience, segment, suffix) in
        [("restricted", "projects-restricted-users", "restricted"), ("anonymous", "projects-anonymous-users", "anon")]
    {
        let token = auth.issue(&ada, json!({ "audience": audience })).await;
        let claims = claims(&token);
        assert_eq!(claims["iss"], format!("{}/api/v1/{segment}/{project}", auth.running.origin));
        assert_eq!(claims["aud"], format!("{project}:{suffix}"));
        assert_eq!(claims["is_restricted"], true);
        assert!(matches!(verifier(&auth, "").await.verify(&token), Err(VerifyError::UnknownKey)));
        let with_all_keys = verifier(&auth, "?include_anonymous=true").await;
        assert!(matches!(with_all_keys.verify(&token), Err(VerifyError::Refused(_))), "{audience}");
        let me = auth.me(&token).await;
        match audience {
            "restricted" => me.assert_known(403, "RESTRICTED_USER_NOT_ALLOWED"),
            _ => me.assert_known(401, "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED"),
        }
        let allowed = auth.user(Method::GET, "/users/me", &token);
        send(allowed.header("x-stack-allow-anonymous-user", "true")).await.assert_ok();
    }
}

#[tokio::test]
async fn user_with_an_unverified_address_is_restricted_where_required() {
    let auth = Auth::start().await;
    auth.change(json!({ "require_email_verification": true })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let claims = claims(&ada.access);
    assert_eq!(claims["restricted_reason"], json!({ "type": "email_not_verified" }));
    assert_eq!(claims["aud"], format!("{}:restricted", auth.running.project_id));
}

#[tokio::test]
async fn old_keys_do_not_verify_tokens_after_a_rotation() {
    let (auth, ada) = Auth::with_ada().await;
    let old_keys = verifier(&auth, "").await;
    auth.local(Method::POST, "/keys", json!({ "keep_former": true })).await;
    let renewed = auth.renew(&ada.refresh).await;
    assert!(matches!(old_keys.verify(&renewed), Err(VerifyError::UnknownKey)));
    let new_keys = verifier(&auth, "").await;
    assert!(new_keys.verify(&renewed).is_ok());
    assert!(new_keys.verify(&ada.access).is_ok(), "the former key is still published");

    auth.local(Method::POST, "/keys", json!({})).await;
    assert!(matches!(verifier(&auth, "").await.verify(&ada.access), Err(VerifyError::UnknownKey)));
    auth.me(&ada.access).await.assert_known(401, "UNPARSABLE_ACCESS_TOKEN");
}

#[tokio::test]
async fn short_coordinate_is_published_unpadded_and_verifies() {
    let (auth, ada) = Auth::with_ada().await;
    auth.local(Method::POST, "/keys", json!({ "short_coordinate": true })).await;
    let x = text(&auth.jwks("").await.json()["keys"][0]["x"]);
    assert!(URL_SAFE_NO_PAD.decode(x).unwrap().len() < 32);
    let renewed = auth.renew(&ada.refresh).await;
    assert!(verifier(&auth, "").await.verify(&renewed).is_ok());
}

#[tokio::test]
async fn garbage_and_forged_tokens_are_not_parsable() {
    let (auth, ada) = Auth::with_ada().await;
    let token = &*ada.access;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut claims = claims(token);
    claims["email"] = json!("root@example.com");
    let (header, _) = signed.split_once('.').unwrap();
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"x"}"#);
    let forged = URL_SAFE_NO_PAD.encode(claims.to_string());
    for bad in [
        "garbage".to_owned(),
        format!("{header}.{forged}.{signature}"),
        format!("{unsigned}.{forged}."),
        format!("{signed}."),
    ] {
        auth.me(&bad).await.assert_known(401, "UNPARSABLE_ACCESS_TOKEN");
    }
    let bearer = auth.client(Method::GET, "/users/me").bearer_auth(token);
    send(bearer).await.assert_known(400, "CANNOT_GET_OWN_USER_WITHOUT_USER");
}
