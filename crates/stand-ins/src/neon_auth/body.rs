//! The fields of bodies and queries: how they are parsed, and the list of everything that is wrong with them.

use super::errors::{ApiError, ApiResult};
use super::known_errors::KnownError;
use super::{password, secrets::TOKEN_LENGTH};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, OriginalUri, Request};
use http::{HeaderMap, Method, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// More than any call of the protocol needs.
const MAX_BODY_BYTES: usize = 256 * 1024;

pub type Fields = Map<String, Value>;

/// The fields of a request, and every problem that they have, so that one answer names them all.
pub struct Form {
    route: String,
    part: &'static str,
    fields: Fields,
    is_undefined: bool,
    problems: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> ApiResult<Self> {
        let (parts, body) = request.into_parts();
        // The path as it was sent: the routes are nested.
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        let fields = parse(&parts.headers, body).await?;
        Ok(Self::new(&parts.method, path, "body", fields))
    }
}

async fn parse(headers: &HeaderMap, body: Body) -> Result<Option<Fields>, KnownError> {
    let unreadable = |text: String| KnownError::BodyParsingError { text };
    let bytes =
        to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| unreadable("The request body is too large".to_owned()))?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type.map(|full| full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()).as_deref() {
        None | Some("" | "text/plain" | "application/octet-stream") => Ok(None),
        Some("application/json") => match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Some(fields)),
            Ok(_) => Ok(None),
            Err(_) => Err(unreadable("Invalid JSON in request body".to_owned())),
        },
        Some("application/x-www-form-urlencoded") => Ok(Some(decode(&bytes))),
        Some(other) => Err(unreadable(format!("Unknown content type in request body: {other}"))),
    }
}

/// Returns the fields of an encoded form. The last value of a repeated field wins.
pub fn decode(encoded: &[u8]) -> Fields {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

impl Form {
    fn new(method: &Method, path: &str, part: &'static str, fields: Option<Fields>) -> Self {
        Self {
            route: format!("{method} {path}"),
            part,
            is_undefined: fields.is_none(),
            fields: fields.unwrap_or_default(),
            problems: Vec::new(),
        }
    }

    pub fn query(method: &Method, path: &str, query: &str) -> Self {
        Self::new(method, path, "query", Some(decode(query.as_bytes())))
    }

    /// Returns a field that must be there and be a string.
    pub fn required_text(&mut self, name: &str) -> String {
        if self.get(name).is_none_or(Value::is_null) {
            self.add_problem(name, "must be defined");
        }
        self.optional_text(name).unwrap_or_default()
    }

    /// Returns a field that must be a string, if it is there.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.add_problem(name, "must be a string");
                None
            }
        }
    }

    /// Returns a field that must be one of a few words.
    pub fn required_word(&mut self, name: &str, words: &[&str]) -> String {
        let word = self.required_text(name);
        if self.get(name).is_some() && !words.contains(&word.as_str()) {
            self.add_problem(name, &format!("must be one of the following values: {}", words.join(", ")));
        }
        word
    }

    /// Returns a code from a mail. One of another length is refused before it is looked for.
    pub fn code(&mut self, name: &str) -> String {
        let code = self.required_text(name);
        if self.get(name).is_some_and(Value::is_string) && code.chars().count() != TOKEN_LENGTH {
            self.add_problem(name, &format!("must be exactly {TOKEN_LENGTH} characters"));
        }
        code
    }

    /// Returns an e-mail address. As on the real server, its domain has a dot, and the last label two characters or
    /// more.
    pub fn email(&mut self, name: &str) -> String {
        let email = self.required_text(name);
        if self.get(name).is_none() {
            return email;
        }
        let (local, domain) = email.rsplit_once('@').unwrap_or(("", ""));
        let labels_are_filled = !local.is_empty() && local.split('.').all(|label| !label.is_empty());
        let has_suffix = domain.rsplit_once('.').is_some_and(|(_, suffix)| suffix.chars().count() >= 2);
        let is_plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        if domain.is_empty() || !labels_are_filled || !is_plain || email.len() > 256 {
            self.add_problem(name, "must be a valid email");
        }
        if !labels_are_filled || !has_suffix {
            self.add_problem(name, r#"must match the following: "/^[^.]+(\.[^.]+)*@.*\.[^.][^.]+$/""#);
        }
        email
    }

    /// Returns a password to be set. The real server refuses one above the longest with a schema error.
    pub fn new_password(&mut self, name: &str) -> String {
        let password = self.required_text(name);
        self.check_length(name, &password);
        password
    }

    /// Returns a password to be set, if it is there.
    pub fn optional_new_password(&mut self, name: &str) -> Option<String> {
        let password = self.optional_text(name)?;
        self.check_length(name, &password);
        Some(password)
    }

    fn check_length(&mut self, name: &str, password: &str) {
        if password::length(password) > password::MAX_LENGTH {
            self.add_problem(name, &format!("must be at most {} characters", password::MAX_LENGTH));
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Returns a field that is a boolean.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    pub fn add_problem(&mut self, name: &str, what: &str) {
        self.problems.push(format!("{}.{name} {what}", self.part));
    }

    /// Refuses the request if there was a problem, or a field of another name, as the real server does on most routes.
    pub fn finish(mut self, names: &[&str]) -> Result<(), KnownError> {
        let unknown: Vec<_> = self.fields.keys().map(String::as_str).filter(|name| !names.contains(name)).collect();
        if !unknown.is_empty() {
            self.problems.push(format!("{} contains unknown properties: {}", self.part, unknown.join(", ")));
        }
        self.finish_with_others()
    }

    /// Refuses the request if there was a problem.
    pub fn finish_with_others(self) -> Result<(), KnownError> {
        let problems = if self.is_undefined { vec![format!("{} must be defined", self.part)] } else { self.problems };
        if problems.is_empty() { Ok(()) } else { Err(schema_error(&self.route, &problems)) }
    }
}

/// Returns the refusal of a request. Each problem begins with the part of the request, such as
/// `headers.x-stack-refresh-token must be defined`.
pub fn schema_error(route: &str, problems: &[String]) -> KnownError {
    let message = format!("Request validation failed on {route}:\n  - {}", problems.join("\n  - "));
    KnownError::SchemaError { message }
}
