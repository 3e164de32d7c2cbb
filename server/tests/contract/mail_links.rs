//! Links in mails, which Stack sends, and Managed Neon Auth with a mail server of its own.

use super::backend::{Backend, Setting};
use super::flows::{sign_in, sign_up};
use super::mail::{confirm, follow_link, proof, send};
use super::on_both;
use crate::support::PASSWORD;
use url::Url;

on_both!(mail_that_is_opened_elsewhere_confirms_the_address);

async fn mail_that_is_opened_elsewhere_confirms_the_address(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let mut phone = backend.browser();
    let proof = proof(&backend, &mut phone, "Ada").await;
    if backend.is_stack() {
        let page = phone.get("/verify-email?return_to=%2Faccount").await;
        page.assert_shows(&["Confirm the address"]).assert_hides(&["ada@example.com"]);
        // A link alone signs no client in.
        let page = confirm(&mut phone, &proof).await;
        let page = phone.follow_to("/sign-in?done=email-confirmed&return_to=%2Faccount", page).await;
        page.assert_shows(&["is confirmed"]);
        let link = backend.mailed("ada@example.com").await;
        assert!(link.contains("return_to=%2Faccount"), "the mail knows where one was going: {link}");

        follow_link(&mut phone, &link).await;
        let page = send(&mut phone, "/verify-email?/confirm", &proof, &[]).await;
        page.assert_refused("/verify-email", "code-spent").assert_shows(&["used already", "href=\"/sign-in?"]);
        let made_up = link.parse::<Url>().and_then(|link| link.join("/auth/mailed/confirm-email?code=made-up"));
        let page = follow_link(&mut phone, made_up.expect("an address").as_str()).await;
        page.assert_shows(&["Confirm the address"]);
        let page = send(&mut phone, "/verify-email?/confirm", &[], &[]).await;
        page.assert_refused("/verify-email", "link-wrong");
    } else {
        confirm(&mut phone, &proof).await.assert_redirect("/account");
    }
    sign_in(&mut browser, "Ada", PASSWORD).await.assert_redirect("/account");
}
