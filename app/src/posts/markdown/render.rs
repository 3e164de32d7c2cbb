//! Markdown to HTML that is safe in a page.
//! HTML in an author's text is shown as text, never passed through.

use super::{SafeHtml, events};
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Renders Markdown in two safe steps: the events contain no HTML of the author's, and the result passes an allow-list.
pub fn render(markdown: &str) -> SafeHtml {
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events::of(markdown));
    SafeHtml(ALLOWED.clean(&html).to_string())
}

/// The allow-list: what [`events`] makes, and nothing else.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = "a blockquote br code del div em h2 h3 h4 h5 h6 hr img li ol p pre strong table tbody td th thead tr ul";
    let cell = ["align-center", "align-right"];
    // Scrollable blocks can be focused by keyboard.
    let reachable = || HashMap::from([("tabindex", "0")]);
    // Each block takes its direction from its own text.
    let blocks =
        ["h2", "h3", "h4", "h5", "h6", "li", "p", "td", "th"].map(|tag| (tag, HashMap::from([("dir", "auto")])));
    let quiet = HashMap::from([("loading", "lazy"), ("referrerpolicy", "no-referrer")]);
    let special = [("pre", reachable()), ("div", reachable()), ("img", quiet)];
    let mut builder = Builder::empty();
    builder
        .tags(tags.split(' ').collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("img", HashSet::from(["src", "alt", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .set_tag_attribute_values(special.into_iter().chain(blocks).collect())
        .allowed_classes(HashMap::from([
            ("div", HashSet::from(["scrolls"])),
            ("td", HashSet::from(cell)),
            ("th", HashSet::from(cell)),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        // The site does not vouch for links in user content.
        .link_rel(Some("nofollow ugc noopener"));
    builder
});

#[cfg(test)]
mod tests;
