//! Parses the steps of a document. The line above a block of code names its file.

use anyhow::{Context, Result, bail, ensure};

/// A block of code in a document.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line in the document, for messages.
    pub line: usize,
    pub what: What,
}

#[derive(Debug, PartialEq, Eq)]
pub enum What {
    /// Write a new file.
    Write { file: String, content: String },
    /// Replace parts of a file, each of which occurs exactly once.
    Change { file: String, parts: Vec<(String, String)> },
    /// Run shell commands.
    Run { script: String },
}

/// Parses the steps.
pub fn read(document: &str) -> Result<Vec<Step>> {
    let (mut steps, mut above) = (Vec::new(), "");
    let mut lines = document.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line_number = number + 1;
        let Some(language) = line.strip_prefix("```") else {
            above = if line.is_empty() { above } else { line };
            continue;
        };
        let mut content = String::new();
        loop {
            let (_, line) = lines.next().with_context(|| format!("line {line_number}: the block has no end"))?;
            if line == "```" {
                break;
            }
            content.push_str(line);
            content.push('\n');
        }
        let what = step(language, above, content).with_context(|| format!("line {line_number}"))?;
        steps.push(Step { line: line_number, what });
    }
    Ok(steps)
}

fn step(language: &str, above: &str, content: String) -> Result<What> {
    if language == "sh" {
        return Ok(What::Run { script: content });
    }
    let file = last_code(above).context("the line above the block names no `file`")?.to_owned();
    if language == "diff" {
        Ok(What::Change { file, parts: parts(&content)? })
    } else {
        Ok(What::Write { file, content })
    }
}

/// Returns the last code span of a line, such as `new` in "as in `old`, the file `new`:".
fn last_code(line: &str) -> Option<&str> {
    let mut spans = line.rsplit('`');
    spans.next()?;
    spans.next()
}

/// Parses a diff, whose parts are separated by a line `@@`.
fn parts(diff: &str) -> Result<Vec<(String, String)>> {
    let mut parts = vec![(String::new(), String::new())];
    for line in diff.lines() {
        let (before, after) = parts.last_mut().context("there is always one")?;
        let add = |to: &mut String, line: &str| {
            to.push_str(line);
            to.push('\n');
        };
        match (line.get(..1), line.get(1..)) {
            (Some("-"), Some(line)) => add(before, line),
            (Some("+"), Some(line)) => add(after, line),
            (Some(" "), Some(line)) => {
                add(before, line);
                add(after, line);
            }
            (None, _) => {
                add(before, "");
                add(after, "");
            }
            _ if line == "@@" => parts.push(Default::default()),
            _ => bail!("a line of a diff begins with a space, + or -: {line:?}"),
        }
    }
    ensure!(
        parts.iter().all(|(before, after)| !before.is_empty() && before != after),
        "a part of a diff changes nothing that is there"
    );
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{Step, What, read};

    const DOCUMENT: &str = "\
# How

## One

In `a.rs`, as `b.rs` has it:

```diff
 kept
-old
+new
@@
-gone
```

## Two

A new file, `c.rs`:

```rust
fn c() {}

fn d() {}
```

```sh
rm e.rs
```
";

    #[test]
    fn code_blocks_are_steps() {
        let parts = vec![("kept\nold\n".to_owned(), "kept\nnew\n".to_owned()), ("gone\n".to_owned(), String::new())];
        let change = Step { line: 7, what: What::Change { file: "b.rs".to_owned(), parts } };
        let write = What::Write { file: "c.rs".to_owned(), content: "fn c() {}\n\nfn d() {}\n".to_owned() };
        let run = What::Run { script: "rm e.rs\n".to_owned() };
        let expected = [change, Step { line: 19, what: write }, Step { line: 25, what: run }];
        assert_eq!(read(DOCUMENT).unwrap(), expected);
    }

    #[test]
    fn invalid_documents_are_errors() {
        for (document, why) in [
            ("```sh\nls\n", "has no end"),
            ("no file\n\n```rust\n```\n", "names no `file`"),
            ("`a`\n\n```diff\nold\n```\n", "begins with"),
            ("`a`\n\n```diff\n+new\n```\n", "changes nothing that is there"),
            ("`a`\n\n```diff\n same\n```\n", "changes nothing that is there"),
        ] {
            let error = format!("{:#}", read(document).unwrap_err());
            assert!(error.contains(why), "{document:?}: {error}");
        }
    }
}
