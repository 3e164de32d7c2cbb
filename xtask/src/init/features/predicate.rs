//! What a condition such as `all(test, feature = "stack")` asks, and what is left of it.

use super::Features;
use std::fmt::{self, Display, Formatter};

#[derive(Debug, PartialEq, Eq)]
pub enum Predicate {
    Known(bool),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// Anything else, such as `test` or `feature = "local"`.
    Other(String),
}

impl Predicate {
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(inner) = inner("not") {
            Self::Not(Box::new(Self::parse(inner)))
        } else if let Some(inner) = inner("all") {
            Self::All(parts(inner).map(Self::parse).collect())
        } else if let Some(inner) = inner("any") {
            Self::Any(parts(inner).map(Self::parse).collect())
        } else {
            Self::Other(text.to_owned())
        }
    }

    /// Returns what is left when both features are decided.
    pub fn resolve(self, features: Features<'_>) -> Self {
        match self {
            Self::Known(known) => Self::Known(known),
            Self::Not(inner) => match inner.resolve(features) {
                Self::Known(known) => Self::Known(!known),
                other => Self::Not(Box::new(other)),
            },
            Self::All(parts) => Self::joined(parts, features, true, Self::All),
            Self::Any(parts) => Self::joined(parts, features, false, Self::Any),
            Self::Other(text) => match text.strip_prefix("feature = ").map(|name| name.trim_matches('"')) {
                Some(name) if name == features.kept => Self::Known(true),
                Some(name) if name == features.gone => Self::Known(false),
                _ => Self::Other(text),
            },
        }
    }

    /// Joins parts of which those that are `neutral` say nothing, and one that is the opposite says everything.
    fn joined(parts: Vec<Self>, features: Features<'_>, neutral: bool, join: fn(Vec<Self>) -> Self) -> Self {
        let resolved = parts.into_iter().map(|part| part.resolve(features));
        let mut left: Vec<_> = resolved.filter(|part| *part != Self::Known(neutral)).collect();
        if left.contains(&Self::Known(!neutral)) {
            return Self::Known(!neutral);
        }
        match left.len() {
            0 => Self::Known(neutral),
            1 => left.remove(0),
            _ => join(left),
        }
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |parts: &[Self]| parts.iter().map(Self::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Known(known) => write!(f, "{known}"),
            Self::Not(inner) => write!(f, "not({inner})"),
            Self::All(parts) => write!(f, "all({})", list(parts)),
            Self::Any(parts) => write!(f, "any({})", list(parts)),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// Returns what stands between the commas outside of brackets.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (first, after) = match split_first(rest?) {
            Some((first, after)) => (first, Some(after)),
            None => (rest?, None),
        };
        rest = after.filter(|after| !after.trim().is_empty());
        Some(first)
    })
}

/// Returns what is before the first comma outside of brackets, and what is after it.
pub fn split_first(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let at = text.find(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    })?;
    Some((&text[..at], &text[at + 1..]))
}
