//! The posts for programs: an Atom feed, and sitemaps.

use super::model::{PostId, PostSummary};
use super::store;
use crate::NAME;
use crate::ui::timestamp::exact;
use request::AppError;
use request::direction::isolated;
use rls::Db;
use time::OffsetDateTime;

const FEED_LENGTH: usize = 30;

/// The range of ids in one sitemap, far below the limit of 50,000 addresses, so that one is quick to make.
const SITEMAP_LENGTH: i64 = 10_000;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const SITEMAP_NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Renders an Atom feed of the newest posts. `origin` is the app's own address, without a trailing slash.
pub async fn atom(db: &Db, origin: &str) -> Result<String, AppError> {
    let posts = store::list_posts(&mut db.as_anonymous().await?, None, FEED_LENGTH).await?;
    Ok(atom_of(&posts, origin))
}

fn atom_of(posts: &[PostSummary], origin: &str) -> String {
    let updated = posts.iter().map(|post| post.updated_at).max().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let entries: String = posts.iter().map(|post| entry(post, origin)).collect();
    format!(
        "{DECLARATION}<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{origin}/</id>\n<title>{NAME}</title>\n<updated>{}</updated>\n\
         <link href=\"{origin}/\"/>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{origin}/feed.xml\"/>\n\
         {entries}</feed>\n",
        exact(updated)
    )
}

fn entry(post: &PostSummary, origin: &str) -> String {
    let address = format!("{origin}{}", post.id.path());
    format!(
        "<entry>\n<id>{address}</id>\n<title>{}</title>\n<link href=\"{address}\"/>\n<published>{}</published>\n\
         <updated>{}</updated>\n<author><name>{}</name></author>\n<summary>{}</summary>\n</entry>\n",
        isolated_text(&post.title.text()),
        exact(post.created_at),
        exact(post.updated_at),
        // Atom requires a name for every author.
        isolated_text(post.author.label()),
        isolated_text(&post.excerpt.text()),
    )
}

/// Renders the list of sitemaps. Each covers a constant range of ids, so that none has to search for its start.
pub async fn sitemap_index(db: &Db, origin: &str) -> Result<String, AppError> {
    let last = store::last_post(&mut db.as_anonymous().await?).await?;
    let parts = last.map_or(1, |PostId(id)| id / SITEMAP_LENGTH + 1);
    let sitemaps: String =
        (0..parts).map(|part| format!("<sitemap><loc>{origin}/sitemaps/{part}.xml</loc></sitemap>\n")).collect();
    Ok(format!("{DECLARATION}<sitemapindex xmlns=\"{SITEMAP_NAMESPACE}\">\n{sitemaps}</sitemapindex>\n"))
}

/// Renders the sitemap of this name, such as `0.xml`. The first one also lists the start page. Returns `NotFound` for a
/// sitemap without addresses.
pub async fn sitemap(db: &Db, origin: &str, name: &str) -> Result<String, AppError> {
    let part = name.strip_suffix(".xml").and_then(|part| part.parse::<u32>().ok()).ok_or(AppError::NotFound)?;
    let first = i64::from(part) * SITEMAP_LENGTH;
    let posts =
        store::list_addresses(&mut db.as_anonymous().await?, PostId(first), PostId(first + SITEMAP_LENGTH)).await?;
    let home = (part == 0).then(|| format!("<url><loc>{origin}/</loc></url>\n"));
    if home.is_none() && posts.is_empty() {
        return Err(AppError::NotFound);
    }
    let posts = posts.iter().map(|(id, updated_at)| {
        format!("<url><loc>{origin}{}</loc><lastmod>{}</lastmod></url>\n", id.path(), exact(*updated_at))
    });
    let urls: String = home.into_iter().chain(posts).collect();
    Ok(format!("{DECLARATION}<urlset xmlns=\"{SITEMAP_NAMESPACE}\">\n{urls}</urlset>\n"))
}

/// Escapes and isolates users' text, which feed readers put beside text of their own.
fn isolated_text(raw: &str) -> String {
    escape(&isolated(raw))
}

/// Escapes text for an XML element. Characters that XML forbids altogether are left out.
fn escape(raw: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let allowed: String = raw.chars().filter(is_allowed).collect();
    allowed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{atom_of, escape};
    use crate::posts::highlighted::Highlighted;
    use crate::posts::model::{Author, PostId, PostSummary};
    use time::OffsetDateTime;

    /// Returns the feed of one post.
    fn feed(title: &str, excerpt: &str, author: &str) -> String {
        let post = PostSummary {
            id: PostId(7),
            title: Highlighted::plain(title.to_owned()),
            excerpt: Highlighted::plain(excerpt.to_owned()),
            minutes: 1,
            author: Author::Named(author.to_owned()),
            created_at: OffsetDateTime::UNIX_EPOCH,
            updated_at: OffsetDateTime::UNIX_EPOCH,
        };
        atom_of(&[post], "https://a.example")
    }

    #[test]
    fn an_entry_holds_text_and_no_markup_of_its_author() {
        let feed = feed("</title><script>&", "a ]]> b", "<b>");
        assert!(feed.contains("<title>&lt;/title&gt;&lt;script&gt;&amp;</title>"), "{feed}");
        assert!(feed.contains("<name>&lt;b&gt;</name>") && feed.contains("a ]]&gt; b"), "{feed}");
        assert!(feed.contains("<id>https://a.example/posts/7</id>"), "{feed}");
        assert!(feed.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{feed}");
    }

    #[test]
    fn text_from_right_to_left_is_isolated() {
        let feed = feed("\u{202e}שלום", "Tea", "שרה");
        for element in
            ["<title>\u{2068}שלום\u{2069}</title>", "<name>\u{2068}שרה\u{2069}</name>", "<summary>Tea</summary>"]
        {
            assert!(feed.contains(element), "{element}: {feed}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(escape("a\u{0}\u{b}\u{fffe}\u{ffff}b\n🦀"), "ab\n🦀");
    }
}
