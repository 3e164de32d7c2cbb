//! Bare web addresses as links, as in GitHub's Markdown.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::utils::TextMergeStream;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use request::text;

/// Turns each `http://…` and `https://…` of the text into a link to itself, except in code, HTML, links and images.
/// Trailing punctuation is not part of an address, nor is a bracket that was opened before it.
pub fn linked<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut closed_to_links = 0_usize;
    // The parser splits a text at every character that could be markup, such as the "_" in an address.
    TextMergeStream::new(events).flat_map(move |event| {
        match &event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => closed_to_links += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => closed_to_links -= 1,
            Event::Text(text) if closed_to_links == 0 && text.contains("://") => {
                return None.into_iter().chain(parts(text));
            }
            _ => {}
        }
        Some(event).into_iter().chain(Vec::new())
    })
}

fn parts<'a>(text: &str) -> Vec<Event<'a>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut events = Vec::new();
    let mut shown = 0;
    for link in finder.links(text) {
        let address = visible(link.as_str());
        if !leads_to_the_web(address) {
            continue;
        }
        events.extend(words(&text[shown..link.start()]));
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: owned(address),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
        events.extend(words(address));
        events.push(Event::End(TagEnd::Link));
        shown = link.start() + address.len();
    }
    events.extend(words(&text[shown..]));
    events
}

/// Returns the part before any kind of space or invisible character, such as one that changes the direction of text: an
/// address has to be what it looks like.
fn visible(address: &str) -> &str {
    // `words` replaces each such character by one space; both texts are the same up to the first.
    let end = text::words(address).find(' ').unwrap_or(address.len());
    &address[..end]
}

fn leads_to_the_web(address: &str) -> bool {
    address.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty() && ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

fn words<'a>(text: &str) -> Option<Event<'a>> {
    (!text.is_empty()).then(|| Event::Text(owned(text)))
}

fn owned<'a>(text: &str) -> CowStr<'a> {
    CowStr::from(text.to_owned())
}
