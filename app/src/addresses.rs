//! What an address tells about its page, for the headers of an answer and for failed forms.
//! It must not hold pages: `pages/src/routes.rs` says which is where.

/// Tells a page by its path.
type Pages = fn(&str) -> bool;

/// The pages that have an island.
const WITH_ISLANDS: &[Pages] = &[
    // One line for each kind.
    |path| path == "/todos",
    crate::posts::is_editor,
];

/// The pages that show what people wrote in Markdown.
const WITH_PROSE: &[Pages] = &[
    // One line for each kind.
    |path| path.starts_with("/posts/"),
];

/// The pages that look the same for everybody who is not signed in.
const PUBLIC: &[Pages] = &[
    // One line for each kind.
    |path| path == "/",
    |path| path.starts_with("/posts/") && !crate::posts::is_editor(path),
];

/// Every other page loads no wasm, and its CSP does not allow any.
pub fn loads_wasm(path: &str) -> bool {
    WITH_ISLANDS.iter().any(|is| is(path))
}

/// Its policy also allows images from elsewhere.
pub fn shows_prose(path: &str) -> bool {
    WITH_PROSE.iter().any(|is| is(path))
}

pub fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|is| is(path))
}

/// What the forms of features post to, and the page that each is on. `{id}` is a field of the form.
const FORMS: &[(&str, &str)] = &[
    // One line for each.
    ("/api/create_todo", "/todos"),
    ("/api/set_todo_done", "/todos"),
    ("/api/rename_todo", "/todos"),
    ("/api/delete_todo", "/todos"),
    ("/api/clear_done", "/todos"),
    ("/api/restore_todos", "/todos"),
    ("/api/create_post", "/posts/new"),
    ("/api/update_post", "/posts/{id}/edit"),
    ("/api/delete_post", "/posts/{id}"),
];

/// Pages that also take their own form, and show it again with what was typed: the page, and where the form goes otherwise.
pub const PAGES_SHOWN_AGAIN: &[(&str, &str)] = &[
    // One line for each page.
    ("/posts/new", "/api/create_post"),
    ("/posts/{id}/edit", "/api/update_post"),
];

/// The page with the form for the server function at `action`: where a failed post goes back to when the
/// browser does not say which page it came from. `field` reads the form.
pub fn page_with_form(action: &str, field: impl Fn(&str) -> Option<String>) -> String {
    let page = match action {
        "/auth/sign-up" => "/sign-up",
        "/auth/verify-email" | "/auth/verify-email/send" => "/verify-email",
        "/auth/code" | "/auth/code/send" => "/sign-in/code",
        "/auth/password/forgot" => "/forgot-password",
        "/auth/password/reset" => "/reset-password",
        "/auth/password/change" | "/auth/password/set" => "/account/password",
        action if action.starts_with("/auth/") => "/sign-in",
        action => FORMS.iter().find(|(form, _)| *form == action).map_or("/", |(_, page)| page),
    };
    if !page.contains("{id}") {
        return page.to_owned();
    }
    let id = field("id").and_then(|id| id.parse::<i64>().ok());
    id.map_or_else(|| "/".to_owned(), |id| page.replace("{id}", &id.to_string()))
}
