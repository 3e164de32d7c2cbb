//! The theme that a person chose, in a cookie of its own: it is theirs before they sign in, and says nothing about
//! them.
//! It must not keep anything but one of the names that exist.

use super::redirect_back::redirect_back;
use crate::state::AppState;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Form, Router};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use request::theme::{ACTION, Theme};
use serde::Deserialize;
use sessions::cookie;

const ONE_YEAR: u32 = 365 * 24 * 60 * 60;

#[derive(Deserialize)]
struct Choice {
    theme: String,
}

/// Returns the route that takes the choice.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route(ACTION, post(choose))
}

/// Returns the theme of the client that sends these headers to the app of this name.
pub fn from_cookie(headers: &HeaderMap, app: &str) -> Theme {
    cookie::values(headers, &cookie_name(app)).find_map(|name| name.parse().ok()).unwrap_or_default()
}

/// Returns the name of the cookie. It names the app, since all programs on `localhost` share their cookies.
fn cookie_name(app: &str) -> String {
    format!("{app}-theme")
}

/// Sets the cookie, and leads back to the page.
async fn choose(
    State(state): State<AppState>,
    headers: HeaderMap,
    form: Result<Form<Choice>, FormRejection>,
) -> Response {
    let Ok(Form(choice)) = form else { return StatusCode::BAD_REQUEST.into_response() };
    let Ok(theme) = choice.theme.parse::<Theme>() else { return StatusCode::BAD_REQUEST.into_response() };
    let secure = if state.config.public_origin.is_https() { "; Secure" } else { "" };
    // The system's theme is what one gets without a cookie.
    let lifetime = if theme == Theme::System { 0 } else { ONE_YEAR };
    let name = cookie_name(state.site.name);
    let cookie = format!("{name}={}; Path=/; Max-Age={lifetime}; SameSite=Lax; HttpOnly{secure}", theme.name());
    let back = redirect_back(&state.config.public_origin, &headers);
    ([(SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}

#[cfg(test)]
mod tests {
    use super::from_cookie;
    use http::HeaderMap;
    use http::header::{COOKIE, HeaderValue};
    use request::theme::Theme;

    #[test]
    fn unknown_themes_are_ignored() {
        let latin_1 = HeaderValue::from_bytes(b"city=Z\xfcrich; notes-theme=dark").unwrap();
        assert_eq!(from_cookie(&HeaderMap::from_iter([(COOKIE, latin_1)]), "notes"), Theme::Dark);
        let with = |cookie: &'static str| {
            from_cookie(&HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookie))]), "notes")
        };
        assert_eq!(with("session=a; notes-theme=dark"), Theme::Dark);
        assert_eq!(with("notes-theme=light"), Theme::Light);
        for odd in ["", "notes-theme", "theme=dark", "xnotes-theme=dark"] {
            assert_eq!(with(odd), Theme::System, "{odd}");
        }
        for odd in ["\"dark\"", "<script>", "DARK", ""] {
            let cookie = HeaderValue::try_from(format!("notes-theme={odd}")).unwrap();
            assert_eq!(from_cookie(&HeaderMap::from_iter([(COOKIE, cookie)]), "notes"), Theme::System, "{odd}");
        }
    }
}
