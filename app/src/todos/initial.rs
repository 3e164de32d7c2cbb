//! The initial state of the island, which the server puts into the page.
//!
//! It is URL-encoded, like a form. Leptos would pass properties of an island as JSON, and the browser would load a full
//! JSON parser for this alone (see docs/performance.md).

use super::list_query::ListQuery;
use super::model::{Counts, Filter, Todo, TodoId, UndoToken};
use super::notice::Notice;
use form_urlencoded::{Serializer, parse};
use leptos::prelude::*;

/// The id of the element around the island.
pub const ELEMENT: &str = "todos";

/// The initial state after a plain page load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initial {
    /// The address of this page, without the last deletion.
    pub here: ListQuery,
    pub todos: Vec<Todo>,
    pub counts: Counts,
    /// The idempotency key of the next todo.
    pub idempotency_key: String,
    /// The todo whose form is open.
    pub editing: Option<TodoId>,
    /// The text of the open form, or of the form for a new todo, when sending it failed; and why.
    pub typed: Option<String>,
    pub problem: Option<String>,
    /// The error of any other failed form.
    pub error: Option<String>,
    /// The message about the last change.
    pub notice: Option<Notice>,
}

/// Renders the element around the island, with its initial state.
#[component]
pub fn BeginWith(initial: Initial, children: Children) -> impl IntoView {
    let pairs = initial.write();
    provide_context(initial);
    view! {
        <div id=ELEMENT data-initial=pairs>
            {children()}
        </div>
    }
}

impl Initial {
    #[cfg(feature = "ssr")]
    pub fn take() -> Self {
        take_context().unwrap_or_default()
    }

    #[cfg(not(feature = "ssr"))]
    pub fn take() -> Self {
        let element = document().get_element_by_id(ELEMENT);
        element
            .and_then(|element| element.get_attribute("data-initial"))
            .map(|pairs| Self::read(&pairs))
            .unwrap_or_default()
    }

    pub fn write(&self) -> String {
        let mut pairs = Serializer::new(String::new());
        pairs.append_pair("idempotency_key", &self.idempotency_key);
        pairs.append_pair("show", self.here.show.word());
        let (notice, deletion) = match &self.notice {
            Some(Notice { text, deletion }) => (Some(text.clone()), deletion.map(|deletion| deletion.0)),
            None => (None, None),
        };
        for (name, number) in [
            ("before", self.here.before.map(|id| id.0)),
            ("editing", self.editing.map(|id| id.0)),
            ("deletion", deletion),
            ("all-open", Some(self.counts.open)),
            ("all-done", Some(self.counts.done)),
        ] {
            if let Some(number) = number {
                pairs.append_pair(name, &number.to_string());
            }
        }
        for (name, value) in
            [("typed", &self.typed), ("problem", &self.problem), ("error", &self.error), ("notice", &notice)]
        {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        for Todo { id, task, done } in &self.todos {
            pairs.append_pair(if *done { "done" } else { "open" }, &format!("{} {task}", id.0));
        }
        pairs.finish()
    }

    pub fn read(pairs: &str) -> Self {
        let mut initial = Self::default();
        let (mut text, mut deletion) = (None, None);
        for (name, value) in parse(pairs.as_bytes()) {
            let value = value.into_owned();
            let number = || value.parse::<i64>().ok();
            match &*name {
                "before" => initial.here.before = number().map(TodoId),
                "editing" => initial.editing = number().map(TodoId),
                "deletion" => deletion = number().map(UndoToken),
                "all-open" => initial.counts.open = number().unwrap_or_default(),
                "all-done" => initial.counts.done = number().unwrap_or_default(),
                "show" => initial.here.show = Filter::read(&value).unwrap_or_default(),
                "idempotency_key" => initial.idempotency_key = value,
                "typed" => initial.typed = Some(value),
                "problem" => initial.problem = Some(value),
                "error" => initial.error = Some(value),
                "notice" => text = Some(value),
                state => initial.todos.extend(todo(&value, state == "done")),
            }
        }
        initial.notice = text.map(|text| Notice { text, deletion });
        initial
    }
}

fn todo(text: &str, done: bool) -> Option<Todo> {
    let (id, task) = text.split_once(' ')?;
    Some(Todo { id: TodoId(id.parse().ok()?), task: task.to_owned(), done })
}

#[cfg(test)]
mod tests {
    use super::Initial;
    use crate::todos::list_query::ListQuery;
    use crate::todos::model::{Counts, Filter, Todo, TodoId, UndoToken};
    use crate::todos::notice::Notice;

    #[test]
    fn what_is_written_is_read() {
        let hostile = "a&done=1+b=\"'<%00>\n 🦀".to_owned();
        let initial = Initial {
            here: ListQuery { before: Some(TodoId(3)), ..ListQuery::of(Filter::Done) },
            todos: vec![
                Todo { id: TodoId(i64::MAX), task: hostile.clone(), done: false },
                Todo { id: TodoId(2), task: "two".to_owned(), done: true },
            ],
            counts: Counts { open: i64::MAX, done: 7 },
            idempotency_key: "0b06c9a2".to_owned(),
            editing: Some(TodoId(2)),
            typed: Some(hostile.clone()),
            problem: Some(String::new()),
            error: Some("No.".to_owned()),
            notice: Some(Notice { text: hostile, deletion: Some(UndoToken(9)) }),
        };
        assert_eq!(Initial::read(&initial.write()), initial);
        assert_eq!(Initial::read(&Initial::default().write()), Initial::default());
    }
}
