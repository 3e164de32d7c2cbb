//! Markdown as a stream of events, in which everything that a page must not contain is replaced.
//! Never makes HTML of anything that an author wrote.

use super::links::linked;
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// The limit for nested elements. Deeper ones keep only their text: unbounded trees are slow to build and to show.
const MAX_DEPTH: usize = 32;

pub fn of(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut rewriter = Rewriter::default();
    linked(Parser::new_ext(markdown, options)).filter_map(move |event| rewriter.rewrite(event))
}

#[derive(Default)]
struct Rewriter {
    /// Whether each open element is shown, the outermost first.
    open: Vec<bool>,
    shown: usize,
    headings: Headings,
    table: Table,
}

/// The mapping of an author's headings to levels below the page's own heading, without gaps: screen reader users
/// navigate by headings.
#[derive(Default)]
struct Headings {
    /// The level in the author's text.
    first: Option<usize>,
    /// The level that was shown last.
    last: usize,
}

#[derive(Default)]
struct Table {
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Rewriter {
    fn rewrite<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(tag) => {
                let shows =
                    self.shown < MAX_DEPTH && !matches!(&tag, Tag::Image { dest_url, .. } if !is_secure(dest_url));
                self.open.push(shows);
                if !shows {
                    return None;
                }
                self.shown += 1;
                Some(self.start(tag))
            }
            Event::End(tag) => {
                if !self.open.pop()? {
                    return None;
                }
                self.shown -= 1;
                Some(self.end(tag))
            }
            Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
            Event::TaskListMarker(done) => Some(Event::Text(CowStr::Borrowed(if done { "☑ " } else { "☐ " }))),
            other => Some(other),
        }
    }

    fn start<'a>(&mut self, tag: Tag<'a>) -> Event<'a> {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                Event::Start(Tag::Heading { level: self.headings.next(level), id, classes, attrs })
            }
            Tag::HtmlBlock => Event::Start(Tag::Paragraph),
            Tag::Table(columns) => {
                self.table.columns = columns;
                markup("<div class=\"scrolls\"><table>")
            }
            Tag::TableHead => {
                self.table = Table { in_head: true, column: 0, columns: std::mem::take(&mut self.table.columns) };
                markup("<thead><tr>")
            }
            Tag::TableRow => {
                self.table.column = 0;
                Event::Start(Tag::TableRow)
            }
            Tag::TableCell => self.table.cell(),
            other => Event::Start(other),
        }
    }

    fn end<'a>(&mut self, tag: TagEnd) -> Event<'a> {
        match tag {
            TagEnd::Heading(_) => Event::End(TagEnd::Heading(self.headings.shown())),
            TagEnd::HtmlBlock => Event::End(TagEnd::Paragraph),
            TagEnd::Table => markup("</tbody></table>\n</div>"),
            TagEnd::TableHead => {
                self.table.in_head = false;
                markup("</tr></thead><tbody>\n")
            }
            TagEnd::TableCell => markup(if self.table.in_head { "</th>" } else { "</td>" }),
            other => Event::End(other),
        }
    }
}

impl Headings {
    fn next(&mut self, level: HeadingLevel) -> HeadingLevel {
        let level = level as usize;
        let first = *self.first.get_or_insert(level);
        self.last = (level + 2).saturating_sub(first).clamp(2, self.last.max(1) + 1).min(6);
        self.shown()
    }

    fn shown(&self) -> HeadingLevel {
        HeadingLevel::try_from(self.last).unwrap_or(HeadingLevel::H6)
    }
}

impl Table {
    /// Opens a table cell. Alignment is a class, since the Content-Security-Policy forbids the style attribute that the
    /// library writes.
    fn cell<'a>(&mut self) -> Event<'a> {
        let alignment = self.columns.get(self.column).copied().unwrap_or(Alignment::None);
        self.column += 1;
        markup(match (self.in_head, alignment) {
            (true, Alignment::Center) => "<th class=\"align-center\">",
            (true, Alignment::Right) => "<th class=\"align-right\">",
            (true, Alignment::None | Alignment::Left) => "<th>",
            (false, Alignment::Center) => "<td class=\"align-center\">",
            (false, Alignment::Right) => "<td class=\"align-right\">",
            (false, Alignment::None | Alignment::Left) => "<td>",
        })
    }
}

fn markup<'a>(html: &'static str) -> Event<'a> {
    Event::InlineHtml(CowStr::Borrowed(html))
}

fn is_secure(address: &str) -> bool {
    address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}
