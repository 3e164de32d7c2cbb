//! Generated tokens: no malformed one is accepted, and none causes a panic. `tokens` tests the reasons of refusals.

use super::signing::{AUDIENCE, ISSUER, SIGNER, USER, VERIFIER, content, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::sync::LazyLock;
use time::OffsetDateTime;

static TOKEN: LazyLock<String> = LazyLock::new(|| SIGNER.sign(&content(USER)));

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["", "main", "k1", "ES256", "none", "JWT", "authenticated", ISSUER, AUDIENCE, USER])
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("alg|kid|typ|jwk|crit|b64|sub|aud|type", inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

proptest! {
    #[test]
    fn no_token_without_a_valid_signature_is_accepted(
        noise in any::<String>(),
        dotted in "[A-Za-z0-9_=-]{0,9}([.][A-Za-z0-9_=-]{0,9}){0,4}",
        header in any_json(),
        claims in any_json(),
        signature in any::<Vec<u8>>(),
    ) {
        let mut named = json!({"alg": "ES256", "kid": "k1", "typ": "JWT"});
        if let (Some(named), Some(header)) = (named.as_object_mut(), header.as_object()) {
            named.extend(header.clone());
        }
        let mut tokens = vec![noise, dotted];
        for header in [&header, &named] {
            for claims in [&claims, &content(USER)] {
                tokens.push(format!("{}.{}.{}", encoded(header), encoded(claims), URL_SAFE_NO_PAD.encode(&signature)));
            }
        }
        for token in tokens {
            prop_assert!(VERIFIER.verify(&token).is_err(), "{token}");
        }
    }

    #[test]
    fn a_token_that_is_changed_anywhere_is_refused(at in any::<Index>(), other in "[A-Za-z0-9_.=-]|\\PC|[ \\n\\x00]") {
        prop_assert!(VERIFIER.verify(&TOKEN).is_ok());
        let at = at.index(TOKEN.len());
        let (before, after) = TOKEN.split_at(at);
        let replaced = format!("{before}{other}{}", &after[1..]);
        prop_assert!(replaced == *TOKEN || VERIFIER.verify(&replaced).is_err(), "{replaced}");
        for changed in [before, after, &format!("{before}{other}{after}"), &format!("{}{other}", *TOKEN)] {
            prop_assert!(changed == *TOKEN || VERIFIER.verify(changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn a_signed_token_is_accepted_exactly_if_its_claims_are_valid(
        name in "sub|iss|aud|exp|iat|project_id|branch_id|role|is_anonymous|is_restricted|name|email|email_verified|emailVerified|x_[a-z]{1,6}",
        value in prop_oneof![any_json(), "[a-z\\x00-\\x20]{0,4}".prop_map(Value::from)],
    ) {
        let mut claims = content(USER);
        claims[&name] = value;
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let (text, unset) = (|name: &str| claims[name].as_str(), |name: &str| claims[name].is_null());
        let is_for_us = match &claims["aud"] {
            Value::Array(all) => all.iter().all(Value::is_string) && all.contains(&json!(AUDIENCE)),
            one => one == AUDIENCE,
        };
        let is_good = text("sub").is_some_and(|sub| (1..=255).contains(&sub.len()) && !sub.chars().any(char::is_control))
            && text("iss") == Some(ISSUER)
            && is_for_us
            && claims["exp"].as_i64().is_some_and(|exp| exp >= now && OffsetDateTime::from_unix_timestamp(exp).is_ok())
            && (unset("project_id") || text("project_id") == Some(AUDIENCE))
            && (unset("branch_id") || text("branch_id") == Some("main"))
            && (unset("role") || text("role") == Some("authenticated"))
            && ["is_anonymous", "is_restricted"].iter().all(|flag| unset(flag) || claims[*flag] == false);
        match verify(&claims) {
            Ok(accepted) => {
                prop_assert!(is_good, "{claims}");
                prop_assert_eq!(accepted.subject(), claims["sub"].as_str().unwrap());
                prop_assert_eq!(accepted.email(), text("email"));
                prop_assert!(accepted.name().is_none_or(|name| !name.is_empty() && text("name").unwrap().contains(name)));
                prop_assert!(!accepted.email_verified() || claims["email_verified"] == true || claims["emailVerified"] == true);
            }
            Err(error) => prop_assert!(!is_good, "{error}: {claims}"),
        }
    }
}
