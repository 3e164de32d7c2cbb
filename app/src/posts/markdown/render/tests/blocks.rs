//! Blocks and inline markup.

use super::html;
use crate::posts::markdown::render;

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
