//! Changes of Neon Auth's signing keys: how soon they are noticed, and at what cost.

use super::browser::World;
use super::double::PROJECT;
use super::signer::Signer;
use axum::response::IntoResponse;
use http::StatusCode;

fn fetches(world: &World) -> usize {
    world.double.calls(&format!("GET /projects/{PROJECT}/.well-known/jwks.json"))
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_believed() {
    let world = World::new().await;
    // The server does this when it starts.
    world.auth.keys.replace().await.unwrap();
    world.double.wishes().lifetime = 0;
    let browser = world.signed_in("ada@example.test").await;
    assert_eq!(fetches(&world), 1);

    world.double.wishes().signers.push(Signer::new("key-2"));
    world.double.wishes().lifetime = 600;
    let people: Vec<_> = (0..10)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.whoami().await })
        })
        .collect();
    for person in people {
        assert_eq!(person.await.unwrap(), "ada@example.test");
    }
    assert_eq!(fetches(&world), 2);
}

#[tokio::test]
async fn a_key_that_nobody_publishes_is_asked_for_once_a_minute() {
    let world = World::new().await;
    world.double.wishes().signers.push(Signer::new("unpublished"));
    world.double.wishes().published = Some(vec![0]);
    for _ in 0..5 {
        let page = world.browser().sign_in("eve@example.test").await;
        assert_eq!(page.told(), "/sign-in?error=unavailable");
    }
    assert_eq!(fetches(&world), 1);
}

#[tokio::test]
async fn a_retired_key_is_forgotten_and_its_tokens_renewed() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    world.double.wishes().signers.push(Signer::new("key-2"));
    world.double.wishes().published = Some(vec![1]);
    world.auth.keys.replace().await.unwrap();
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(world.double.calls("POST /auth/sessions/current/refresh"), 1);
}

#[tokio::test]
async fn keys_at_hand_outlive_an_outage_and_nonsense() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    let answers: [fn() -> axum::response::Response; 3] =
        [|| StatusCode::BAD_GATEWAY.into_response(), || "{\"keys\": []}".into_response(), || "<html>".into_response()];
    for answer in answers {
        world.double.wishes().hostile = Some(answer);
        assert!(world.auth.keys.replace().await.is_err());
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}
