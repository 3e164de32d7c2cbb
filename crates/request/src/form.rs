//! Forms without a script: the address that one posts to, and what its page is told when the post has failed.

#[cfg(feature = "ssr")]
mod state;

#[cfg(feature = "ssr")]
pub use state::{FormState, OldInput};

/// The key of a form that asks to see its page again with what was typed. Nothing is saved.
pub const PREVIEW: &str = "preview";

/// Returns where a form of this page posts to so that the server calls the function at this path, such as
/// `CreateNote::PATH`: the path of the page stays, and the query names the function. More of a query may follow after
/// `&`.
pub fn action(function: &str) -> String {
    format!("?/{}", key_of(function))
}

/// Returns the key of the function at `path`: its last segment.
pub fn key_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, key)| key)
}

/// Returns the key in a query, unless there is none or more than one. It is not decoded: browsers send it as it is
/// written in the page.
pub fn key(query: &str) -> Option<&str> {
    let is_plain = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let mut keys = query.split('&').filter_map(|part| part.strip_prefix('/'));
    keys.next().filter(|key| keys.next().is_none() && is_plain(key))
}

/// Returns the query without keys, unless nothing else is in it.
pub fn without_key(query: &str) -> Option<String> {
    let rest: Vec<_> = query.split('&').filter(|part| !part.starts_with('/')).collect();
    Some(rest.join("&")).filter(|rest| !rest.is_empty())
}

/// Returns the path and query of a page, without the key of a form that was posted to it.
pub fn page_address(path: &str, query: Option<&str>) -> String {
    query.and_then(without_key).map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::{action, key, page_address, without_key};

    #[test]
    fn an_address_names_one_action() {
        assert_eq!(action("/api/create_note"), "?/create_note");
        for (query, found) in [
            ("/create_note", Some("create_note")),
            ("show=open&/create_note", Some("create_note")),
            ("/create_note&show=open", Some("create_note")),
            ("", None),
            ("show=/create_note", None),
            ("%2Fcreate_note", None),
            ("/create_note&/create_note", None),
            ("/create_note&/delete_note", None),
            ("/code/send", None),
            ("/../create_note", None),
            ("/create%5Fnote", None),
            ("/create_note=1", None),
        ] {
            assert_eq!(key(query), found, "{query}");
        }
    }

    #[test]
    fn the_rest_of_a_query_stays_as_it_was() {
        for (query, rest) in [
            ("/create_note", None),
            ("", None),
            ("/create_note&show=open&q=a%26b", Some("show=open&q=a%26b")),
            ("show=open&/create_note&/x=1", Some("show=open")),
        ] {
            assert_eq!(without_key(query).as_deref(), rest, "{query}");
            let address = rest.map_or_else(|| "/notes".to_owned(), |rest| format!("/notes?{rest}"));
            assert_eq!(page_address("/notes", Some(query)), address, "{query}");
        }
    }
}
