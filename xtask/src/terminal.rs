//! Questions in the terminal, with the usual answers.

use anyhow::{Result, ensure};
use std::io::{BufRead, Write};

pub struct Terminal<'a, I, O> {
    pub input: &'a mut I,
    pub output: &'a mut O,
}

impl<I: BufRead, O: Write> Terminal<'_, I, O> {
    /// Asks until the answer can be used. An empty one is the usual one.
    pub fn ask<T>(&mut self, question: &str, usual: &str, parse: impl Fn(&str) -> Result<T>) -> Result<T> {
        loop {
            let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
            write!(self.output, "{question}{hint}: ")?;
            self.output.flush()?;
            let mut line = String::new();
            ensure!(self.input.read_line(&mut line)? > 0, "there was no answer: nothing has changed");
            let answer = line.trim();
            match parse(if answer.is_empty() { usual } else { answer }) {
                Ok(value) => return Ok(value),
                Err(error) => writeln!(self.output, "    {error}")?,
            }
        }
    }
}

/// Reads a yes or a no.
pub fn yes(text: &str) -> Result<bool> {
    match text.to_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err(anyhow::anyhow!("say yes or no")),
    }
}
