//! The HTML of Markdown: what authors write is shown, whatever they write is harmless, and takes bounded time.

mod blocks;
mod hostile;
mod links;
mod time;

use super::render;

/// The attributes that the HTML may have.
const ATTRIBUTES: &str = "alt= class= href= loading= referrerpolicy= rel= src= start= tabindex= title=";

/// Renders Markdown and removes the `dir` attribute that every block has.
fn html(markdown: &str) -> String {
    render(markdown).0.replace(" dir=\"auto\"", "")
}

/// Checks that the HTML has only known attributes, and that every address leads to the web.
fn harmless(html: &str) -> bool {
    html.split('<').skip(1).all(|rest| {
        let tag = rest.split('>').next().unwrap_or_default();
        // Splitting at quotes yields names and values in turn.
        let parts: Vec<&str> = tag.split('"').collect();
        let names = parts.iter().step_by(2).flat_map(|part| part.split_whitespace());
        let known =
            names.filter(|name| name.contains('=')).all(|name| ATTRIBUTES.split(' ').any(|known| known == name));
        let mut values = parts.windows(2).filter(|pair| pair[0].ends_with("href=") || pair[0].ends_with("src="));
        known && values.all(|pair| leads_to_the_web(pair[1]))
    })
}

fn leads_to_the_web(address: &str) -> bool {
    let before = address.split(['/', '?', '#', '%']).next().unwrap_or_default();
    before
        .split_once(':')
        .is_none_or(|(scheme, _)| ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}
