//! The paths of the pages about signing in and about one's account.

/// The page to sign in on.
pub const SIGN_IN: &str = "/sign-in";
/// The page that asks for a code to sign in with.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// The page to make an account on.
pub const SIGN_UP: &str = "/sign-up";
/// The page that asks for the proof of an e-mail address.
pub const VERIFY_EMAIL: &str = "/verify-email";
/// The page that offers a mail to those who have lost their password.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// The page that asks for the proof in such a mail, and for the new password.
pub const RESET_PASSWORD: &str = "/reset-password";
/// The page about the account of the signed-in user.
pub const ACCOUNT: &str = "/account";
/// The page on which a signed-in user sets or changes the password.
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// The page on which a signed-in user deletes the account.
pub const ACCOUNT_DELETE: &str = "/account/delete";
/// The page that says that the account is deleted.
pub const ACCOUNT_DELETED: &str = "/account/deleted";
