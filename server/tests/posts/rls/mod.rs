//! Posts in the database, on each shape of the directory: one `.sqlx` has to fit them all.

mod plans;
pub mod rights;
mod search;

use crate::rls::users::database_with;
use crate::support::Shape;
use app::posts::model::{Author, Draft, NewPost, Post, PostCursor, PostId, PostSummary};
use app::posts::store::{delete_post, get_post, list_posts, update_post};
use rls::{DbError, Reads};
use uuid::Uuid;

fn post(title: &str, content: &str) -> NewPost {
    NewPost { draft: Draft::parse(title, content).unwrap(), idempotency_key: Uuid::new_v4() }
}

/// Returns the titles on all pages. `read` returns the page that begins after a post.
async fn titles_of_pages(mut read: impl AsyncFnMut(Option<PostCursor>) -> Vec<PostSummary>) -> Vec<String> {
    let mut titles = Vec::new();
    let mut after = None;
    loop {
        let page = read(after).await;
        let Some(last) = page.last() else { return titles };
        after = Some(PostCursor { created_at: last.created_at, id: last.id });
        titles.extend(page.into_iter().map(|post| post.title.text()));
    }
}

fn not_found<T: std::fmt::Debug>(result: Result<T, DbError>) {
    assert!(matches!(result, Err(DbError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn posts_are_listed_newest_first_and_page_by_page() {
    for shape in Shape::ALL {
        let (database, db, [ada, nameless]) = database_with(shape, [" Ada ", ""]).await;
        for (user, title) in [(&ada, "1"), (&nameless, "2"), (&ada, "3"), (&ada, "4"), (&ada, "5")] {
            db.insert_as(&user.claims, &post(title, &"🦀".repeat(300))).await.unwrap();
        }
        // With the same time, the id decides.
        database.run("update posts set created_at = '2026-01-01' where title in ('2', '3', '4')").await;

        let mut tx = db.as_anonymous().await.unwrap();
        let titles = titles_of_pages(async |after| list_posts(&mut tx, after, 2).await.unwrap()).await;
        assert_eq!(titles, ["5", "1", "4", "3", "2"]);

        let all = list_posts(&mut db.as_user(&ada.claims).await.unwrap(), None, 10).await.unwrap();
        assert_eq!(all.len(), 5);
        assert!(all.iter().all(|post| post.excerpt.text() == format!("{}…", "🦀".repeat(279))));
        assert_eq!(all[0].author, Author::Named("Ada".to_owned()));
        assert_eq!(all[4].author, Author::Unnamed);
    }
}

/// Checks that a reader of all pages sees every older post once, whatever is published or deleted meanwhile.
#[tokio::test]
async fn paging_shows_each_post_once_while_posts_are_added() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    for title in ["1", "2", "3", "4", "5"] {
        db.insert_as(&ada.claims, &post(title, "x")).await.unwrap();
    }
    let titles = titles_of_pages(async |after| {
        let page = list_posts(&mut db.as_anonymous().await.unwrap(), after, 2).await.unwrap();
        if after.is_none() {
            let mut tx = db.as_user(&ada.claims).await.unwrap();
            delete_post(&mut tx, page[1].id).await.unwrap();
            tx.commit().await.unwrap();
        }
        db.insert_as(&ada.claims, &post("new", "x")).await.unwrap();
        page
    })
    .await;
    assert_eq!(titles, ["5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_repeated_form_adds_another_post_only_with_another_text() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["", ""]).await;

        let form = post("On tea", "Hot.");
        let first = db.insert_as(&ada.claims, &form).await.unwrap();
        assert_eq!(db.insert_as(&ada.claims, &form).await.unwrap(), first);
        assert_ne!(db.insert_as(&bob.claims, &form).await.unwrap(), first, "idempotency keys belong to their user");
        for (title, content) in [("On tea", "Hot.\n\nAnd sweet."), ("On milk", "Hot."), ("On tea", "    Hot.")] {
            let other = NewPost { draft: Draft::parse(title, content).unwrap(), ..form.clone() };
            let second = db.insert_as(&ada.claims, &other).await.unwrap();
            assert_ne!(second, first);
            assert_eq!(db.insert_as(&ada.claims, &other).await.unwrap(), second, "it is one post as well");
            let saved = get_post(&mut db.as_anonymous().await.unwrap(), second).await.unwrap();
            assert_eq!((&*saved.title, &*saved.content), (title, content));
        }

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        update_post(&mut tx, first, 1, &Draft::parse("Edited", "Since.").unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.insert_as(&ada.claims, &form).await.unwrap(), first, "it is known by what was sent");

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        delete_post(&mut tx, first).await.unwrap();
        tx.commit().await.unwrap();
        let again = db.insert_as(&ada.claims, &form).await.unwrap();
        assert_eq!(get_post(&mut db.as_anonymous().await.unwrap(), again).await.unwrap().content, "Hot.");
    }
}

#[tokio::test]
async fn only_the_author_changes_a_post_and_only_its_current_version() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["Ada", "Bob"]).await;
        let id = db.insert_as(&ada.claims, &post("On tea", "Hot.")).await.unwrap();
        let draft = Draft::parse("On tea", "Line\n\tand line.").unwrap();

        let mut tx = db.as_user(&bob.claims).await.unwrap();
        assert!(!get_post(&mut tx, id).await.unwrap().mine);
        not_found(update_post(&mut tx, id, 1, &draft).await);
        not_found(update_post(&mut tx, id, 7, &Draft::parse("On tea", "Hot.").unwrap()).await);
        not_found(delete_post(&mut tx, id).await);
        drop(tx);
        assert!(!get_post(&mut db.as_anonymous().await.unwrap(), id).await.unwrap().mine);

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let before = get_post(&mut tx, id).await.unwrap();
        assert_eq!((before.mine, before.version), (true, 1));
        drop(tx);
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        update_post(&mut tx, id, 1, &draft).await.unwrap();
        let after = get_post(&mut tx, id).await.unwrap();
        assert_eq!((after.version, &*after.content), (2, "Line\n\tand line."));
        assert!(after.updated_at > before.updated_at);
        assert_eq!(after.created_at, before.created_at);
        update_post(&mut tx, id, 1, &draft).await.expect("the same edit again: its answer may have been lost");
        for other in
            [Draft { title: "Other".to_owned(), ..draft.clone() }, Draft { content: "x".to_owned(), ..draft.clone() }]
        {
            let stale = update_post(&mut tx, id, 1, &other).await;
            assert!(matches!(stale, Err(DbError::Stale)), "{stale:?}");
        }
        update_post(&mut tx, id, 2, &draft).await.unwrap();
        assert_eq!(get_post(&mut tx, id).await.unwrap().version, 2, "saving the same text is no edit");

        delete_post(&mut tx, id).await.unwrap();
        not_found(get_post(&mut tx, id).await);
        not_found(update_post(&mut tx, PostId(i64::MAX), 1, &draft).await);
    }
}

/// Checks the constraints of the database, which the model's checks precede.
#[tokio::test]
async fn the_database_enforces_the_limits_of_posts() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, [""]).await;
    let (title, content) =
        ("insert into posts (title, content) values ($1, 'x')", "insert into posts (title, content) values ('x', $1)");
    for (statement, text, constraint) in [
        (title, String::new(), "posts_title_length"),
        (title, "x".repeat(201), "posts_title_length"),
        (title, "a\tb".to_owned(), "posts_title_text"),
        (content, String::new(), "posts_content_length"),
        (content, "x".repeat(50_001), "posts_content_length"),
        (content, "a\u{7f}b".to_owned(), "posts_content_text"),
        (content, "a\rb".to_owned(), "posts_content_text"),
    ] {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let refusal: DbError = sqlx::query(statement).bind(&text).execute(tx.connection()).await.unwrap_err().into();
        assert!(matches!(&refusal, DbError::Constraint(name) if name == constraint), "{text:?}: {refusal:?}");
    }
    for (statement, text) in
        [(title, "é".repeat(200)), (content, "x".repeat(50_000)), (content, "\u{a0}a\n\tb ½".to_owned())]
    {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        sqlx::query(statement).bind(&text).execute(tx.connection()).await.unwrap();
    }
}

/// Checks that forgetting the author, an update of the row, does not count as an edit.
#[tokio::test]
async fn losing_the_author_is_no_edit() {
    for shape in Shape::ALL {
        for here in [true, false] {
            let (database, db, [ada]) = database_with(shape, ["Ada"]).await;
            let id = db.insert_as(&ada.claims, &post("On tea", "Hot.")).await.unwrap();
            let before = get_post(&mut db.as_anonymous().await.unwrap(), id).await.unwrap();
            if here {
                db.forget_user(&ada.id()).await.unwrap();
            } else {
                // By the foreign key where Neon Auth deletes rows, by the purge where it marks them.
                database.delete_user(ada.id).await;
                db.purge_deleted_users().await.unwrap();
            }
            let after = get_post(&mut db.as_anonymous().await.unwrap(), id).await.unwrap();
            assert_eq!(after, Post { author: Author::Gone, ..before }, "{shape:?}, here: {here}");
        }
    }
}

/// Covers an author whose row disappears from the directory, as when the integration is set up again.
#[tokio::test]
async fn a_post_whose_author_is_not_in_the_directory_is_listed() {
    let (database, db, [ada]) = database_with(Shape::SyncUuid, [""]).await;
    db.insert_as(&ada.claims, &post("On tea", "Hot.")).await.unwrap();
    let listed = list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap();
    assert_eq!(listed[0].author, Author::Unnamed);

    database
        .run("set session_replication_role = replica; delete from neon_auth.users_sync; reset session_replication_role")
        .await;
    let listed = list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap();
    assert_eq!((listed.len(), &listed[0].author), (1, &Author::Gone));
}
