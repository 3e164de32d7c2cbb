//! How far an item, a statement or a part of one reaches: brackets are matched, and those in texts and comments are not
//! seen.

/// What ends a piece of source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A semicolon: `use`, `let` and values.
    Semicolon,
    /// A semicolon or a closing brace: functions, types, modules.
    Item,
    /// A comma as well, or the end of the list: variants, fields, arms, elements, and statements.
    Part,
}

/// Returns the length of what stands at the beginning of the text, with its attributes and the end of its last line.
pub fn length(text: &str) -> usize {
    let attributes = text.split_inclusive('\n').take_while(|line| {
        let line = line.trim_start();
        line.starts_with("#[") || line.starts_with("//")
    });
    let start = attributes.map(str::len).sum();
    start + end_of(&text[start..])
}

/// Returns the name of a module whose content is in another file.
pub fn module(item: &str) -> Option<&str> {
    let line = item.lines().find(|line| !line.trim_start().starts_with(['#', '/']))?;
    let (_, name) = line.trim_end().strip_suffix(';')?.split_once("mod ")?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

fn kind(text: &str) -> End {
    let mut words = text.split_whitespace().skip_while(|word| word.starts_with("pub"));
    match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
        ("const", "fn") => End::Item,
        ("use" | "let" | "const" | "static" | "type", _) => End::Semicolon,
        ("mod" | "fn" | "async" | "struct" | "enum" | "impl" | "trait" | "macro_rules!", _) => End::Item,
        (first, _) if first.starts_with("impl<") => End::Item,
        _ => End::Part,
    }
}

fn end_of(text: &str) -> usize {
    let kind = kind(text);
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(letter) = text[at..].chars().next() {
        let skipped = skipped(&text[at..]);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        let rest = &text[at + letter.len_utf8()..];
        let is_last = match letter {
            '(' | '[' | '{' => {
                depth += 1;
                false
            }
            // The list that it is the last part of.
            ')' | ']' | '}' if depth == 0 => return start_of_line(text, at),
            ')' | ']' | '}' => {
                depth -= 1;
                let is_block = letter == '}' && depth == 0;
                is_block && (kind == End::Item || (kind == End::Part && !goes_on(rest)))
            }
            ';' => depth == 0,
            ',' => depth == 0 && kind == End::Part && rest.starts_with('\n'),
            _ => false,
        };
        at += letter.len_utf8();
        if is_last {
            return at + text[at..].find('\n').map_or(0, |end| end + 1);
        }
    }
    at
}

/// Tells whether what ends in a brace has a continuation: an arm after its pattern, a call, the other branch.
fn goes_on(rest: &str) -> bool {
    let next = rest.trim_start();
    let is_on_the_line = |beginning: &str| rest.trim_start_matches(' ').starts_with(beginning);
    next.starts_with(['.', '?', ')'])
        || next.starts_with("else")
        || ["=>", "if ", ",", ";", "|"].iter().any(|part| is_on_the_line(part))
}

/// Returns the end of the last whole line before this place.
fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Returns the length of a comment, a text or a character at the beginning, or 0.
fn skipped(rest: &str) -> usize {
    let up_to = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return up_to(2, "*/");
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return up_to(hashes + 2, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    if let Some(text) = rest.strip_prefix('"') {
        let mut is_escaped = false;
        let end = text.find(|letter| {
            let ends = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            ends
        });
        return end.map_or(rest.len(), |end| end + 2);
    }
    // A lifetime has no second quote behind one letter.
    if let Some(quoted) = rest.strip_prefix('\'') {
        let mut letters = quoted.chars();
        return match letters.next() {
            Some('\\') => up_to(3, "'"),
            Some(letter) if letters.next() == Some('\'') => letter.len_utf8() + 2,
            _ => 0,
        };
    }
    0
}
