//! The pages of this app that the mails of Neon Auth link to.

use neon_auth::Landings;
use url::Url;

/// Returns the pages on the origin of this app.
pub fn on(public_origin: &Url) -> Landings {
    let landing = |name: &str| {
        let mut landing = public_origin.clone();
        landing.set_path(&format!("/auth/mailed/{name}"));
        landing
    };
    Landings {
        confirm_email: landing("confirm-email"),
        email_confirmed: landing("email-confirmed"),
        reset_password: landing("reset-password"),
        sign_in: landing("sign-in"),
    }
}

/// Returns the same pages, leading on to a path of the app: the mail may be opened in a browser that has no session.
pub fn leading_to(landings: &Landings, path: &str) -> Landings {
    let leading = |landing: &Url| {
        let mut landing = landing.clone();
        landing.query_pairs_mut().append_pair("return_to", path);
        landing
    };
    Landings {
        confirm_email: leading(&landings.confirm_email),
        email_confirmed: leading(&landings.email_confirmed),
        reset_password: leading(&landings.reset_password),
        sign_in: leading(&landings.sign_in),
    }
}
