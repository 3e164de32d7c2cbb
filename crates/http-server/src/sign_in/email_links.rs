//! The pages of this app that the mails of Neon Auth link to.

use neon_auth::EmailLinks;
use url::Url;

/// Returns the pages on the origin of this app.
pub fn on(public_origin: &Url) -> EmailLinks {
    let landing = |name: &str| {
        let mut landing = public_origin.clone();
        landing.set_path(&format!("/auth/mailed/{name}"));
        landing
    };
    EmailLinks {
        confirm_email: landing("confirm-email"),
        email_confirmed: landing("email-confirmed"),
        reset_password: landing("reset-password"),
        sign_in: landing("sign-in"),
    }
}

/// Returns the same pages, leading on to a path of the app: the mail may be opened in a browser that has no session.
pub fn leading_to(email_links: &EmailLinks, path: &str) -> EmailLinks {
    let leading = |landing: &Url| {
        let mut landing = landing.clone();
        landing.query_pairs_mut().append_pair("return_to", path);
        landing
    };
    EmailLinks {
        confirm_email: leading(&email_links.confirm_email),
        email_confirmed: leading(&email_links.email_confirmed),
        reset_password: leading(&email_links.reset_password),
        sign_in: leading(&email_links.sign_in),
    }
}
