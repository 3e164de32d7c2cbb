//! The SQL of posts. Who may read and write them is decided by the policies in `migrations/1001`, not here.
//! Queries name an identity only to tell which of the public rows are the current user's own.

use super::highlighted::Highlighted;
use super::markdown::plain_text;
use super::model::{Author, Draft, NewPost, Post, PostCursor, PostId, PostSummary, Search, reading_minutes};
use request::idempotency_key;
use rls::{DbError, Insert, Reads, UserTx, found};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

/// The length of an excerpt, and the length of Markdown that is enough to make one, in characters.
const EXCERPT: usize = 280;
const ENOUGH_FOR_EXCERPT: i32 = 1_000;

/// The marks of `highlighted.rs`, which surround a match and are removed from authors' text.
const MARKS: &str = "\u{e000}\u{e001}";
const MARK_TITLE: &str = "StartSel=\u{e000}, StopSel=\u{e001}, HighlightAll=true";
const MARK_CONTENT: &str =
    "StartSel=\u{e000}, StopSel=\u{e001}, MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=\" … \"";

/// Lists at most `limit` posts, the newest first, starting after `before`.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_posts(
    tx: &mut impl Reads,
    before: Option<PostCursor>,
    limit: usize,
) -> Result<Vec<PostSummary>, DbError> {
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"
        select
            posts.id, posts.title, left(posts.content, $4) as "excerpt!", posts.created_at, posts.updated_at,
            char_length(posts.content) as "characters!",
            author.id is not null as "has_author!", author.name as "author_name?"
        from posts
        left join profiles as author on author.id = posts.author_id
        where (posts.created_at, posts.id) < (coalesce($1, 'infinity'::timestamptz), coalesce($2, 9223372036854775807))
        order by posts.created_at desc, posts.id desc
        limit $3
        "#,
        before.map(|cursor| cursor.created_at),
        before.map(|cursor| cursor.id.0),
        i64::try_from(limit).unwrap_or(i64::MAX),
        ENOUGH_FOR_EXCERPT
    )
    .fetch_all(tx.connection())
    .await?;

    Ok(rows.into_iter().map(|row| row.summary(EXCERPT, Highlighted::plain)).collect())
}

/// Lists posts that match `search`, ordered like [`list_posts`]: newest first, not best first. Ranking would have to
/// look at every match, and pages ordered by rank would change under the reader.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn search_posts(
    tx: &mut impl Reads,
    search: &Search,
    before: Option<PostCursor>,
    limit: usize,
) -> Result<Vec<PostSummary>, DbError> {
    // Only the rows that are shown are parsed for their matches, which costs more than finding them.
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"
        with search as (select websearch_to_tsquery('pg_catalog.english', $1) as words)
        select
            found.id, found.created_at, found.updated_at, char_length(found.content) as "characters!",
            ts_headline('pg_catalog.english', translate(replace(found.title, '<', '< '), $5, ''), words, $6) as "title!",
            ts_headline('pg_catalog.english', translate(replace(found.content, '<', '< '), $5, ''), words, $7) as "excerpt!",
            author.id is not null as "has_author!", author.name as "author_name?"
        from search, lateral (
            select posts.id, posts.title, posts.content, posts.author_id, posts.created_at, posts.updated_at
            from posts
            where posts.search @@ websearch_to_tsquery('pg_catalog.english', $1)
                and (posts.created_at, posts.id)
                    < (coalesce($2, 'infinity'::timestamptz), coalesce($3, 9223372036854775807))
            order by posts.created_at desc, posts.id desc
            limit $4
        ) as found
        left join profiles as author on author.id = found.author_id
        order by found.created_at desc, found.id desc
        "#,
        search.as_str(),
        before.map(|cursor| cursor.created_at),
        before.map(|cursor| cursor.id.0),
        i64::try_from(limit).unwrap_or(i64::MAX),
        MARKS,
        MARK_TITLE,
        MARK_CONTENT
    )
    .fetch_all(tx.connection())
    .await?;

    let rows = rows.into_iter().map(|row| {
        // The query puts a space after each "<", or PostgreSQL would take what follows for a tag and leave it out.
        let (title, excerpt) = (row.title.replace("< ", "<"), row.excerpt.replace("< ", "<"));
        SummaryRow { title, excerpt, ..row }.summary(2 * EXCERPT, |text| Highlighted::parse(&text))
    });
    Ok(rows.collect())
}

/// A row of a list. The excerpt is Markdown.
struct SummaryRow {
    id: i64,
    title: String,
    excerpt: String,
    characters: i32,
    has_author: bool,
    author_name: Option<String>,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
}

impl SummaryRow {
    fn summary(self, max_excerpt: usize, highlight: fn(String) -> Highlighted) -> PostSummary {
        PostSummary {
            id: PostId(self.id),
            title: highlight(self.title),
            excerpt: highlight(plain_text(&self.excerpt, max_excerpt)),
            minutes: reading_minutes(self.characters.unsigned_abs()),
            author: author(self.has_author, self.author_name),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// Returns the highest id.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn last_post(tx: &mut impl Reads) -> Result<Option<PostId>, DbError> {
    let last =
        sqlx::query_scalar!("select id from posts order by id desc limit 1").fetch_optional(tx.connection()).await?;
    Ok(last.map(PostId))
}

/// Lists the posts with ids from `first` to before `end`, with the time of their last change.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_addresses(
    tx: &mut impl Reads,
    first: PostId,
    end: PostId,
) -> Result<Vec<(PostId, OffsetDateTime)>, DbError> {
    let rows = sqlx::query!("select id, updated_at from posts where id >= $1 and id < $2 order by id", first.0, end.0)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| (PostId(row.id), row.updated_at)).collect())
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn count_own_posts(tx: &mut UserTx) -> Result<i64, DbError> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from posts where author_id = (select current_user_id())"#)
            .fetch_one(tx.connection())
            .await?;
    Ok(count)
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get_post(tx: &mut impl Reads, id: PostId) -> Result<Post, DbError> {
    let row = sqlx::query!(
        r#"
        select
            posts.id, title, content, created_at, updated_at, version,
            coalesce(author_id = (select current_user_id()), false) as "mine!",
            author.id is not null as "has_author!", author.name as "author_name?"
        from posts
        left join profiles as author on author.id = posts.author_id
        where posts.id = $1
        "#,
        id.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Post {
        id: PostId(row.id),
        title: row.title,
        content: row.content,
        author: author(row.has_author, row.author_name),
        mine: row.mine,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}

/// The same idempotency key with the same content returns the post that was created the first time, even if it was
/// edited since. With other content it creates another post.
impl Insert for NewPost {
    type Row = PostId;

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<PostId, DbError> {
        let idempotency_key =
            idempotency_key::for_content(self.idempotency_key, [&self.draft.title, &self.draft.content]);
        let created = sqlx::query_scalar!(
            "insert into posts (title, content, idempotency_key) values ($1, $2, $3)
             on conflict on constraint posts_idempotency_key do nothing
             returning id",
            self.draft.title,
            self.draft.content,
            idempotency_key
        )
        .fetch_optional(tx.connection())
        .await?;
        if let Some(id) = created {
            return Ok(PostId(id));
        }
        let first = sqlx::query_scalar!(
            "select id from posts where idempotency_key = $1 and author_id = (select current_user_id())",
            idempotency_key
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(PostId(first))
    }
}

/// Updates the post if it still has `version` (compare-and-swap). Succeeds, too, when the same text is already saved:
/// the answer to the first try may have been lost.
///
/// # Errors
/// `Stale` when the post has a newer version, `NotFound` when it does not exist or belongs to another user.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn update_post(tx: &mut UserTx, id: PostId, version: i32, draft: &Draft) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update posts set title = $3, content = $4 where id = $1 and version = $2",
        id.0,
        version,
        draft.title,
        draft.content
    )
    .execute(tx.connection())
    .await?;
    if updated.rows_affected() > 0 {
        return Ok(());
    }
    let is_saved = sqlx::query_scalar!(
        r#"
        select title = $2 and content = $3 as "is_saved!" from posts
        where id = $1 and author_id = (select current_user_id())
        "#,
        id.0,
        draft.title,
        draft.content
    )
    .fetch_one(tx.connection())
    .await?;
    if is_saved { Ok(()) } else { Err(DbError::Stale) }
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn delete_post(tx: &mut UserTx, id: PostId) -> Result<(), DbError> {
    let deleted = sqlx::query!("delete from posts where id = $1", id.0).execute(tx.connection()).await?;
    found(&deleted)
}

/// A post as it is exported to its author.
#[derive(Debug, Serialize)]
pub struct PostExport {
    id: i64,
    title: String,
    content: String,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

/// Returns the user's own posts, although all are readable.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export(tx: &mut UserTx) -> Result<Vec<PostExport>, DbError> {
    let rows = sqlx::query_as!(
        PostExport,
        "select id, title, content, created_at, updated_at from posts where author_id = (select current_user_id()) order by id"
    );
    Ok(rows.fetch_all(tx.connection()).await?)
}

fn author(exists: bool, name: Option<String>) -> Author {
    match name {
        Some(name) => Author::Named(name),
        None if exists => Author::Unnamed,
        None => Author::Gone,
    }
}
