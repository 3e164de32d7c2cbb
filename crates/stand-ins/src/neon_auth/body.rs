//! Bodies and queries: how they are parsed, and the list of everything that is wrong with one.

use super::{errors::ApiError, known_errors, secrets::TOKEN_LENGTH};
use axum::{
    body::{self, Body},
    extract::{FromRequest, OriginalUri, Request},
};
use http::{HeaderMap, Method, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// More than any call of the protocol needs.
const MAX_BODY_BYTES: usize = 256 * 1024;

pub type Fields = Map<String, Value>;

/// The fields of a request's body, and what to call the request in a message about them.
pub struct Form {
    route: String,
    fields: Option<Fields>,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        // The path as it was sent: the routes are nested.
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        let route = route(&parts.method, path);
        let fields = parse(&parts.headers, body).await?;
        Ok(Self { route, fields })
    }
}

impl Form {
    /// Returns the fields to be checked.
    pub fn check(self) -> Check {
        let mut check = Check::new(self.route, "body", self.fields.clone().unwrap_or_default());
        if self.fields.is_none() {
            check.undefined = true;
        }
        check
    }
}

fn route(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

async fn parse(headers: &HeaderMap, body: Body) -> Result<Option<Fields>, ApiError> {
    let bytes = body::to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| known_errors::body_parsing_error("The request body is too large"))?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type.map(|full| full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()).as_deref() {
        None | Some("") if bytes.is_empty() => Ok(None),
        None | Some("" | "text/plain" | "application/octet-stream") => Ok(None),
        Some("application/json") => match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Some(fields)),
            Ok(_) => Ok(None),
            Err(_) => Err(known_errors::body_parsing_error("Invalid JSON in request body").into()),
        },
        Some("application/x-www-form-urlencoded") => Ok(Some(decode(&bytes))),
        Some(other) => {
            Err(known_errors::body_parsing_error(format!("Unknown content type in request body: {other}")).into())
        }
    }
}

/// Returns the fields of an encoded form. The last value of a repeated field wins.
pub fn decode(encoded: &[u8]) -> Fields {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

/// A set of fields, and every problem that it has, so that one answer names them all.
pub struct Check {
    route: String,
    part: &'static str,
    fields: Fields,
    undefined: bool,
    problems: Vec<String>,
}

impl Check {
    pub fn new(route: String, part: &'static str, fields: Fields) -> Self {
        Self { route, part, fields, undefined: false, problems: Vec::new() }
    }

    pub fn query(method: &Method, path: &str, query: &str) -> Self {
        Self::new(route(method, path), "query", decode(query.as_bytes()))
    }

    /// Returns a field that must be there and be a string.
    pub fn required_text(&mut self, name: &str) -> String {
        match self.optional_text(name) {
            Some(text) => text,
            None => {
                if self.fields.get(name).is_none_or(Value::is_null) {
                    self.add_problem(name, "must be defined");
                }
                String::new()
            }
        }
    }

    /// Returns a code from a mail. One of another length is refused before it is looked for.
    pub fn code(&mut self, name: &str) -> String {
        let code = self.required_text(name);
        if self.fields.get(name).is_some_and(Value::is_string) && code.chars().count() != TOKEN_LENGTH {
            self.add_problem(name, &format!("must be exactly {TOKEN_LENGTH} characters"));
        }
        code
    }

    /// Returns a field that must be a string, if it is there.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.add_problem(name, "must be a string");
                None
            }
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    pub fn add_problem(&mut self, name: &str, what: &str) {
        self.problems.push(format!("{}.{name} {what}", self.part));
    }

    /// Refuses all other fields, as the real server does on most routes.
    pub fn allow_only(&mut self, names: &[&str]) {
        let unknown: Vec<_> = self.fields.keys().map(String::as_str).filter(|name| !names.contains(name)).collect();
        if !unknown.is_empty() {
            self.problems.push(format!("{} contains unknown properties: {}", self.part, unknown.join(", ")));
        }
    }

    /// Refuses the request if there was a problem.
    pub fn finish(self) -> Result<(), ApiError> {
        let problems = if self.undefined { vec![format!("{} must be defined", self.part)] } else { self.problems };
        if problems.is_empty() {
            return Ok(());
        }
        Err(schema_error(&self.route, &problems))
    }
}

/// Returns the refusal of a request. Each problem begins with the part of the request, such as
/// `headers.x-stack-refresh-token must be defined`.
pub fn schema_error(route: &str, problems: &[String]) -> ApiError {
    known_errors::schema_error(format!("Request validation failed on {route}:\n  - {}", problems.join("\n  - "))).into()
}
