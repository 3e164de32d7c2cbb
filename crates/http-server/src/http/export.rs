//! The file with everything that is kept about the signed-in user.
//! It must not be kept on the way: what depends on the session is never stored.

use super::errors::Failed;
use crate::sign_in::{BrowserSession, SessionAccount};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::header::CONTENT_DISPOSITION;
use request::account::{Export, OwnAccount};
use request::routes::{ACCOUNT, SIGN_IN};
use request::session::Viewer;
use request::{AppError, with_return_to};

/// Returns the route of the file.
pub fn routes() -> Router<AppState> {
    Router::new().route("/account/export", get(download))
}

async fn download(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Extension(session): Extension<BrowserSession>,
) -> Response {
    match export(&state, viewer, session).await {
        Ok(export) => {
            let disposition = format!("attachment; filename=\"{}.json\"", state.site.name);
            ([(CONTENT_DISPOSITION, disposition)], Json(export)).into_response()
        }
        // Not back to this: a file is not what a person wants first after signing in.
        Err(AppError::SignInRequired) => Redirect::to(&with_return_to(SIGN_IN, ACCOUNT)).into_response(),
        Err(error) => Failed::from(error).into_response(),
    }
}

async fn export(state: &AppState, viewer: Viewer, session: BrowserSession) -> Result<Export, AppError> {
    let claims = viewer.into_claims()?;
    let devices = SessionAccount::new(state.auth.clone(), session).devices().await?;
    Export::of(&state.db, &claims, devices, state.site.features).await
}
