//! What the handlers of forms about an account are handed.

use super::redirect::Refused;
use crate::sign_in::{Auth, BrowserSession, Person};
use crate::state::AppState;
use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::Extensions;
use http::request::Parts;
use request::account::SignInProblem;
use request::routes::SIGN_IN;
use request::with_return_to;
use serde::de::DeserializeOwned;
use tower_sessions::session::Id;

/// A form that was posted, with the session of its browser. A form that cannot be read is refused.
pub struct AuthForm<T> {
    pub auth: Auth,
    pub session: BrowserSession,
    pub form: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for AuthForm<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let session = session(request.extensions())?;
        let Form(form) = Form::from_request(request, state).await?;
        Ok(Self { auth: state.auth.clone(), session, form })
    }
}

/// The signed-in user who posts a form. Without one the answer leads to the sign-in, and from there back to the page:
/// its form was sent after the session had ended, or while it could not be read.
pub struct CurrentUser {
    /// The session that the form was sent with.
    pub session_id: Id,
    pub person: Person,
}

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Response> {
        let session = session(&parts.extensions).map_err(IntoResponse::into_response)?;
        let Some((session_id, person)) = session.signed_in().await else {
            return Err(Redirect::to(&with_return_to(SIGN_IN, parts.uri.path())).into_response());
        };
        Ok(Self { session_id, person })
    }
}

/// Returns the session that [`viewer::resolve`](crate::http::viewer::resolve) has opened.
fn session(request: &Extensions) -> Result<BrowserSession, Refused> {
    request.get().cloned().ok_or_else(|| SignInProblem::Unavailable.into())
}
