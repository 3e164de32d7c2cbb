//! Responses of Neon Auth: a success, or the refusal that the response names.
//! Nothing of a response goes into a log or an error.

use super::error::{NeonAuthError, Outage, Refusal, Result};
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The wait in seconds when Neon Auth refuses a call because there were too many and does not say how long.
const DEFAULT_RETRY_AFTER: u32 = 60;

/// The longest wait in seconds that a caller is told.
const MAX_RETRY_AFTER: u32 = 60 * 60;

/// Maps an answer to a refusal, by its status and its code if it has one. Each generation has codes of its own.
pub type Classify = fn(StatusCode, Option<&str>) -> Refusal;

/// A response of any status but those of an outage.
pub struct ApiResponse {
    pub status: StatusCode,
    pub is_json: bool,
    /// The time at which Neon Auth says that it responded.
    pub date: Option<OffsetDateTime>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    classify: Classify,
}

impl ApiResponse {
    /// Makes a response of its status and headers, before its body is read. A 5xx is an outage, a 429 a refusal;
    /// everything else is for the caller to read.
    pub fn begin(status: StatusCode, headers: HeaderMap, classify: Classify) -> Result<Self> {
        let status = actual_status(status, &headers);
        if status.is_server_error() {
            return Err(NeonAuthError::Unreachable(Outage::Status(status.as_u16())));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(NeonAuthError::Refused(Refusal::RateLimited { seconds: retry_after(&headers) }));
        }
        let is_json = header_text(&headers, CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
        let date = header_text(&headers, DATE.as_str()).and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        Ok(Self { status, is_json, date, headers, body: Vec::new(), classify })
    }

    /// Parses the body of a success.
    pub fn json<T: DeserializeOwned>(&self, what: &'static str) -> Result<T> {
        self.check()?;
        if !self.is_json {
            return Err(NeonAuthError::InvalidResponse(what));
        }
        serde_json::from_slice(&self.body).map_err(|_| NeonAuthError::InvalidResponse(what))
    }

    /// Returns an error with the refusal that the response names, unless it is a success.
    pub fn check(&self) -> Result<()> {
        if self.status.is_success() { Ok(()) } else { Err(self.refusal()) }
    }

    fn refusal(&self) -> NeonAuthError {
        let code = self.code();
        // Some refusals are plain text or nothing, and a redirect to elsewhere is not followed.
        if code.is_none() && !self.status.is_client_error() {
            return NeonAuthError::InvalidResponse("neither a success nor an error");
        }
        NeonAuthError::Refused((self.classify)(self.status, code.as_deref()))
    }

    /// Returns the code of the error. One generation sends it in a header as well, which takes precedence.
    fn code(&self) -> Option<String> {
        if let Some(code) = header_text(&self.headers, "x-stack-known-error").filter(|code| !code.is_empty()) {
            return Some(code.to_owned());
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        body.get("code")?.as_str().map(str::to_owned)
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the status of the error, which a proxy in between may have asked to be sent as 200 with the real one in a
/// header.
fn actual_status(status: StatusCode, headers: &HeaderMap) -> StatusCode {
    headers
        .get("x-stack-actual-status")
        .and_then(|value| StatusCode::from_bytes(value.as_bytes()).ok())
        .unwrap_or(status)
}

/// Returns how long Neon Auth asks to wait, in seconds. One generation has a header of its own for it.
fn retry_after(headers: &HeaderMap) -> u32 {
    let asked =
        ["retry-after", "x-retry-after"].into_iter().find_map(|name| parse_seconds(header_text(headers, name)?));
    asked.unwrap_or(DEFAULT_RETRY_AFTER).clamp(1, MAX_RETRY_AFTER)
}

/// Parses a number of seconds. One that overflows is the longest wait, and not an unknown one.
fn parse_seconds(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(MAX_RETRY_AFTER))
}

#[cfg(test)]
pub(super) mod tests {
    use super::{ApiResponse, Classify, DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER, retry_after};
    use crate::{NeonAuthError, Outage, Refusal};
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    type Headers<'h> = &'h [(&'static str, &'h str)];

    /// Reads a response from beginning to end, as the wire does it.
    pub fn check(status: u16, headers: Headers<'_>, body: &[u8], classify: Classify) -> Result<(), NeonAuthError> {
        response_of(status, headers, body, classify)?.check()
    }

    fn response_of(
        status: u16,
        headers: Headers<'_>,
        body: &[u8],
        classify: Classify,
    ) -> Result<ApiResponse, NeonAuthError> {
        let pairs = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut response = ApiResponse::begin(StatusCode::from_u16(status).unwrap(), pairs.collect(), classify)?;
        response.body.extend_from_slice(body);
        Ok(response)
    }

    /// Maps three codes, for these tests.
    fn classify(status: StatusCode, code: Option<&str>) -> Refusal {
        match code {
            Some("WRONG") => Refusal::WrongPassword,
            Some("GONE") => Refusal::UserGone,
            None if status == StatusCode::UNAUTHORIZED => Refusal::SessionOver,
            _ => Refusal::Other,
        }
    }

    fn refusal(status: u16, headers: Headers<'_>, body: &Value) -> NeonAuthError {
        check(status, headers, body.to_string().as_bytes(), classify).expect_err("it is a refusal")
    }

    fn rate_limited_for(headers: Headers<'_>) -> u32 {
        match check(429, headers, b"Too many requests.", classify) {
            Err(NeonAuthError::Refused(Refusal::RateLimited { seconds })) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_json_content_types_are_parsed() {
        for (kind, is_read) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("text/html; application/json", false),
        ] {
            let response = response_of(200, &[("content-type", kind)], b"{}", classify).unwrap();
            assert_eq!(response.json::<Value>("an object").is_ok(), is_read, "{kind}");
        }
        assert!(response_of(200, &[], b"{}", classify).unwrap().json::<Value>("an object").is_err());
    }

    #[test]
    fn actual_status_header_overrides_the_status() {
        let actual = |status: u16, actual: &str| check(status, &[("x-stack-actual-status", actual)], b"", classify);
        assert_eq!(actual(200, "401"), Err(NeonAuthError::Refused(Refusal::SessionOver)));
        assert_eq!(actual(200, "503"), Err(NeonAuthError::Unreachable(Outage::Status(503))));
        let limited = Refusal::RateLimited { seconds: DEFAULT_RETRY_AFTER };
        assert_eq!(actual(200, "429"), Err(NeonAuthError::Refused(limited)));
        for nonsense in ["", "abc", "99", "4000", "-401", "401 ", "４０１"] {
            let bytes = HeaderValue::from_bytes(nonsense.as_bytes()).unwrap();
            let headers = HeaderMap::from_iter([(HeaderName::from_static("x-stack-actual-status"), bytes)]);
            assert_eq!(
                ApiResponse::begin(StatusCode::OK, headers, classify).unwrap().status,
                StatusCode::OK,
                "{nonsense:?}"
            );
        }
    }

    #[test]
    fn code_is_an_exact_string_at_the_top_level() {
        let wrong = NeonAuthError::Refused(Refusal::WrongPassword);
        assert_eq!(refusal(400, &[], &json!({"code": "WRONG", "error": "x", "details": {"code": "GONE"}})), wrong);
        assert_eq!(refusal(409, &[], &json!({"message": "x", "code": "WRONG"})), wrong);
        for unknown in ["wrong", " WRONG", "WRONG_", "", "\u{0}"] {
            assert_eq!(refusal(401, &[], &json!({"code": unknown})), NeonAuthError::Refused(Refusal::Other));
        }
        for none in [
            json!({"code": ["WRONG"]}),
            json!({"code": {"WRONG": 1}}),
            json!({"code": 7}),
            json!({"code": null}),
            json!({"Code": "WRONG"}),
            json!({"details": {"code": "WRONG"}}),
            json!(["WRONG"]),
            json!("WRONG"),
            json!({"error": "invalid_request", "error_description": "WRONG"}),
        ] {
            assert_eq!(refusal(401, &[], &none), NeonAuthError::Refused(Refusal::SessionOver), "{none}");
        }
    }

    #[test]
    fn known_error_header_overrides_the_body_code() {
        let known = [("x-stack-known-error", "GONE")];
        for body in [json!({"code": "GONE"}), json!({"code": "WRONG"}), json!({"code": 7}), json!("<html>")] {
            assert_eq!(refusal(401, &known, &body), NeonAuthError::Refused(Refusal::UserGone), "{body}");
        }
        let unknown = refusal(401, &[("x-stack-known-error", "gone")], &json!({"code": "gone"}));
        assert_eq!(unknown, NeonAuthError::Refused(Refusal::Other));
        let empty = refusal(401, &[("x-stack-known-error", "")], &json!({"code": "WRONG"}));
        assert_eq!(empty, NeonAuthError::Refused(Refusal::WrongPassword));
    }

    #[test]
    fn redirects_are_invalid_responses() {
        for status in [100, 304, 307] {
            let response = check(status, &[("location", "https://elsewhere.example")], b"", classify);
            assert!(matches!(response, Err(NeonAuthError::InvalidResponse(_))), "{status} {response:?}");
        }
        assert_eq!(check(204, &[], b"", classify), Ok(()));
    }

    #[test]
    fn retry_after_is_read_from_either_header() {
        assert_eq!(rate_limited_for(&[]), DEFAULT_RETRY_AFTER);
        assert_eq!(rate_limited_for(&[("retry-after", "7")]), 7);
        assert_eq!(rate_limited_for(&[("x-retry-after", "9")]), 9);
        assert_eq!(rate_limited_for(&[("x-retry-after", "9"), ("retry-after", "7")]), 7);
        assert_eq!(rate_limited_for(&[("x-retry-after", "9"), ("retry-after", "soon")]), 9);
        assert_eq!(rate_limited_for(&[("retry-after", "0")]), 1);
        for long in ["86400", "4294967296", "99999999999999999999999999"] {
            assert_eq!(rate_limited_for(&[("retry-after", long)]), MAX_RETRY_AFTER, "{long}");
        }
        for nonsense in ["", "-5", "1.5", "7s", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(rate_limited_for(&[("retry-after", nonsense)]), DEFAULT_RETRY_AFTER, "{nonsense}");
        }
    }

    pub fn any_json() -> impl Strategy<Value = Value> {
        json_of("[A-Z_]{0,8}|\\PC{0,8}", "code|error|message|details|[a-z]{1,4}")
    }

    /// Returns any JSON with texts and names of fields of these patterns.
    pub fn json_of(texts: &'static str, names: &'static str) -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            texts.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names, inner, 0..4).prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn arbitrary_responses_never_leak_into_errors(
            status in 100..1000_u16,
            actual in "([1-9][0-9]{2})?|[ -~]{0,4}",
            noise in any::<Vec<u8>>(),
            json in any_json(),
            depth in 0..400_usize,
        ) {
            let marked = json!({"code": "hunter2", "error": json}).to_string().into_bytes();
            let deep = format!("{}\"hunter2\"{}", "{\"code\":".repeat(depth), "}".repeat(depth)).into_bytes();
            for body in [noise, json.to_string().into_bytes(), marked, deep] {
                let headers = [("content-type", "application/json"), ("x-stack-actual-status", actual.as_str())];
                let status = actual.parse().ok().filter(|_| actual.len() == 3).unwrap_or(status);
                let read = response_of(status, &headers, &body, classify).and_then(|response| response.json::<Value>("an answer"));
                prop_assert!(read.is_err() || (200..300).contains(&status), "{status} is no success");
                let Err(error) = read else { continue };
                for shown in [format!("{error:?}"), error.to_string()] {
                    prop_assert!(!shown.contains("hunter2") && shown.len() < 200, "{shown}");
                }
                prop_assert!(matches!(error, NeonAuthError::Unreachable(_)) == (500..600).contains(&status), "{status} {error:?}");
            }
        }

        #[test]
        fn retry_after_is_clamped(digits in "[0-9]{1,30}", raw in any::<Vec<u8>>()) {
            let seconds = digits.parse::<u128>().map_or(MAX_RETRY_AFTER, |asked| asked.clamp(1, MAX_RETRY_AFTER.into()) as u32);
            prop_assert_eq!(rate_limited_for(&[("retry-after", &digits)]), seconds);
            let Ok(value) = HeaderValue::from_bytes(&raw) else { return Ok(()) };
            let headers = ["retry-after", "x-retry-after"].map(|name| (HeaderName::from_static(name), value.clone()));
            prop_assert!((1..=MAX_RETRY_AFTER).contains(&retry_after(&HeaderMap::from_iter(headers))));
        }
    }
}
