//! The variable of Managed Neon Auth.

#[cfg(feature = "stack")]
use super::configuration::with;
use super::configuration::{named, read};
use super::variables_with_managed;
use http_server::config::Mode;

const BASE_URL: &str = "https://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth";

#[test]
fn base_url_is_an_origin_with_a_path() {
    for given in [BASE_URL.to_owned(), format!("{BASE_URL}/")] {
        let Ok(Mode::Complete(config)) = read(&variables_with_managed(&given)) else { panic!("complete") };
        assert!(config.neon_auth.is_managed());
        assert_eq!(config.neon_auth.url().as_str(), BASE_URL);
    }
    for wrong in [
        "",
        "hunter2",
        "https://ep-1.neonauth.eu-central-1.aws.neon.tech",
        "http://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth",
        "https://hunter2@ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth",
        "https://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth?hunter2",
    ] {
        let error = read(&variables_with_managed(wrong)).unwrap_err();
        assert_eq!(named(&error), ["NEON_AUTH_BASE_URL"], "{wrong}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[cfg(feature = "stack")]
#[test]
fn variables_choose_the_generation_of_neon_auth() {
    let neither = read(&variables_with_managed("")).unwrap_err();
    assert!(neither.to_string().contains("STACK_PROJECT_ID"), "{neither}");
    let both = with(&[("NEON_AUTH_BASE_URL", BASE_URL)]).unwrap_err();
    assert_eq!(named(&both), ["NEON_AUTH_BASE_URL"]);
    assert!(both.to_string().contains("so is STACK_PROJECT_ID"), "{both}");
}
