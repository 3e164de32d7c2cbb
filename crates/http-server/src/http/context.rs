//! What pages and server functions find in their context. Leptos adds `Parts` and `ResponseOptions` itself.

use crate::sign_in::{BrowserSession, SessionAccount};
use crate::state::AppState;
use http::Extensions;
use leptos::nonce::Nonce;
use leptos::prelude::provide_context;
use request::account::{OwnAccount, provide_own_account};
use request::session::{Viewer, provide_viewer};
use request::{FootLink, SiteOrigin};
use std::sync::Arc;

/// Returns what provides the context of the request with these extensions. It asks nothing: everything was resolved
/// before.
pub fn provider(state: &AppState, request: &Extensions) -> impl Fn() + Clone + Send + Sync + 'static {
    let db = state.db.clone();
    let auth = state.auth.clone();
    let viewer = request.get::<Viewer>().cloned().unwrap_or_default();
    let account = request
        .get::<BrowserSession>()
        .cloned()
        .map(|session| Arc::new(SessionAccount::new(state.auth.clone(), session)) as Arc<dyn OwnAccount>);
    let origin = SiteOrigin(state.config.public_origin.shared());
    let nonce = request.get::<Nonce>().cloned().unwrap_or_default();
    let features = state.site.features;
    let link = request.get::<FootLink>().copied();
    move || {
        provide_context(db.clone());
        provide_context(features);
        provide_context(auth.methods());
        provide_context(nonce.clone());
        provide_context(origin.clone());
        provide_viewer(viewer.clone());
        if let Some(link) = link {
            provide_context(link);
        }
        if let Some(account) = account.clone() {
            provide_own_account(account);
        }
    }
}
