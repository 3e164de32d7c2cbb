//! Measures whether pages stay fast with 100,000 users, a million posts and ten million memos.
//!
//! The same app runs first on a small database, then on the large one. Takes some minutes and 8 GB of disk.

#[expect(dead_code, unused_imports, reason = "tests use more of it")]
#[path = "../tests/support/mod.rs"]
mod support;
mod timing;

use app::posts::model::{PostCursor, PostId};
use std::time::{Duration, Instant};
use support::{Browser, Shape, TestApp, TestDatabase};
use timing::ms;

/// The number of memos of each user, the same in both runs: the page shows a user's own.
const MEMOS_EACH: i64 = 100;
const POSTS_EACH: i64 = 10;
const SMALL: i64 = 100;
const LARGE: i64 = 100_000;

const WARM_UP: usize = 20;
const SAMPLES: usize = 101;

const FILLED: &[&str] = &[
    // One line for each table.
    "posts", "memos",
];

/// The factor by which a page may become slower.
const MOST: f64 = 2.0;

#[tokio::main]
async fn main() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    fill(&app.database, SMALL).await;
    // As rare in both runs, so that the page shows the same posts.
    app.database.run("update posts set content = content || ' zanzibar' where id % 50 = 0").await;
    let small = measure(&app, &mut ada).await;
    let began = Instant::now();
    fill(&app.database, LARGE - SMALL).await;
    println!("filled in {} s", began.elapsed().as_secs());
    for table in FILLED.iter().copied().chain([app.database.shape.table()]) {
        let size: String =
            app.database.value(&format!("select pg_size_pretty(pg_total_relation_size('{table}'))")).await;
        println!("{table}: {} rows, {size}", app.database.count(table).await);
    }
    let large = measure(&app, &mut ada).await;

    println!("{:<44} {:>8} {:>8} {:>6}", "middle of 101 requests", "small", "large", "ratio");
    let mut too_slow = false;
    for ((what, before), (_, after)) in small.iter().zip(&large) {
        let ratio = after.as_secs_f64() / before.as_secs_f64();
        too_slow |= ratio > MOST;
        println!("{what:<44} {:>5.1} ms {:>5.1} ms {ratio:>6.2}", ms(*before), ms(*after));
    }
    assert!(!too_slow, "a page takes more than {MOST} times as long");
}

/// Adds this many users with their posts and memos. The measuring user gets some, too.
async fn fill(database: &TestDatabase, users: i64) {
    let directory = database.shape.table();
    let statements = [
        insert_users(database.shape, users),
        // A few hundred characters with common and rare words, like real texts.
        format!(
            "insert into posts (title, content, author_id, created_at)
             select 'Post ' || n || ' of ' || coalesce(users.name, 'unknown'),
                 concat_ws(' ', 'common', 'topic' || n * 7 % 50, 'name' || abs(hashtext(users.id::text || n)) % 997,
                     'term' || abs(hashtext(n || users.id::text)) % 79999, repeat('some more words to read ', 12)),
                 users.id, now() - random() * interval '1000 days'
             from {directory} as users, generate_series(1, {POSTS_EACH}) as n
             where not exists (select from posts where posts.author_id = users.id)"
        ),
        format!(
            "insert into memos (body, user_id)
             select 'Something that takes a line, number ' || n, users.id
             from {directory} as users, generate_series(1, {MEMOS_EACH}) as n
             where not exists (select from memos where memos.user_id = users.id)"
        ),
        "vacuum analyze".to_owned(),
    ];
    for statement in statements {
        database.run(&statement).await;
    }
}

/// Returns the statement that adds so many users to the directory.
fn insert_users(shape: Shape, count: i64) -> String {
    match shape {
        Shape::SyncUuid | Shape::SyncText => format!(
            "insert into neon_auth.users_sync (raw_json)
             select jsonb_build_object('id', gen_random_uuid(), 'display_name', 'Person ' || n,
                 'primary_email', gen_random_uuid() || '@example.com', 'signed_up_at_millis', 0)
             from generate_series(1, {count}) as n"
        ),
        Shape::Managed => format!(
            r#"insert into neon_auth."user" (name, email, "emailVerified")
             select 'Person ' || n, gen_random_uuid() || '@example.com', true from generate_series(1, {count}) as n"#
        ),
    }
}

async fn measure(app: &TestApp, ada: &mut Browser) -> Vec<(&'static str, Duration)> {
    let middle =
        "select id, created_at from posts order by created_at desc offset (select count(*) / 2 from posts) limit 1";
    let (id, created_at) = app.database.rows(middle).await.remove(0);
    let deep = format!("/?before={}", PostCursor { created_at, id: PostId(id) }.encode());
    let mut anonymous = app.browser();
    let mut measured = Vec::new();
    for (what, path) in [
        ("the feed", "/"),
        ("the feed, far from its beginning", &*deep),
        ("a search for a rare word", "/?q=zanzibar"),
        ("a search for a word in every post", "/?q=common"),
        ("a search for two words", "/?q=common+topic7"),
        ("a post", &*format!("/posts/{id}")),
    ] {
        measured.push((what, median(&mut anonymous, path).await));
    }
    for (what, path) in [("the memos of a user", "/memos"), ("their account, with counts", "/account/delete")] {
        measured.push((what, median(ada, path).await));
    }
    measured
}

async fn median(browser: &mut Browser, path: &str) -> Duration {
    timing::median(browser, WARM_UP, SAMPLES, async |browser: &mut Browser| browser.get(path).await).await
}
