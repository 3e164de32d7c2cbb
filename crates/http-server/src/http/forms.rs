//! Forms without a script: a post to a page calls a server function, and a failure is answered with that page, in the
//! same request. A session keeps a form only while its writer signs in.
//! It must not keep a password, nor more rows of anonymous clients than their budget allows.

use super::auth::{self, AccountForm, Refused, ReturnTo};
use super::client_address::ClientAddress;
use super::errors::{self, Failed};
use super::rate_limit::{self, Budget, RateLimits};
use super::{pages, server_fns};
use crate::sign_in::{BrowserSession, FORM_LIFETIME};
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Extensions, Method, StatusCode, Uri};
use request::feature::{Features, FormAction};
use request::form::{self, OldInput};
use request::routes::SIGN_IN;
use request::session::Viewer;
use request::{AppError, FormState, with_return_to};

/// Bytes of a form that waits for a sign-in. Anonymous clients send no more.
const MAX_KEPT_BYTES: usize = 64 * 1024;

const MAX_KEPT_FIELDS: usize = 32;

/// The fields of the forms about an account that their pages show again.
const ACCOUNT_FIELDS_SHOWN: [&str; 3] = ["name", "email", "confirmation"];

/// Returns one route for each page of a feature that has a form.
pub fn feature_routes(features: Features) -> Router<AppState> {
    features.pages_with_forms().into_iter().fold(Router::new(), |router, page| router.route(page, post(submit)))
}

/// Returns one route for each page that has a form about an account.
pub fn account_routes(limits: &RateLimits) -> Router<AppState> {
    auth::pages().into_iter().fold(Router::new(), |router, page| {
        let limits = limits.clone();
        router.route(page, post(move |State(state), request| submit_about_account(state, limits, request)))
    })
}

/// Does what the form about an account asks for that the query names.
async fn submit_about_account(state: AppState, limits: RateLimits, request: Request) -> Result<Response, StatusCode> {
    let uri = request.uri();
    let posted = uri.query().and_then(form::key).and_then(|key| AccountForm::find(uri.path(), key));
    let posted = posted.ok_or(StatusCode::NOT_FOUND)?;
    let (mut parts, body) = read_form(request).await?;
    let mut response = posted.submit(state.clone(), &limits, parts.clone(), body.clone()).await;
    let Some(Refused { page, problem }) = response.extensions_mut().remove() else { return Ok(response) };
    let mut input = OldInput::read(page.unwrap_or(parts.uri.path()), &body);
    let return_to = input.value("return_to").map_or_else(ReturnTo::home, ReturnTo::parse);
    input.fields.retain(|(name, _)| ACCOUNT_FIELDS_SHOWN.contains(&&**name));
    parts.uri = auth::page_url(&input.action, None, &return_to).try_into().unwrap_or(parts.uri);
    let error = auth::rate_limit_error(problem);
    // A page that asks Neon Auth would get around the limit, and a script wants no page.
    if let Some(error) = &error
        && (rate_limit::asks_neon_auth(parts.uri.path()) || !errors::accepts_html(&parts.headers))
    {
        return Ok(Failed::from(error.clone()).back_to(parts.uri.to_string()).with_input(input).into_response());
    }
    // The action may have used a mail up, or asked for one.
    if let Some(session) = parts.extensions.get::<BrowserSession>().cloned()
        && let Ok(mails) = session.mails_by_now().await
        && let Some(viewer) = parts.extensions.get_mut::<Viewer>()
    {
        viewer.mails = mails;
    }
    Ok(rerender(state, parts, FormState { error, problem: Some(problem), input }).await)
}

/// Reads a form that was posted to a page. The address that is left is that of the page.
async fn read_form(request: Request) -> Result<(Parts, Bytes), StatusCode> {
    let (mut parts, body) = server_fns::read_form(request).await?;
    parts.uri = without_key(&parts.uri);
    Ok((parts, body))
}

/// Does what the form of a feature asks for that the query names.
async fn submit(State(state): State<AppState>, request: Request) -> Result<Response, StatusCode> {
    let uri = request.uri();
    let posted = uri.query().and_then(form::key).and_then(|key| state.site.features.form(uri.path(), key));
    let posted = posted.ok_or(StatusCode::NOT_FOUND)?;
    let (parts, body) = read_form(request).await?;
    let (action, error) = match posted {
        FormAction::Preview(action) => {
            let viewer = parts.extensions.get::<Viewer>().cloned().unwrap_or_default();
            (action, viewer.into_claims().err())
        }
        FormAction::Call(action) => match server_fns::post(&state, parts.clone(), action, body.clone()).await {
            Ok(response) => return Ok(response),
            Err(error) => (action, Some(error)),
        },
    };
    let form = FormState { error, problem: None, input: OldInput::read(action, &body) };
    if form.error != Some(AppError::SignInRequired) {
        return Ok(rerender(state, parts, form).await);
    }
    let page = parts.uri.to_string();
    Ok(match keep_for_sign_in(&parts.extensions, parts.uri.path(), &form.input).await {
        Ok(()) => Redirect::to(&with_return_to(SIGN_IN, &page)).into_response(),
        Err(error) => Failed::from(error).back_to(page).with_input(form.input).into_response(),
    })
}

fn without_key(uri: &Uri) -> Uri {
    // A part of a query that was one.
    PathAndQuery::try_from(form::page_address(uri.path(), uri.query())).map_or_else(|_| uri.clone(), Uri::from)
}

/// Answers with the page at the address of the request, with what was typed and the status of the error. Where that
/// page cannot be shown, the page of a failure has the text.
async fn rerender(state: AppState, mut parts: Parts, form: FormState) -> Response {
    let page = parts.uri.to_string();
    if let Some(viewer) = parts.extensions.get_mut::<Viewer>() {
        viewer.form = Some(form.clone());
    }
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    let mut response = pages::show(State(state), Request::from_parts(parts, Body::empty())).await;
    if response.status() == StatusCode::OK {
        if let Some(status) = form.status().and_then(|status| StatusCode::from_u16(status).ok()) {
            *response.status_mut() = status;
        }
        if let Some(seconds) = form.error.as_ref().and_then(errors::retry_after) {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        return response;
    }
    let FormState { error, problem, input } = form;
    match error {
        // The pages about an account say what there is to say even then.
        None if problem.is_some() || response.status().is_redirection() => response,
        error => {
            let error = error.unwrap_or_else(|| errors::error_for_status(response.status()));
            Failed::from(error).back_to(page).with_input(input).into_response()
        }
    }
}

/// Keeps a form until its writer has signed in. Each may be a row of its own, so an address has a budget for them.
async fn keep_for_sign_in(request: &Extensions, page: &str, input: &OldInput) -> Result<(), AppError> {
    let Some(session) = request.get::<BrowserSession>() else { return Ok(()) };
    if input.fields.is_empty() {
        return Ok(());
    }
    let bytes: usize = input.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > MAX_KEPT_BYTES || input.fields.len() > MAX_KEPT_FIELDS {
        return Err(AppError::SignInRequired);
    }
    if let Some(limits) = request.get::<RateLimits>() {
        let taken = limits.take(Budget::Form, ClientAddress::of(request), None);
        taken.map_err(|seconds| AppError::RateLimited { seconds })?;
    }
    let kept = session.update_or_begin(FORM_LIFETIME, |content| content.keep_form(input.clone(), page)).await;
    kept.map_err(|_| AppError::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn the_form_key_is_removed_from_the_url() {
        for (posted, page) in [
            ("/notes?/add", "/notes"),
            ("/notes?/add&show=open&q=a%26b", "/notes?show=open&q=a%26b"),
            ("/notes?show=open&/add", "/notes?show=open"),
            ("/?/add", "/"),
        ] {
            assert_eq!(without_key(&posted.parse().unwrap()).to_string(), page, "{posted}");
        }
    }
}
