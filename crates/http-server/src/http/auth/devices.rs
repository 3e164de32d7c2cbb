//! Ending sign-ins on other devices, one or all of them.
//! It must not end one of another user: the user is taken from the session, never from the form.

use super::return_to::ReturnTo;
use super::{Refused, done, sign_in_first};
use crate::sign_in::{Auth, BrowserSession, Person};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use axum::{Extension, Form};
use request::account::{DeviceId, Notice, SignInProblem};
use serde::Deserialize;
use sessions::StoreError;
use uuid::Uuid;

const PAGE: &str = "/account";

/// The form that ends one sign-in.
#[derive(Deserialize)]
pub struct EndForm {
    device: Uuid,
}

/// Ends one sign-in. One that is over already is what was asked for, too.
pub async fn end(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
    form: Result<Form<EndForm>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(EndForm { device }) = form?;
    let Some((_, person)) = session.signed_in().await else { return Ok(sign_in_first(PAGE)) };
    let ended = auth.sessions.end_device(&person.user_id, DeviceId(device)).await;
    answer(&auth, ended, Notice::DeviceEnded)
}

/// Ends every sign-in but the one that asks.
pub async fn end_others(
    State(auth): State<Auth>,
    Extension(session): Extension<BrowserSession>,
) -> Result<Response, Refused> {
    let Some((here, person)) = session.signed_in().await else { return Ok(sign_in_first(PAGE)) };
    let ended = auth.sessions.end_other_devices(&person.user_id, &here).await;
    answer(&auth, ended, Notice::OtherDevicesEnded)
}

fn answer(auth: &Auth, ended: Result<Vec<Person>, StoreError>, notice: Notice) -> Result<Response, Refused> {
    match ended {
        Ok(people) => {
            people.into_iter().for_each(|person| auth.sign_out_at_neon_auth(person));
            Ok(done(PAGE, notice, &ReturnTo::home()))
        }
        Err(error) => {
            tracing::error!(%error, "sessions could not be ended");
            Err(SignInProblem::SignOutUncertain.into())
        }
    }
}
