//! Trusted domains over HTTP, as Neon's console manages them with the admin key.

use super::errors::{ApiResult, json_response, success};
use super::{access::Access, body::Form, state::StandIn};
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

const MAX_DOMAIN_LENGTH: usize = 300;

/// Answers `GET /integrations/neon/domains`.
pub async fn list(State(stand_in): State<StandIn>, access: Access) -> ApiResult {
    access.require_admin()?;
    let domains = access.project.trusted_domains(&stand_in.pool).await?;
    let items: Vec<Value> = domains.iter().map(|domain| json!({ "domain": domain })).collect();
    Ok(json_response(&json!({ "items": items, "is_paginated": false })))
}

/// Answers `POST /integrations/neon/domains`.
pub async fn add(State(stand_in): State<StandIn>, access: Access, mut form: Form) -> ApiResult {
    access.require_admin()?;
    let domain = form.required_text("domain");
    if form.get("domain").is_some() && !is_domain(&domain) {
        form.add_problem("domain", "must be a valid URL with or without wildcards");
    }
    form.finish(&["domain"])?;
    access.project.add_trusted_domain(&stand_in.pool, &domain).await?;
    Ok((StatusCode::CREATED, json_response(&json!({ "domain": domain }))).into_response())
}

/// Answers `DELETE /integrations/neon/domains/{domain}`, which is a success for one that is not there.
pub async fn remove(State(stand_in): State<StandIn>, access: Access, Path(domain): Path<String>) -> ApiResult {
    access.require_admin()?;
    sqlx::query("delete from trusted_domain where project_id = $1 and domain = $2")
        .bind(access.project.id)
        .bind(domain)
        .execute(&stand_in.pool)
        .await?;
    Ok(success())
}

/// Returns whether this is a scheme, a host that may have wildcards, and perhaps a port; no path.
fn is_domain(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(authority) = rest.filter(|_| text.len() <= MAX_DOMAIN_LENGTH) else { return false };
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-*".contains(&byte);
    !host.is_empty() && host.bytes().all(is_host) && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn domain_is_an_origin_with_wildcards_in_the_host() {
        for good in ["https://app.example.com", "http://localhost:3000", "https://*.example.com:8443", "https://**.a.b"]
        {
            assert!(is_domain(good), "{good}");
        }
        for bad in
            ["app.example.com", "https://app.example.com/path", "ftp://a.b", "https://", "https://a@b", "https://a:x"]
        {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
