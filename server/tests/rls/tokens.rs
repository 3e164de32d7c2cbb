//! The tokens that are accepted. Each refusal here is a known attack.

use super::signing::{AUDIENCE, ISSUER, SIGNER, Signer, USER, VERIFIER, content, document, expected, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Algorithm, Expected, KeysError, Verifier, VerifyError};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn refusal(result: Result<identity::Claims, VerifyError>) -> VerifyError {
    result.expect_err("the token should have been refused")
}

fn with(field: &str, value: Value) -> Value {
    let mut claims = content(USER);
    claims[field] = value;
    claims
}

fn without(field: &str) -> Value {
    let mut claims = content(USER);
    claims.as_object_mut().unwrap().remove(field);
    claims
}

#[test]
fn a_valid_token_is_accepted() {
    let claims = verify(&content(USER)).unwrap();
    assert_eq!(claims.subject(), USER);
    assert_eq!(claims.name(), Some("Ada"));
    assert_eq!(claims.email(), Some("ada@example.com"));
    assert!(claims.email_verified());
    assert!(claims.expires_at() > time::OffsetDateTime::now_utc());
    assert!(!format!("{claims:?}").contains("ada@example.com"), "logs must not get the address");
}

#[test]
fn optional_claims_may_be_missing() {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let bare = json!({"sub": USER, "iss": ISSUER, "aud": AUDIENCE, "exp": now + 60, "name": null, "email": 7});
    let claims = verify(&bare).unwrap();
    assert_eq!((claims.name(), claims.email(), claims.email_verified()), (None, None, false));
}

#[test]
fn a_verified_address_has_two_spellings() {
    for (one, other, verified) in [
        (json!(true), json!(null), true),
        (json!(null), json!(true), true),
        (json!(true), json!(true), true),
        (json!(true), json!(false), true),
        (json!(false), json!(true), false),
        (json!(null), json!(null), false),
        (json!("true"), json!(null), false),
        (json!(null), json!(1), false),
    ] {
        let mut claims = with("email_verified", one);
        claims["emailVerified"] = other;
        assert_eq!(verify(&claims).unwrap().email_verified(), verified, "{claims}");
    }
}

#[test]
fn required_claims_are_compared() {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    for (claims, reason) in [
        (without("exp"), "malformed"),
        (without("iss"), "malformed"),
        (without("sub"), "malformed"),
        (without("aud"), "missing claim"),
        (with("iss", json!(format!("{ISSUER}/"))), "issuer"),
        (with("iss", json!("https://api.stack-auth.com/api/v1/projects-restricted-users/x")), "issuer"),
        (with("iss", json!([ISSUER])), "malformed"),
        (with("aud", json!("another-project")), "audience"),
        (with("aud", json!(format!("{AUDIENCE}:anon"))), "audience"),
        (with("project_id", json!("another-project")), "project"),
        (with("branch_id", json!("preview")), "branch"),
        (with("is_anonymous", json!(true)), "anonymous or restricted user"),
        (with("is_restricted", json!(true)), "anonymous or restricted user"),
        (with("is_restricted", json!("true")), "anonymous or restricted user"),
        (with("sub", json!("")), "subject"),
        (with("sub", json!("a\u{0}b")), "subject"),
        (with("sub", json!("x".repeat(256))), "subject"),
        (with("sub", json!(7)), "malformed"),
        (with("exp", json!("tomorrow")), "malformed"),
        (with("nbf", json!(now + 3600)), "not valid yet"),
    ] {
        assert_eq!(refusal(verify(&claims)), VerifyError::Refused(reason), "{claims}");
    }
}

#[test]
fn an_expired_token_is_reported_as_expired() {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    assert_eq!(refusal(verify(&with("exp", json!(now - 60)))), VerifyError::Expired);
    assert!(verify(&with("exp", json!(now - 2))).is_ok(), "clocks differ a little");
}

#[test]
fn a_forged_signature_is_refused() {
    let refused = |token: &str| refusal(VERIFIER.verify(token));
    let forger = Signer::es256("k1");
    assert_eq!(refused(&forger.sign(&content(USER))), VerifyError::Refused("signature"));

    let honest = SIGNER.sign(&content(USER));
    let (signed, signature) = honest.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode(content("other-user").to_string());
    assert_eq!(refused(&format!("{header}.{other}.{signature}")), VerifyError::Refused("signature"));
    assert_eq!(refused(&format!("{signed}.")), VerifyError::Refused("signature"));
}

#[test]
fn the_header_does_not_choose_the_algorithm() {
    let payload = URL_SAFE_NO_PAD.encode(content(USER).to_string());

    for alg in ["none", "None", "NONE", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": "k1"}).to_string());
        for signature in ["", "AAAA"] {
            let token = format!("{header}.{payload}.{signature}");
            assert_eq!(refusal(VERIFIER.verify(&token)), VerifyError::Refused("malformed"), "{alg}");
        }
    }

    let header = Header { kid: Some("k1".into()), ..Header::new(jsonwebtoken::Algorithm::HS256) };
    for secret in [SIGNER.public_key.clone(), SIGNER.jwk.to_string().into_bytes(), document(&[&SIGNER])] {
        let token = jsonwebtoken::encode(&header, &content(USER), &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(refusal(VERIFIER.verify(&token)), VerifyError::Refused("algorithm"));
    }
}

#[test]
fn keys_of_another_algorithm_are_ignored() {
    let (ours, longer, other) = (Signer::es256("k1"), Signer::es384("k2"), Signer::eddsa("k3"));
    let verifier = Verifier::new(expected());
    assert_eq!(verifier.replace_keys(&document(&[&longer, &ours, &other])), Ok(1));
    assert!(verifier.verify(&ours.sign(&content(USER))).is_ok());
    for signer in [longer, other] {
        assert_eq!(refusal(verifier.verify(&signer.sign(&content(USER)))), VerifyError::Refused("algorithm"));
    }

    let ed25519 = Signer::eddsa("k1");
    let managed =
        Verifier::new(Expected { algorithm: Algorithm::EdDsa, project_id: None, branch_id: None, ..expected() });
    managed.replace_keys(&document(&[&ed25519, &ours])).unwrap();
    assert!(managed.verify(&ed25519.sign(&content(USER))).is_ok());
    assert_eq!(refusal(managed.verify(&ours.sign(&content(USER)))), VerifyError::Refused("algorithm"));
}

#[test]
fn keys_are_found_by_id_and_rotate() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let verifier = Verifier::new(expected());
    assert_eq!(refusal(verifier.verify(&old.sign(&content(USER)))), VerifyError::UnknownKey);
    verifier.replace_keys(&document(&[&old])).unwrap();
    assert!(verifier.verify(&old.sign(&content(USER))).is_ok());
    assert_eq!(refusal(verifier.verify(&new.sign(&content(USER)))), VerifyError::UnknownKey);
    assert_eq!(verifier.replace_keys(&document(&[&old, &new])), Ok(2));
    assert!(verifier.verify(&new.sign(&content(USER))).is_ok());
    verifier.replace_keys(&document(&[&new])).unwrap();
    assert_eq!(refusal(verifier.verify(&old.sign(&content(USER)))), VerifyError::UnknownKey);

    let header = Header::new(jsonwebtoken::Algorithm::HS256);
    let without_id = jsonwebtoken::encode(&header, &content(USER), &EncodingKey::from_secret(b"x")).unwrap();
    assert_eq!(refusal(verifier.verify(&without_id)), VerifyError::Refused("algorithm"));
}

#[test]
fn a_remembered_token_is_refused_once_its_key_is_gone() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let verifier = old.verifier();
    let token = old.sign(&content(USER));
    assert!(verifier.verify(&token).is_ok() && verifier.verify(&token).is_ok());
    verifier.replace_keys(&document(&[&new])).unwrap();
    assert_eq!(refusal(verifier.verify(&token)), VerifyError::UnknownKey);
}

#[test]
fn a_remembered_token_is_refused_once_it_expires() {
    // Two seconds before the end of the allowed clock difference.
    let token = SIGNER.sign(&with("exp", json!(time::OffsetDateTime::now_utc().unix_timestamp() - 8)));
    assert!(VERIFIER.verify(&token).is_ok());
    let deadline = Instant::now() + Duration::from_secs(10);
    while VERIFIER.verify(&token).is_ok() {
        assert!(Instant::now() < deadline, "it is accepted for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(refusal(VERIFIER.verify(&token)), VerifyError::Expired);
}

#[test]
fn a_key_with_a_short_coordinate_verifies() {
    let signer = Signer::es256_short("k1");
    assert!(signer.jwk["x"].as_str().unwrap().len() < 43 || signer.jwk["y"].as_str().unwrap().len() < 43);
    assert!(signer.verifier().verify(&signer.sign(&content(USER))).is_ok());
}

#[test]
fn a_broken_key_document_changes_no_key() {
    let signer = Signer::es256("k1");
    let verifier = signer.verifier();
    let many: Vec<Value> = (0..33).map(|_| signer.jwk.clone()).collect();
    let mut too_long = signer.jwk.clone();
    too_long["x"] = json!(URL_SAFE_NO_PAD.encode([1; 33]));
    for (broken, error) in [
        (b"".to_vec(), KeysError::Malformed),
        (b"<html>".to_vec(), KeysError::Malformed),
        (b"{\"keys\":[]}".to_vec(), KeysError::NoUsableKey),
        (b"{\"keys\":[7, null, {\"kty\":\"EC\"}]}".to_vec(), KeysError::NoUsableKey),
        (json!({"keys": [too_long]}).to_string().into_bytes(), KeysError::NoUsableKey),
        (json!({ "keys": many }).to_string().into_bytes(), KeysError::TooLarge),
        (vec![b' '; 65 * 1024], KeysError::TooLarge),
    ] {
        assert_eq!(verifier.replace_keys(&broken), Err(error));
        assert!(verifier.verify(&signer.sign(&content(USER))).is_ok());
    }
}

#[test]
fn malformed_tokens_are_refused() {
    assert_eq!(refusal(verify(&with("name", json!("x".repeat(100_000))))), VerifyError::Refused("too long"));
    for token in ["", ".", "..", "...", "a.b.c", "e30.e30.e30", "\u{0}.\u{0}.\u{0}", "é.é.é"] {
        assert_eq!(refusal(VERIFIER.verify(token)), VerifyError::Refused("malformed"), "{token}");
    }
}
