//! The consent page that stands for Google and GitHub, where a developer chooses an identity.

use super::super::errors::{ApiError, ApiResult};
use super::super::page::{self, escape};
use super::super::users::normalize_email;
use super::super::{body, state::StandIn};
use super::flow::{self, Flow, ProviderIdentity};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Account id, name and e-mail of identities that sign in with one press.
const SAMPLE_IDENTITIES: [(&str, &str, &str); 2] =
    [("ada", "Ada Lovelace", "ada.lovelace@example.com"), ("grace", "Grace Hopper", "grace.hopper@example.com")];

/// The flow that the page is for.
#[derive(Deserialize)]
pub struct ConsentQuery {
    state: Option<String>,
}

/// Answers `GET /local/consent`.
pub async fn show(State(stand_in): State<StandIn>, Query(query): Query<ConsentQuery>) -> ApiResult {
    let state = query.state.unwrap_or_default();
    let flow = find_flow(&stand_in, &state).await?;
    let provider = display_name(&flow.provider);
    let hidden = format!("<input type=\"hidden\" name=\"state\" value=\"{}\">", escape(&state));
    let mut main = format!(
        "<h1>Continue with {provider}</h1><p>This is not {provider}: it is the local stand-in for Neon Auth. Choose \
         who {provider} says you are. It can be anyone.</p><h2>Somebody ready</h2>"
    );
    for (account_id, name, email) in SAMPLE_IDENTITIES {
        main.push_str(&format!(
            "<form method=\"post\" action=\"/local/consent\">{hidden}\
             <input type=\"hidden\" name=\"account_id\" value=\"{account_id}\">\
             <input type=\"hidden\" name=\"name\" value=\"{name}\">\
             <input type=\"hidden\" name=\"email\" value=\"{email}\">\
             <input type=\"hidden\" name=\"email_verified\" value=\"on\">\
             <button name=\"decision\" value=\"approve\">{name} <small>{email}, verified</small></button></form>"
        ));
    }
    main.push_str(&format!(
        "<h2>Somebody else</h2><form method=\"post\" action=\"/local/consent\">{hidden}\
         <label>Name <input type=\"text\" name=\"name\" autocomplete=\"off\"></label>\
         <label>E-mail (empty: {provider} gives none) <input type=\"email\" name=\"email\" autocomplete=\"off\"></label>\
         <label class=\"check\"><input type=\"checkbox\" name=\"email_verified\" checked> The e-mail is verified</label>\
         <label>Account id at {provider} (empty: the e-mail)\
         <input type=\"text\" name=\"account_id\" autocomplete=\"off\"></label>\
         <button class=\"primary\" name=\"decision\" value=\"approve\">Allow</button></form>\
         <form method=\"post\" action=\"/local/consent\">{hidden}\
         <button name=\"decision\" value=\"deny\">Deny</button></form>"
    ));
    Ok(page::respond(&format!("Continue with {provider}"), &main, &form_targets(&flow)))
}

/// Answers `POST /local/consent`.
pub async fn decide(State(stand_in): State<StandIn>, form: axum::body::Bytes) -> ApiResult {
    let fields = body::decode(&form);
    let field = |name: &str| fields.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let state = field("state").unwrap_or_default();
    let flow = find_flow(&stand_in, state).await?;
    let answer = match field("decision") {
        Some("approve") => ("code", flow::approve(&stand_in.pool, state, &identity_from(field)?).await?),
        _ => ("error", "access_denied".to_owned()),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(answer.0, &answer.1)
        .append_pair("state", state)
        .append_pair("iss", &stand_in.origin)
        .finish();
    let location = format!("{}?{}", super::callback_url(&stand_in, &flow.provider), query);
    super::redirect(StatusCode::SEE_OTHER, &location, ().into_response())
}

fn identity_from<'a>(field: impl Fn(&str) -> Option<&'a str>) -> ApiResult<ProviderIdentity> {
    let email = field("email").map(normalize_email);
    let account_id = field("account_id").map(str::to_owned).or_else(|| email.clone());
    let account_id =
        account_id.ok_or_else(|| ApiError::bad_request("An account needs an e-mail or an account id. Go back."))?;
    Ok(ProviderIdentity {
        account_id,
        email_verified: email.is_some() && field("email_verified").is_some(),
        email,
        name: field("name").map(str::to_owned),
    })
}

async fn find_flow(stand_in: &StandIn, state: &str) -> ApiResult<Flow> {
    let flow = flow::find(&stand_in.pool, state).await?;
    flow.ok_or_else(|| ApiError::bad_request("There is no such sign-in, or it is over. Please start again."))
}

/// Returns the origins of the app, which the redirects that follow the form lead back to.
fn form_targets(flow: &Flow) -> Vec<String> {
    let request = &flow.request;
    let uris = [Some(request.redirect_uri.as_str()), request.error_redirect_uri.as_deref()];
    let origins = uris.into_iter().flatten().filter_map(|uri| Url::parse(uri).ok());
    origins
        .map(|url| url.origin())
        .filter(|origin| origin.is_tuple())
        .map(|origin| origin.ascii_serialization())
        .collect()
}

fn display_name(provider: &str) -> &str {
    match provider {
        "github" => "GitHub",
        "google" => "Google",
        other => other,
    }
}
