//! Under the policies, PostgreSQL uses the indexes that were made for the queries, on large tables.

use crate::rls::plans::{add_users, plan, scans};
use crate::rls::users::database_with;
use crate::support::Shape;
use app::posts::model::{PostCursor, PostId, Search};
use app::posts::store::{get_post, list_posts, search_posts};

#[tokio::test]
async fn a_page_of_the_feed_is_read_from_its_index() {
    // Of the shapes with a UUID one: their ids are the same.
    for shape in [Shape::Managed, Shape::SyncText] {
        let (database, db, [ada]) = database_with(shape, ["Ada"]).await;
        add_users(&database, 300).await;
        let fill = "insert into posts (title, content, author_id, created_at)
                 select 'x', 'y', id, now() - n * interval '1 minute' from profiles, generate_series(1, 100) as n;
             analyze posts";
        database.run(fill).await;

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let posts = "select posts.id, title, left(content, 280), author.name from posts
             left join profiles as author on author.id = posts.author_id
             where (posts.created_at, posts.id) < (now(), 9223372036854775807)
             order by posts.created_at desc, posts.id desc limit 20";
        for plan in [plan(&mut tx, posts).await, plan(&mut db.as_anonymous().await.unwrap(), posts).await] {
            assert!(plan.contains("using posts_newest"), "{plan}");
            assert!(plan.contains("Index Cond: (ROW(created_at, id) <"), "{plan}");
            assert!(!plan.contains("Sort") && !plan.contains("Seq Scan on posts"), "{plan}");
        }

        let one = plan(&mut tx, "update posts set title = 'z' where id = 7 and version = 1").await;
        assert!(one.contains("using posts_pkey"), "{one}");
    }
}

/// Checks the store's own queries by PostgreSQL's statistics.
#[tokio::test]
async fn no_query_reads_all_posts() {
    let (database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    let fill = "insert into posts (title, content, author_id, created_at)
             select 'Post ' || n,
                 concat_ws(' ', 'common words', 'topic' || n % 50, 'name' || n % 997, 'term' || n % 7919,
                     case when n % 5000 = 0 then 'zanzibar' end),
                 id, now() - n * interval '1 minute'
             from profiles, generate_series(1, 50000) as n;
         analyze posts";
    database.run(fill).await;

    let cursor =
        PostCursor { created_at: time::OffsetDateTime::now_utc() - time::Duration::days(10), id: PostId(i64::MAX) };
    let (mut user, mut anonymous) = (db.as_user(&ada.claims).await.unwrap(), db.as_anonymous().await.unwrap());
    // More often than the executions after which PostgreSQL may use a generic plan.
    for _ in 0..8 {
        for before in [None, Some(cursor)] {
            for words in ["zanzibar", "common", "zanzibar or common", "absent", "the"] {
                let search = Search::parse(words).unwrap().unwrap();
                search_posts(&mut user, &search, before, 11).await.unwrap();
                search_posts(&mut anonymous, &search, before, 11).await.unwrap();
            }
            list_posts(&mut user, before, 11).await.unwrap();
            list_posts(&mut anonymous, before, 11).await.unwrap();
        }
        get_post(&mut user, PostId(7)).await.unwrap();
        get_post(&mut anonymous, PostId(7)).await.unwrap();
    }
    let rare = Search::parse("zanzibar").unwrap().unwrap();
    assert_eq!(search_posts(&mut anonymous, &rare, None, 11).await.unwrap().len(), 10);
    assert_eq!(scans(&mut user, "posts").await, (0, true));
    assert_eq!(scans(&mut anonymous, "posts").await, (0, true));

    let found = "select id from posts where search @@ websearch_to_tsquery('english', 'zanzibar')
         order by created_at desc, id desc limit 11";
    let plan = plan(&mut anonymous, found).await;
    assert!(plan.contains("on posts_search") && !plan.contains("Seq Scan"), "{plan}");
}
