//! The query of the list's addresses: the filter, the page and the open form. Unreadable values are ignored.

use super::model::{Filter, TodoId, UndoToken};
#[cfg(feature = "ssr")]
use http::{Uri, header::REFERER, request::Parts};
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;
use request::form;
use std::fmt::{self, Display, Formatter};

/// The query of an address of the list. It displays as that address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub show: Filter,
    /// Only todos older than this one.
    pub before: Option<TodoId>,
    /// The todo whose form is open.
    pub edit: Option<TodoId>,
    /// The last deletion.
    pub deleted: Option<UndoToken>,
}

impl ListQuery {
    pub fn of(show: Filter) -> Self {
        Self { show, ..Self::default() }
    }

    pub fn editing(self, id: TodoId) -> Self {
        Self { edit: Some(id), deleted: None, ..self }
    }

    /// Returns the first page that shows a new todo: with the filter in use, if it admits one.
    pub fn of_new(show: Filter) -> Self {
        Self::of(if show.admits(false) { show } else { Filter::All })
    }

    /// Returns the page that a form was posted to, without an open form: the server names it as the referer.
    #[cfg(feature = "ssr")]
    pub fn of_referer() -> Self {
        let query = use_context::<Parts>().and_then(|parts| {
            let page = parts.headers.get(REFERER)?.to_str().ok()?.parse::<Uri>().ok()?;
            page.query().map(str::to_owned)
        });
        Self::parse(&query.unwrap_or_default()).afterwards()
    }

    /// Returns where a form of this page posts to without a script, to call the function at this path.
    pub fn action(self, function: &str) -> String {
        let (page, own) = (self.to_string(), form::action(function));
        match page.split_once('?') {
            Some((_, query)) => format!("{own}&{query}"),
            None => own,
        }
    }

    /// Returns the page after a change: without the open form and the last deletion.
    pub fn afterwards(self) -> Self {
        Self { edit: None, deleted: None, ..self }
    }

    /// Returns the page after a deletion, with its undo button.
    pub fn after(self, deletion: UndoToken) -> Self {
        Self { deleted: Some(deletion), ..self.afterwards() }
    }

    #[cfg(feature = "ssr")]
    fn parse(query: &str) -> Self {
        Self::read(|wanted| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
        })
    }

    /// Reads the parameters of a query. `value` returns a parameter by its name.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| value(name)?.parse().ok();
        Self {
            show: value("show").and_then(|word| word.parse().ok()).unwrap_or_default(),
            before: number("before").map(TodoId),
            edit: number("edit").map(TodoId),
            deleted: number("deleted").map(UndoToken),
        }
    }
}

impl Display for ListQuery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("/todos")?;
        let mut mark = '?';
        if self.show != Filter::All {
            write!(f, "?show={}", self.show.into_str())?;
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
        // Browsers move the focus to this element.
        self.edit.map_or(Ok(()), |id| write!(f, "#rename-{}", id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::ListQuery;
    use crate::todos::api::CreateTodo;
    use crate::todos::model::{Filter, TodoId, UndoToken};
    use leptos::server_fn::ServerFn;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        assert_eq!(ListQuery::default().to_string(), "/todos");
        assert_eq!(ListQuery::of(Filter::Done).to_string(), "/todos?show=done");
        let all = ListQuery {
            show: Filter::Open,
            before: Some(TodoId(9)),
            edit: Some(TodoId(7)),
            deleted: Some(UndoToken(1_700_000_000_123_456)),
        };
        assert_eq!(all.to_string(), "/todos?show=open&before=9&deleted=1700000000123456&edit=7#rename-7");
        assert_eq!(ListQuery::parse("show=open&before=9&deleted=1700000000123456&edit=7"), all);
        assert_eq!(all.afterwards().to_string(), "/todos?show=open&before=9");
        let all = ListQuery { show: Filter::All, ..all };
        assert_eq!(all.editing(TodoId(1)).to_string(), "/todos?before=9&edit=1#rename-1");
    }

    #[test]
    fn a_form_stays_on_the_part_of_the_list_that_it_is_on() {
        assert_eq!(ListQuery::default().action(CreateTodo::PATH), "?/create_todo");
        let open = ListQuery { before: Some(TodoId(9)), ..ListQuery::of(Filter::Open) };
        assert_eq!(open.action(CreateTodo::PATH), "?/create_todo&show=open&before=9");
    }

    #[test]
    fn what_was_tampered_with_is_left_out() {
        for query in [
            "",
            "show=&before=x&edit=1.5&deleted=",
            "show=Open&before=9223372036854775808&edit=-&deleted=now",
            "show=open'--&before=9,9",
            "show=%00",
        ] {
            assert_eq!(ListQuery::parse(query), ListQuery::default(), "{query}");
        }
    }
}
