//! What Neon Auth answered: a success, or the problem that the answer names.
//! Nothing of an answer goes into a log or an error.

use super::error::{NeonAuthError, Outage, Problem};
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Seconds, when Neon Auth refuses a call because there were too many and does not say how long.
const USUAL_WAIT: u32 = 60;

/// Seconds. A caller is never told to wait longer.
const LONGEST_WAIT: u32 = 60 * 60;

/// What a refusal means, by its status and its code if it has one. Each generation has codes of its own.
pub type Named = fn(StatusCode, Option<&str>) -> Problem;

/// Whatever its status, if it is not one of an outage.
pub struct Answer {
    pub status: StatusCode,
    pub is_json: bool,
    /// When the other side says that it answered.
    pub date: Option<OffsetDateTime>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    named: Named,
}

impl Answer {
    /// Before its body is there. A 5xx is an outage, a 429 a problem; everything else is the caller's to read.
    pub fn begin(status: StatusCode, headers: HeaderMap, named: Named) -> Result<Self, NeonAuthError> {
        let status = actual_status(status, &headers);
        if status.is_server_error() {
            return Err(NeonAuthError::Unreachable(Outage::Status(status.as_u16())));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(NeonAuthError::Problem(Problem::RateLimited { seconds: wait(&headers) }));
        }
        let is_json = text(&headers, CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
        let date = text(&headers, DATE.as_str()).and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        Ok(Self { status, is_json, date, headers, body: Vec::new(), named })
    }

    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, NeonAuthError> {
        self.check()?;
        if !self.is_json {
            return Err(NeonAuthError::InvalidResponse(what));
        }
        serde_json::from_slice(&self.body).map_err(|_| NeonAuthError::InvalidResponse(what))
    }

    /// A success, or the problem that the answer names.
    pub fn check(&self) -> Result<(), NeonAuthError> {
        if self.status.is_success() { Ok(()) } else { Err(self.problem()) }
    }

    fn problem(&self) -> NeonAuthError {
        let code = self.code();
        // Some refusals are plain text or nothing, and a redirect to elsewhere is not followed.
        if code.is_none() && !self.status.is_client_error() {
            return NeonAuthError::InvalidResponse("neither a success nor an error");
        }
        NeonAuthError::Problem((self.named)(self.status, code.as_deref()))
    }

    /// One generation says it in a header as well, which decides.
    fn code(&self) -> Option<String> {
        if let Some(code) = text(&self.headers, "x-stack-known-error").filter(|code| !code.is_empty()) {
            return Some(code.to_owned());
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        body.get("code")?.as_str().map(str::to_owned)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Something between us and Neon Auth may have asked for errors to be dressed as 200; the real status is beside it.
fn actual_status(status: StatusCode, headers: &HeaderMap) -> StatusCode {
    headers
        .get("x-stack-actual-status")
        .and_then(|value| StatusCode::from_bytes(value.as_bytes()).ok())
        .unwrap_or(status)
}

/// How long Neon Auth asks us to wait. One generation has a header of its own for it.
fn wait(headers: &HeaderMap) -> u32 {
    let named = ["retry-after", "x-retry-after"].into_iter().find_map(|name| seconds(text(headers, name)?));
    named.unwrap_or(USUAL_WAIT).clamp(1, LONGEST_WAIT)
}

/// More than can be counted is long, and not unknown.
fn seconds(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(LONGEST_WAIT))
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Answer, LONGEST_WAIT, Named, USUAL_WAIT, wait};
    use crate::{NeonAuthError, Outage, Problem};
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    type Headers<'h> = &'h [(&'static str, &'h str)];

    /// Read from beginning to end, as the wire does it.
    pub fn check(status: u16, headers: Headers<'_>, body: &[u8], named: Named) -> Result<(), NeonAuthError> {
        whole(status, headers, body, named)?.check()
    }

    fn whole(status: u16, headers: Headers<'_>, body: &[u8], named: Named) -> Result<Answer, NeonAuthError> {
        let pairs = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut answer = Answer::begin(StatusCode::from_u16(status).unwrap(), pairs.collect(), named)?;
        answer.body.extend_from_slice(body);
        Ok(answer)
    }

    /// A table of codes that knows three.
    fn named(status: StatusCode, code: Option<&str>) -> Problem {
        match code {
            Some("WRONG") => Problem::WrongPassword,
            Some("GONE") => Problem::UserGone,
            None if status == StatusCode::UNAUTHORIZED => Problem::SessionOver,
            _ => Problem::Other,
        }
    }

    fn refused(status: u16, headers: Headers<'_>, body: &Value) -> NeonAuthError {
        check(status, headers, body.to_string().as_bytes(), named).expect_err("it is a refusal")
    }

    fn waits(headers: Headers<'_>) -> u32 {
        match check(429, headers, b"Too many requests.", named) {
            Err(NeonAuthError::Problem(Problem::RateLimited { seconds })) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_json_by_its_type_is_no_answer() {
        for (kind, is_read) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("text/html; application/json", false),
        ] {
            let answer = whole(200, &[("content-type", kind)], b"{}", named).unwrap();
            assert_eq!(answer.json::<Value>("an object").is_ok(), is_read, "{kind}");
        }
        assert!(whole(200, &[], b"{}", named).unwrap().json::<Value>("an object").is_err());
    }

    #[test]
    fn the_real_status_counts_when_an_error_is_dressed_as_a_success() {
        let actual = |status: u16, actual: &str| check(status, &[("x-stack-actual-status", actual)], b"", named);
        assert_eq!(actual(200, "401"), Err(NeonAuthError::Problem(Problem::SessionOver)));
        assert_eq!(actual(200, "503"), Err(NeonAuthError::Unreachable(Outage::Status(503))));
        let limited = Problem::RateLimited { seconds: USUAL_WAIT };
        assert_eq!(actual(200, "429"), Err(NeonAuthError::Problem(limited)));
        for nonsense in ["", "abc", "99", "4000", "-401", "401 ", "４０１"] {
            let bytes = HeaderValue::from_bytes(nonsense.as_bytes()).unwrap();
            let headers = HeaderMap::from_iter([(HeaderName::from_static("x-stack-actual-status"), bytes)]);
            assert_eq!(Answer::begin(StatusCode::OK, headers, named).unwrap().status, StatusCode::OK, "{nonsense:?}");
        }
    }

    #[test]
    fn a_code_is_a_text_in_its_one_place_and_spelled_as_it_is() {
        let wrong = NeonAuthError::Problem(Problem::WrongPassword);
        assert_eq!(refused(400, &[], &json!({"code": "WRONG", "error": "x", "details": {"code": "GONE"}})), wrong);
        assert_eq!(refused(409, &[], &json!({"message": "x", "code": "WRONG"})), wrong);
        for unknown in ["wrong", " WRONG", "WRONG_", "", "\u{0}"] {
            assert_eq!(refused(401, &[], &json!({"code": unknown})), NeonAuthError::Problem(Problem::Other));
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
            assert_eq!(refused(401, &[], &none), NeonAuthError::Problem(Problem::SessionOver), "{none}");
        }
    }

    #[test]
    fn the_header_of_a_known_error_decides_its_code() {
        let known = [("x-stack-known-error", "GONE")];
        for body in [json!({"code": "GONE"}), json!({"code": "WRONG"}), json!({"code": 7}), json!("<html>")] {
            assert_eq!(refused(401, &known, &body), NeonAuthError::Problem(Problem::UserGone), "{body}");
        }
        let unknown = refused(401, &[("x-stack-known-error", "gone")], &json!({"code": "gone"}));
        assert_eq!(unknown, NeonAuthError::Problem(Problem::Other));
        let empty = refused(401, &[("x-stack-known-error", "")], &json!({"code": "WRONG"}));
        assert_eq!(empty, NeonAuthError::Problem(Problem::WrongPassword));
    }

    #[test]
    fn a_redirect_is_neither_followed_nor_a_success() {
        for status in [100, 304, 307] {
            let answer = check(status, &[("location", "https://elsewhere.example")], b"", named);
            assert!(matches!(answer, Err(NeonAuthError::InvalidResponse(_))), "{status} {answer:?}");
        }
        assert_eq!(check(204, &[], b"", named), Ok(()));
    }

    #[test]
    fn how_long_to_wait_is_said_in_one_of_two_headers() {
        assert_eq!(waits(&[]), USUAL_WAIT);
        assert_eq!(waits(&[("retry-after", "7")]), 7);
        assert_eq!(waits(&[("x-retry-after", "9")]), 9);
        assert_eq!(waits(&[("x-retry-after", "9"), ("retry-after", "7")]), 7);
        assert_eq!(waits(&[("x-retry-after", "9"), ("retry-after", "soon")]), 9);
        assert_eq!(waits(&[("retry-after", "0")]), 1);
        for long in ["86400", "4294967296", "99999999999999999999999999"] {
            assert_eq!(waits(&[("retry-after", long)]), LONGEST_WAIT, "{long}");
        }
        for nonsense in ["", "-5", "1.5", "7s", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(waits(&[("retry-after", nonsense)]), USUAL_WAIT, "{nonsense}");
        }
    }

    pub fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[A-Z_]{0,8}|\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("code|error|message|details|[a-z]{1,4}", inner, 0..4)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_answer_is_too_strange_and_none_of_it_is_repeated(
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
                let read = whole(status, &headers, &body, named).and_then(|answer| answer.json::<Value>("an answer"));
                prop_assert!(read.is_err() || (200..300).contains(&status), "{status} is no success");
                let Err(error) = read else { continue };
                for shown in [format!("{error:?}"), error.to_string()] {
                    prop_assert!(!shown.contains("hunter2") && shown.len() < 200, "{shown}");
                }
                prop_assert!(matches!(error, NeonAuthError::Unreachable(_)) == (500..600).contains(&status), "{status} {error:?}");
            }
        }

        #[test]
        fn nobody_waits_for_nothing_or_for_ever(digits in "[0-9]{1,30}", said in any::<Vec<u8>>()) {
            let seconds = digits.parse::<u128>().map_or(LONGEST_WAIT, |asked| asked.clamp(1, LONGEST_WAIT.into()) as u32);
            prop_assert_eq!(waits(&[("retry-after", &digits)]), seconds);
            let Ok(value) = HeaderValue::from_bytes(&said) else { return Ok(()) };
            let headers = ["retry-after", "x-retry-after"].map(|name| (HeaderName::from_static(name), value.clone()));
            prop_assert!((1..=LONGEST_WAIT).contains(&wait(&HeaderMap::from_iter(headers))));
        }
    }
}
