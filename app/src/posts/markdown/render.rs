//! Markdown to HTML that is safe in a page.
//! HTML in an author's text is shown as text, never passed through.

use super::{SafeHtml, events};
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Renders Markdown in two safe steps: the events contain no HTML of the author's, and the result passes an allow-list.
pub fn render(markdown: &str) -> SafeHtml {
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events::of(markdown));
    SafeHtml(ALLOWED.clean(&html).to_string())
}

/// The allow-list: what [`events`] makes, and nothing else.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let cell = ["align-center", "align-right"];
    // Scrollable blocks can be focused by keyboard.
    let reachable = || HashMap::from([("tabindex", "0")]);
    // Each block takes its direction from its own text.
    let blocks =
        ["h2", "h3", "h4", "h5", "h6", "li", "p", "td", "th"].map(|tag| (tag, HashMap::from([("dir", "auto")])));
    let quiet = HashMap::from([("loading", "lazy"), ("referrerpolicy", "no-referrer")]);
    let special = [("pre", reachable()), ("div", reachable()), ("img", quiet)];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("img", HashSet::from(["src", "alt", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .set_tag_attribute_values(special.into_iter().chain(blocks).collect())
        .allowed_classes(HashMap::from([
            ("div", HashSet::from(["scrolls"])),
            ("td", HashSet::from(cell)),
            ("th", HashSet::from(cell)),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        // The site does not vouch for links in user content.
        .link_rel(Some("nofollow ugc noopener"));
    builder
});

#[cfg(test)]
mod tests {
    use super::render;
    use crate::posts::model::CONTENT_MAX;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    /// Renders Markdown and removes the `dir` attribute that every block has.
    fn html(markdown: &str) -> String {
        render(markdown).0.replace(" dir=\"auto\"", "")
    }

    #[test]
    fn every_block_runs_its_own_way() {
        let markdown = "# a\n\nb\n\n- c\n\n> d\n\n| e |\n|---|\n| f |\n\n###### g\n\n```\nh\n```";
        let html = render(markdown).0;
        for block in ["<h2", "<p", "<li", "<blockquote>\n<p", "<th", "<td", "<h3"] {
            assert!(html.contains(&format!("{block} dir=\"auto\">")), "{block}: {html}");
        }
        assert!(!html.contains("<pre tabindex=\"0\" dir"), "code runs one way: {html}");
    }

    #[test]
    fn what_people_write_is_shown() {
        for (markdown, expected) in [
            ("One\ntwo\n\nthree", "<p>One\ntwo</p>\n<p>three</p>\n"),
            ("# Top\n###### Deep\n# Top", "<h2>Top</h2>\n<h3>Deep</h3>\n<h2>Top</h2>\n"),
            ("### a\n#### b\n### c\n# d", "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n<h2>d</h2>\n"),
            ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"),
            ("```rust\nlet a = 1 < 2;\n```", "<pre tabindex=\"0\"><code>let a = 1 &lt; 2;\n</code></pre>\n"),
            ("3. c\n4. d", "<ol start=\"3\">\n<li>c</li>\n<li>d</li>\n</ol>\n"),
            ("- [x] done\n- [ ] open", "<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>\n"),
            ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
            (
                "[a](https://a.example/?x=1&y=2 \"t\")",
                "<p><a href=\"https://a.example/?x=1&amp;y=2\" title=\"t\" rel=\"nofollow ugc noopener\">a</a></p>\n",
            ),
            ("[p](/posts/7)", "<p><a href=\"/posts/7\" rel=\"nofollow ugc noopener\">p</a></p>\n"),
            (
                "![a cat](https://a.example/cat.png)",
                "<p><img src=\"https://a.example/cat.png\" alt=\"a cat\" loading=\"lazy\" \
                 referrerpolicy=\"no-referrer\"></p>\n",
            ),
        ] {
            assert_eq!(sorted(&html(markdown)), sorted(expected), "{markdown}");
        }
    }

    /// Sorts the attributes of each tag, whose order does not matter.
    fn sorted(html: &str) -> Vec<String> {
        let tags = html.split_inclusive('>').map(|tag| {
            let mut words: Vec<&str> = tag.split([' ', '>']).collect();
            words.sort_unstable();
            words.join(" ")
        });
        tags.collect()
    }

    #[test]
    fn a_table_keeps_its_columns_and_scrolls_in_itself() {
        assert_eq!(
            html("| a | b |\n|---|--:|\n| 1 | 2 |"),
            "<div class=\"scrolls\" tabindex=\"0\"><table><thead><tr><th>a</th><th class=\"align-right\">b</th></tr>\
             </thead><tbody>\n<tr><td>1</td><td class=\"align-right\">2</td></tr>\n</tbody></table>\n</div>"
        );
    }

    /// Returns the address and the text of every link in the rendered HTML.
    fn links(markdown: &str) -> Vec<(String, String)> {
        let html = html(markdown);
        let links = html.split("<a href=\"").skip(1).map(|rest| {
            let (address, rest) = rest.split_once("\" rel=\"nofollow ugc noopener\">").expect("a link of ours");
            (address.to_owned(), rest.split("</a>").next().unwrap().to_owned())
        });
        links.collect()
    }

    #[test]
    fn a_bare_address_is_a_link_and_ends_where_a_reader_sees_its_end() {
        for (markdown, address) in [
            ("See https://a.example for more", "https://a.example"),
            ("See https://a.example.", "https://a.example"),
            ("(https://a.example/b)", "https://a.example/b"),
            ("https://a.example/b_(c)_d_e", "https://a.example/b_(c)_d_e"),
            ("(see https://a.example/b_(c)), then", "https://a.example/b_(c)"),
            ("https://a.example/?b=1&c=2!", "https://a.example/?b=1&amp;c=2"),
            ("**https://a.example/b**", "https://a.example/b"),
            ("HTTPS://A.EXAMPLE/b#c", "HTTPS://A.EXAMPLE/b#c"),
            ("http://localhost:3000/posts/7?", "http://localhost:3000/posts/7"),
            ("\"https://a.example/b\"", "https://a.example/b"),
            ("https://a.example/b<br>", "https://a.example/b"),
            ("- https://a.example/b", "https://a.example/b"),
            ("| a |\n|---|\n| https://a.example/b |", "https://a.example/b"),
            ("<https://a.example/b>", "https://a.example/b"),
        ] {
            assert_eq!(links(markdown), [(address.to_owned(), address.to_owned())], "{markdown}: {}", html(markdown));
        }
        assert_eq!(
            html("https://a.example/b\\_c and http://b.example/"),
            "<p><a href=\"https://a.example/b_c\" rel=\"nofollow ugc noopener\">https://a.example/b_c</a> and \
             <a href=\"http://b.example/\" rel=\"nofollow ugc noopener\">http://b.example/</a></p>\n"
        );
        assert_eq!(links("https://a.example/ä")[0].1, "https://a.example/ä");
    }

    #[test]
    fn what_is_code_or_a_link_already_or_leads_elsewhere_is_no_link() {
        for text in [
            "`https://a.example`",
            "    https://a.example",
            "```\nhttps://a.example\n```",
            "![https://a.example](https://a.example/cat.png)",
            "<a href=https://a.example>",
            "<p title=\"https://a.example\">\n",
            "https://",
            "https:// a.example",
            "://a.example",
            "www.a.example",
            "a@a.example",
            "ftp://a.example/b",
            "xhttps://a.example",
            "javascript://a.example/%0aalert(1)",
            "data://a.example",
        ] {
            assert_eq!(links(text), [], "{text}: {}", html(text));
        }
        let once = ("https://a.example/b".to_owned(), "see https://b.example".to_owned());
        assert_eq!(links("[see https://b.example](https://a.example/b)"), [once]);
    }

    #[test]
    fn an_address_hides_nothing() {
        for invisible in ["\u{202e}", "\u{200b}", "\u{2066}", "\u{feff}", "\u{a0}", "\u{3000}", "\u{2028}"] {
            let address = "https://a.example/b".to_owned();
            assert_eq!(links(&format!("https://a.example/b{invisible}gpj.c")), [(address.clone(), address)]);
        }
        for hostile in [
            "https://a.example/\"onmouseover=\"alert(1)",
            "https://a.example/'onmouseover='alert(1)",
            "https://a.example/<script>alert(1)</script>",
            "https://a.example\\\"><img src=x onerror=alert(1)>",
            "https://[::1",
            "https://a.example:99999999/",
            "https://javascript:alert(1)@a.example/",
            "https://a.example/`x`*y*",
            "*https://a.example/ [x](javascript:alert(1))*",
        ] {
            let html = html(hostile);
            assert!(harmless(&html), "{hostile}: {html}");
            assert!(!html.contains("<script") && !html.contains("<img"), "{hostile}: {html}");
        }
    }

    #[test]
    fn html_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><style>@import 'x'</style></svg>",
            "<style>body{display:none}</style>",
            "<b style=\"position:fixed\">x</b>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<iframe src=\"https://a.example\"></iframe>",
            "a <form action=/auth/sign-out> b",
            "<!-- --!><img src=x onerror=alert(1)>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<textarea></textarea><script>alert(1)</script>",
            "> <script>\n> alert(1)",
            "- <div\n  onclick=alert(1)>",
        ] {
            let html = html(hostile);
            assert!(harmless(&html), "{hostile}: {html}");
            assert!(html.contains("&lt;"), "{hostile}: {html}");
            assert!(!html.contains("<script") && !html.contains("<style") && !html.contains("<form"), "{html}");
        }
    }

    #[test]
    fn links_and_images_lead_to_the_web_only() {
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java&#x0A;script:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:msgbox)",
            "[x](<\u{1}javascript:alert(1)>)",
            "<javascript:alert(1)>",
            "![x](javascript:alert(1))",
            "![x](data:image/svg+xml,<svg onload=alert(1)>)",
            "![x](http://a.example/cat.png)",
            "![x](/auth/sign-out)",
            "[x]: javascript:alert(1)\n[x]",
            "![\" onerror=alert(1) \"](https://a.example/\" onerror=alert(1))",
            "[x](https://a.example/\"onmouseover=\"alert(1))",
            "```\" onclick=alert(1) \"\nx\n```",
        ] {
            let html = html(hostile);
            assert!(harmless(&html), "{hostile}: {html}");
            assert!(!html.contains("<img src=\"/") && !html.contains("http://"), "{hostile}: {html}");
        }
        assert_eq!(html("![my cat](/cat.png)"), "<p>my cat</p>\n", "what is not shown is named");
    }

    /// Checks that the HTML has only known attributes, and that every address leads to the web.
    fn harmless(html: &str) -> bool {
        html.split('<').skip(1).all(|rest| {
            let tag = rest.split('>').next().unwrap_or_default();
            // Splitting at quotes yields names and values in turn.
            let parts: Vec<&str> = tag.split('"').collect();
            let names = parts.iter().step_by(2).flat_map(|part| part.split_whitespace());
            let known = names.filter(|name| name.contains('=')).all(|name| {
                [
                    "alt=",
                    "class=",
                    "href=",
                    "loading=",
                    "referrerpolicy=",
                    "rel=",
                    "src=",
                    "start=",
                    "tabindex=",
                    "title=",
                ]
                .contains(&name)
            });
            let mut values = parts.windows(2).filter(|pair| pair[0].ends_with("href=") || pair[0].ends_with("src="));
            known && values.all(|pair| leads_to_the_web(pair[1]))
        })
    }

    fn leads_to_the_web(address: &str) -> bool {
        let before = address.split(['/', '?', '#', '%']).next().unwrap_or_default();
        before.split_once(':').is_none_or(|(scheme, _)| {
            ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        })
    }

    #[test]
    fn a_megabyte_of_brackets_takes_bounded_time() {
        for bracket in ["[", "]", "[a](", "![", "("] {
            takes_bounded_time(bracket, 1_000_000);
        }
    }

    /// Checks patterns that are quadratic, or overflow the stack, in some Markdown or HTML libraries.
    #[test]
    fn a_whole_post_of_anything_takes_bounded_time() {
        for pattern in [
            "[",
            "]",
            "![",
            "[a](",
            "[]",
            "*a **b ",
            "_",
            "`",
            "` a``",
            "> ",
            "- ",
            "1. ",
            "<",
            "<a",
            "<!--",
            "&#",
            "&",
            "|",
            "|a\n|-\n",
            "\\",
            "[a]: b\n",
            "[a][",
            "~~a",
            "#",
            "\n",
            "\t- x\n",
            "a\n>",
            "**a_",
            "(",
            "<?",
            "<b>",
            "https://",
            "://",
            "http://a.b ",
            "http://(",
            "https://a.b/(",
            "a:",
            "https://a@",
            "https://a.",
            "https://-",
            "_https://a.b/_",
        ] {
            takes_bounded_time(pattern, CONTENT_MAX as usize);
        }
    }

    fn takes_bounded_time(pattern: &str, length: usize) {
        let text = pattern.repeat(length / pattern.len());
        let begun = Instant::now();
        let html = html(&text);
        // Quadratic code would need minutes for a megabyte; linear code on a busy machine needs seconds.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(60), "{pattern:?} took {took:?}");
        assert!(deepest(&html) <= 40, "{pattern:?} nests {}", deepest(&html));
    }

    fn deepest(html: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for tag in html.split('<').skip(1).filter(|tag| !["br", "hr", "img"].iter().any(|void| tag.starts_with(void))) {
            depth = if tag.starts_with('/') { depth - 1 } else { depth + 1 };
            deepest = deepest.max(depth);
        }
        deepest
    }

    proptest! {
        #[test]
        fn no_text_makes_a_script_or_a_handler(
            noise in any::<String>(),
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24),
        ) {
            for text in [noise, pieces.concat()] {
                let html = html(&text);
                prop_assert!(harmless(&html), "{text:?}: {html}");
                let lower = html.to_ascii_lowercase();
                for tag in ["<script", "<style", "<svg", "<iframe", "<object", "<form", "<input", "<base", "<meta", "<link"] {
                    prop_assert!(!lower.contains(tag), "{text:?}: {html}");
                }
            }
        }
    }

    const PIECES: &[&str] = &[
        "<script>",
        "</script>",
        "<img src=x ",
        "onerror=alert(1)",
        ">",
        "<",
        "\"",
        "'",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "    ",
        "[",
        "]",
        "(",
        ")",
        "](javascript:alert(1))",
        "![",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<svg/onload=",
        "&lt;",
        "&#60;",
        "&#x6a;",
        "|",
        "|-|-|\n",
        "- ",
        "> ",
        "# ",
        "*",
        "**",
        "~~",
        "\\",
        "<style>",
        "<a href=",
        "style=\"",
        "\u{0}",
        "\u{202e}",
        "\u{200b}",
        "🦀",
        "javascript:",
        "<https://a.example/",
        "https://a.example/",
        "http://",
        " \"",
        "[x]: ",
        "[^1]",
        "<math><mtext>",
        "x",
    ];
}
