//! The metadata of a post, for search engines and link previews.

use app::NAME;
use app::posts::markdown::plain_text;
use app::posts::model::{Author, Post};
use app::ui::timestamp::exact;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{Link, Meta};
use request::absolute;
use serde_json::json;

/// The length of descriptions that search engines show, in characters.
const DESCRIPTION: usize = 160;

#[component]
pub fn PostMetadata<'a>(post: &'a Post) -> impl IntoView + use<> {
    let address = absolute(&post.id.path());
    let description = plain_text(&post.content, DESCRIPTION);
    let json = json_ld(post, &address, &description);
    view! {
        <Link rel="canonical" href=address.clone() />
        <FeedLink />
        <Meta name="description" content=description.clone() />
        <Meta property="og:type" content="article" />
        <Meta property="og:site_name" content=NAME />
        <Meta property="og:title" content=post.title.clone() />
        <Meta property="og:description" content=description />
        <Meta property="og:url" content=address />
        <Meta property="article:published_time" content=exact(post.created_at) />
        <Meta property="article:modified_time" content=exact(post.updated_at) />
        <script type="application/ld+json" nonce=use_nonce()>
            {json}
        </script>
    }
}

/// Renders the link by which feed readers find the feed.
#[component]
pub fn FeedLink() -> impl IntoView {
    view! { <Link rel="alternate" type_="application/atom+xml" title="Posts" href="/feed.xml" /> }
}

fn json_ld(post: &Post, address: &str, description: &str) -> String {
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": description,
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": exact(post.created_at),
        "dateModified": exact(post.updated_at),
    });
    if let Author::Named(name) = &post.author {
        data["author"] = json!({ "@type": "Person", "name": name });
    }
    // HTML has no escapes inside a script: without a "<" the text can neither end it nor begin a comment.
    data.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::json_ld;
    use app::posts::model::{Author, Post, PostId};
    use proptest::prelude::*;
    use serde_json::Value;
    use time::OffsetDateTime;

    fn post(text: &str) -> Post {
        Post {
            id: PostId(7),
            title: text.to_owned(),
            content: String::new(),
            author: Author::Named(text.to_owned()),
            mine: false,
            created_at: OffsetDateTime::UNIX_EPOCH,
            updated_at: OffsetDateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn a_title_does_not_end_the_script() {
        let json = json_ld(&post("</script><script>alert(1)</script><!--"), "https://a.example/posts/7", "");
        assert!(!json.contains('<'), "{json}");
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["headline"], "</script><script>alert(1)</script><!--");
        assert_eq!(read["url"], "https://a.example/posts/7");
    }

    #[test]
    fn who_is_gone_is_not_named() {
        let json = json_ld(&Post { author: Author::Gone, ..post("x") }, "", "");
        assert!(!json.contains("author"), "{json}");
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in any::<String>()) {
            let json = json_ld(&post(&text), "", &text);
            prop_assert!(!json.contains('<'));
            prop_assert_eq!(&serde_json::from_str::<Value>(&json).unwrap()["author"]["name"], &text);
        }
    }
}
