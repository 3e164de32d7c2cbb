//! Bare web addresses.

use super::{harmless, html};

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
