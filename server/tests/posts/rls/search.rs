//! The results of a search, their marks, and the handling of odd input.

use super::{post, titles_of_pages};
use crate::rls::users::{TestUser, database_with};
use crate::support::Shape;
use app::posts::highlighted::{Highlighted, Part};
use app::posts::model::{Author, Draft, PostId, PostSummary, SEARCH_MAX, Search};
use app::posts::store::{search_posts, update_post};
use rls::Db;

async fn publish(db: &Db, user: &TestUser, title: &str, content: &str) -> PostId {
    db.insert_as(&user.claims, &post(title, content)).await.unwrap()
}

async fn search(db: &Db, words: &str) -> Vec<PostSummary> {
    let search = Search::parse(words).unwrap().unwrap();
    search_posts(&mut db.as_anonymous().await.unwrap(), &search, None, 10).await.unwrap()
}

async fn titles(db: &Db, words: &str) -> Vec<String> {
    search(db, words).await.into_iter().map(|post| post.title.text()).collect()
}

fn matches(text: &Highlighted) -> Vec<&str> {
    fn words(part: &Part) -> Option<&str> {
        match part {
            Part::Match(words) => Some(words),
            Part::Plain(_) => None,
        }
    }
    text.0.iter().filter_map(words).collect()
}

#[tokio::test]
async fn words_are_found_in_any_form_and_marked() {
    for shape in Shape::ALL {
        let (_database, db, [ada]) = database_with(shape, ["Ada"]).await;
        publish(&db, &ada, "On engines", "They are **analytical**, and [weave](https://a.example/engine) patterns.")
            .await;
        publish(&db, &ada, "On tea", &format!("{}The kettle & the engine.", "Nothing here. ".repeat(400))).await;
        publish(&db, &ada, "On milk", "It is white.").await;

        assert_eq!(titles(&db, "engine").await, ["On tea", "On engines"], "the newest first");
        assert_eq!(titles(&db, "engine -kettle").await, ["On engines"]);
        assert_eq!(titles(&db, "kettle or milk").await, ["On milk", "On tea"]);
        assert_eq!(titles(&db, "\"analytical engines\"").await, [""; 0]);

        let found = search(&db, "engines weaving").await;
        assert_eq!(found[0].title.text(), "On engines");
        assert_eq!(matches(&found[0].title), ["engines"]);
        let excerpt = found[0].excerpt.text();
        assert!(excerpt.starts_with("They are analytical, and weave"), "without Markdown: {excerpt}");
        assert_eq!(matches(&found[0].excerpt), ["weave"]);
        assert_eq!(found[0].author, Author::Named("Ada".to_owned()));
        let far = &search(&db, "kettle").await[0].excerpt;
        assert_eq!(matches(far), ["kettle"], "the part that has the word: {far:?}");
    }
}

#[tokio::test]
async fn a_word_is_found_in_every_unicode_normalization() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    publish(&db, &ada, "Composed", "A café.").await;
    publish(&db, &ada, "Decomposed", "A cafe\u{301}.").await;
    publish(&db, &ada, "Cafe\u{301}", "In the title.").await;
    for words in ["café", "cafe\u{301}", "CAFE\u{301}", "a\tcafé", "\u{2028}cafe\u{301}\u{a0}"] {
        let found = titles(&db, words).await;
        assert_eq!(found, ["Café", "Decomposed", "Composed"], "{words:?}");
    }
}

#[tokio::test]
async fn an_edited_post_is_found_by_its_new_text() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    let id = publish(&db, &ada, "On tea", "Hot.").await;
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    update_post(&mut tx, id, 1, &Draft::parse("On milk", "Cold.").unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(titles(&db, "tea").await, [""; 0]);
    assert_eq!(titles(&db, "cold").await, ["On milk"]);
}

#[tokio::test]
async fn text_of_a_post_is_neither_markup_nor_a_mark() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    publish(
        &db,
        &ada,
        "Vec<String> \u{e000}forged\u{e001}",
        "a < b, <script>alert(1)</script> \u{e000}forged\u{e001} tea",
    )
    .await;
    assert_eq!(titles(&db, "string").await, ["Vec<String> forged"], "what looks like a tag is text");
    let found = &search(&db, "tea").await[0];
    assert_eq!(matches(&found.title), [""; 0]);
    assert_eq!(matches(&found.excerpt), ["tea"]);
    assert!(found.excerpt.text().ends_with("alert(1)</script> forged tea"), "{found:?}");
}

#[tokio::test]
async fn a_search_without_words_finds_nothing() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    publish(&db, &ada, "On tea", "The kettle.").await;
    let long = "a".repeat(SEARCH_MAX as usize);
    let many = "(".repeat(SEARCH_MAX as usize);
    let short =
        ["\"", "\"\"", "-", "--", "or", "or or", "!", "&", "|", "<->", ":*", "( )", "'", "\\", "%", "the", "-\"", "🦀"];
    for words in short.into_iter().chain(["!!!&&&|||", "' or true --", &long, &many]) {
        assert_eq!(titles(&db, words).await, [""; 0], "{words:?}");
    }
    for words in ["tea &", "((tea", "tea:*", "tea\\", "!tea or tea", "'tea'", "TEA\u{200b}"] {
        assert_eq!(titles(&db, words).await, ["On tea"], "{words:?}");
    }
}

#[tokio::test]
async fn results_are_listed_page_by_page() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    for title in ["1", "2", "3", "4", "5"] {
        publish(&db, &ada, title, if title == "3" { "milk" } else { "tea" }).await;
    }
    let words = Search::parse("tea").unwrap().unwrap();
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    let titles = titles_of_pages(async |after| search_posts(&mut tx, &words, after, 2).await.unwrap()).await;
    assert_eq!(titles, ["5", "4", "2", "1"]);
}
