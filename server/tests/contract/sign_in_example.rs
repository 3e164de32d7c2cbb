//! The example of the crate `neon-auth`: it names the user for the right password, and fails for a wrong one.

#[path = "../../../crates/neon-auth/examples/sign_in.rs"]
#[expect(dead_code, reason = "`main` reads the environment, which all tests share")]
mod example;

use super::backend::Backend;
use super::flows::email;
use super::on_both;
use crate::support::PASSWORD;
use std::process::ExitCode;

on_both!(example_signs_in_with_the_right_password_only);

async fn example_signs_in_with_the_right_password_only(backend: Backend) {
    backend.signed_up("Ada").await;
    let address = email("Ada");
    let arguments = match &backend {
        #[cfg(feature = "stack")]
        Backend::Stack(app) => {
            let project = &app.neon_auth;
            vec!["stack", &project.origin, &project.project_id, &project.publishable_client_key, &address]
        }
        #[cfg(feature = "managed")]
        Backend::Managed(app) => vec!["managed", &app.neon_auth.base_url, &app.origin, &address],
    };

    let user_id: String = backend.database().value("select id::text from profiles where name = 'Ada'").await;
    let who = example::run(&arguments, PASSWORD.into()).await.expect("the password is right");
    assert!(who.starts_with(&format!("{address} is {user_id}, until ")), "{who}");

    let refused = example::run(&arguments, "not the password".into()).await.expect_err("the password is wrong");
    assert_eq!(refused.to_string(), format!("the password of {address} is wrong"));
    assert_eq!(format!("{:?}", example::report(Err(refused))), format!("{:?}", ExitCode::FAILURE));

    let unusable = example::run(&arguments[..2], PASSWORD.into()).await.expect_err("arguments are missing");
    assert!(unusable.to_string().starts_with("usage: "), "{unusable}");
}
