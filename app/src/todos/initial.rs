//! The initial state of the island, which the server puts into the page.
//!
//! Leptos would read the properties of an island with `serde_json`, a fifth more for the browser to load (see
//! docs/performance.md).

use super::list_query::ListQuery;
use super::model::{Filter, Todo, TodoId, UndoToken};
use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use request::codec::from_attribute;
#[cfg(feature = "ssr")]
use request::codec::to_attribute;
use serde::{Deserialize, Serialize};

/// The id of the element around the island.
pub const ELEMENT: &str = "todos";

/// The initial state after a plain page load. It is flat: each type that is read takes its share of what the browser loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initial {
    pub show: Filter,
    /// Only todos older than this one are on the page.
    pub before: Option<TodoId>,
    pub todos: Vec<Todo>,
    /// The numbers of open and of done todos that are not on this page.
    pub open_elsewhere: i64,
    pub done_elsewhere: i64,
    /// The idempotency key of the next todo.
    pub idempotency_key: String,
    /// The todo whose form is open.
    pub editing: Option<TodoId>,
    /// What was typed into the open form, else into the one for a new todo, if sending it failed; and why it failed.
    pub text: Option<String>,
    pub problem: Option<String>,
    /// The error of any other failed form.
    pub error: Option<String>,
    /// The last deletion, and the notice about it.
    pub deleted: Option<UndoToken>,
    pub notice: Option<String>,
}

/// What a form with a task shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskForm {
    /// What was typed, if sending it failed.
    pub text: Option<String>,
    pub error: Option<String>,
}

/// Renders the element around the island, with its initial state.
#[cfg(feature = "ssr")]
#[component]
pub fn WithInitial(initial: Initial, children: Children) -> impl IntoView {
    let encoded = to_attribute(&initial);
    provide_context(initial);
    view! {
        <div id=ELEMENT data-initial=encoded>
            {children()}
        </div>
    }
}

impl Initial {
    /// Returns the address of this page, without the open form and the last deletion.
    pub fn here(&self) -> ListQuery {
        ListQuery { before: self.before, ..ListQuery::of(self.show) }
    }

    /// Returns the initial state of this page.
    #[cfg(feature = "ssr")]
    pub fn take() -> Self {
        take_context().unwrap_or_default()
    }

    /// Returns the initial state of this page.
    #[cfg(not(feature = "ssr"))]
    pub fn take() -> Self {
        let encoded = document().get_element_by_id(ELEMENT).and_then(|element| element.get_attribute("data-initial"));
        encoded.and_then(|encoded| from_attribute(&encoded).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Initial;
    use crate::todos::model::{Filter, Todo, TodoId, UndoToken};
    use request::codec::{from_attribute, to_attribute};

    #[test]
    fn the_browser_reads_what_the_server_wrote() {
        let hostile = "a&done=1+b=\"'<%00>\n\\u0041\u{1}\u{2028} 🦀".to_owned();
        let todo = Todo { id: TodoId(i64::MAX), task: hostile.clone(), done: true };
        let initial = Initial {
            show: Filter::Done,
            before: Some(TodoId(3)),
            todos: vec![todo.clone(), todo],
            open_elsewhere: i64::MAX,
            done_elsewhere: 7,
            idempotency_key: "0b06c9a2".to_owned(),
            editing: Some(TodoId(2)),
            text: Some(hostile.clone()),
            problem: Some(String::new()),
            error: Some("No.".to_owned()),
            deleted: Some(UndoToken(9)),
            notice: Some(hostile),
        };
        for initial in [initial, Initial::default()] {
            assert_eq!(from_attribute(&to_attribute(&initial).unwrap()), Ok(initial));
        }
    }
}
