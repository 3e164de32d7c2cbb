//! Ending sign-ins on other devices, one or all of them.
//! It must not end one of another user: the user is taken from the session, never from the form.

use super::extract::{AuthForm, CurrentUser};
use super::redirect::{Refused, redirect_with_notice};
use super::return_to::ReturnTo;
use crate::sign_in::{Auth, Person};
use axum::extract::State;
use axum::response::Response;
use request::account::{DeviceId, Notice, SignInProblem};
use request::routes::ACCOUNT;
use serde::Deserialize;
use sessions::StoreError;
use uuid::Uuid;

/// The form that ends one sign-in.
#[derive(Deserialize)]
pub struct EndForm {
    device: Uuid,
}

/// Ends one sign-in. One that is over already is what was asked for, too.
pub async fn end(
    CurrentUser { person, .. }: CurrentUser,
    AuthForm { auth, form, .. }: AuthForm<EndForm>,
) -> Result<Response, Refused> {
    let ended = auth.sessions.end_device(&person.user_id, DeviceId(form.device)).await;
    answer(&auth, ended, Notice::DeviceEnded)
}

/// Ends every sign-in but the one that asks.
pub async fn end_others(
    State(auth): State<Auth>,
    CurrentUser { session_id, person }: CurrentUser,
) -> Result<Response, Refused> {
    let ended = auth.sessions.end_other_devices(&person.user_id, &session_id).await;
    answer(&auth, ended, Notice::OtherDevicesEnded)
}

fn answer(auth: &Auth, ended: Result<Vec<Person>, StoreError>, notice: Notice) -> Result<Response, Refused> {
    let people = ended.map_err(|error| {
        tracing::error!(%error, "sessions could not be ended");
        SignInProblem::SignOutUncertain
    })?;
    people.into_iter().for_each(|person| auth.sign_out_at_neon_auth(person));
    Ok(redirect_with_notice(ACCOUNT, notice, &ReturnTo::home()))
}
