//! The addresses of the list: which part of it they show, and what is open in it.
//! It must not trust them: what cannot be read is left out.

use super::model::{Deletion, Show, TodoId};
use std::fmt::{self, Display, Formatter};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address {
    pub show: Show,
    /// Only those that are older than this one.
    pub before: Option<TodoId>,
    /// The one whose form is open.
    pub edit: Option<TodoId>,
    /// What was just deleted.
    pub deleted: Option<Deletion>,
}

impl Address {
    /// The first page of a part.
    pub fn of(show: Show) -> Self {
        Self { show, ..Self::default() }
    }

    pub fn editing(self, id: TodoId) -> Self {
        Self { edit: Some(id), deleted: None, ..self }
    }

    /// Where a new todo is seen, for somebody who added it while looking at `show`.
    pub fn of_new(show: Show) -> Self {
        Self::of(if show.admits(false) { show } else { Show::All })
    }

    /// Without what is over once something was done.
    pub fn afterwards(self) -> Self {
        Self { edit: None, deleted: None, ..self }
    }

    /// With a way to take it back.
    pub fn after(self, deletion: Deletion) -> Self {
        Self { deleted: Some(deletion), ..self.afterwards() }
    }

    /// `value` reads a parameter of the query.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| value(name)?.parse().ok();
        Self {
            show: value("show").and_then(|word| Show::read(&word)).unwrap_or_default(),
            before: number("before").map(TodoId),
            edit: number("edit").map(TodoId),
            deleted: number("deleted").map(Deletion),
        }
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("/todos")?;
        let mut mark = '?';
        if self.show != Show::All {
            write!(f, "?show={}", self.show.word())?;
            mark = '&';
        }
        let numbers = [
            ("before", self.before.map(|id| id.0)),
            ("deleted", self.deleted.map(|deletion| deletion.0)),
            ("edit", self.edit.map(|id| id.0)),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                write!(f, "{mark}{name}={number}")?;
                mark = '&';
            }
        }
        // Browsers put the focus there.
        self.edit.map_or(Ok(()), |id| write!(f, "#rename-{}", id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use crate::todos::model::{Deletion, Show, TodoId};

    fn read(query: &'static str) -> Address {
        Address::read(|wanted| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        })
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        assert_eq!(Address::default().to_string(), "/todos");
        assert_eq!(Address::of(Show::Done).to_string(), "/todos?show=done");
        let all = Address {
            show: Show::Open,
            before: Some(TodoId(9)),
            edit: Some(TodoId(7)),
            deleted: Some(Deletion(1_700_000_000_123_456)),
        };
        assert_eq!(all.to_string(), "/todos?show=open&before=9&deleted=1700000000123456&edit=7#rename-7");
        assert_eq!(read("show=open&before=9&deleted=1700000000123456&edit=7"), all);
        assert_eq!(all.afterwards().to_string(), "/todos?show=open&before=9");
        assert_eq!(
            Address { show: Show::All, ..all }.editing(TodoId(1)).to_string(),
            "/todos?before=9&edit=1#rename-1"
        );
    }

    #[test]
    fn what_was_tampered_with_is_left_out() {
        for query in [
            "",
            "show=",
            "show=Open",
            "show=open'--",
            "before=x&edit=1.5&deleted=",
            "before=9223372036854775808",
            "before=9,9&show=%00",
            "edit=-&deleted=now",
        ] {
            assert_eq!(read(query), Address::default(), "{query}");
        }
    }
}
