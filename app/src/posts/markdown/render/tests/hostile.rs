//! Texts that try to get a script, a handler or an address of another kind into a page.

use super::{harmless, html};
use proptest::prelude::*;
use proptest::sample::select;

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

proptest! {
    #[test]
    fn no_text_makes_a_script_or_a_handler(
        noise in any::<String>(),
        pieces in prop::collection::vec(prop_oneof![3 => select(MARKS), 1 => select(PIECES)], 0..24),
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

const MARKS: &[&str] = &[
    "<script>", ">", "<", "\"", "'", "`", "```\n", "\n", "\n\n", "    ", "[", "]", "(", ")", "![", "<!--", "-->",
    "]]>", "&lt;", "&#60;", "&#x6a;", "|", "|-|-|\n", "- ", "> ", "# ", "*", "**", "~~", "\\", "<style>", "<a href=",
    "style=\"", "\u{0}", "\u{202e}", "\u{200b}", "🦀", "http://", " \"", "[x]: ", "[^1]", "x",
];

const PIECES: &[&str] = &[
    "</script>",
    "<img src=x ",
    "onerror=alert(1)",
    "](javascript:alert(1))",
    "<![CDATA[",
    "<svg/onload=",
    "javascript:",
    "<https://a.example/",
    "https://a.example/",
    "<math><mtext>",
];
