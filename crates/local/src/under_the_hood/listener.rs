//! What is said about a request while it runs: the statements that sqlx sends, and whom PostgreSQL sees.
//! It must not hear values: sqlx does not say them, and the claims are the few that PostgreSQL is given.

use http_server::http::trace;
use rls::END_OF_TRANSACTION;
use rls::identity_notice::PREFIX;
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Debug;
use std::mem;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Span, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

const QUERY: &str = "sqlx::query";
const NOTICE: &str = "sqlx::postgres::notice";
/// The target of the span of a request, and its name.
const REQUEST: (&str, &str) = (trace::TARGET, trace::SPAN);

/// The most statements of a request that are kept.
const MOST_STATEMENTS: usize = 100;

/// The statements that one request asked of PostgreSQL, in order.
#[derive(Debug, Default)]
pub struct Heard {
    pub turns: Vec<Turn>,
    /// Whether the last turn is a transaction that goes on.
    is_open: bool,
    statements: usize,
}

/// Statements under one identity.
#[derive(Debug, Default)]
pub struct Turn {
    /// The identity as PostgreSQL saw it. `None` for the login itself: the session store, which belongs to no feature.
    pub identity: Option<Identity>,
    pub statements: Vec<Statement>,
}

/// The role and the claims of a transaction.
#[derive(Debug, Deserialize)]
pub struct Identity {
    pub role: String,
    /// Null for an anonymous user.
    pub claims: Value,
}

/// A statement, and what it took.
#[derive(Debug, Default)]
pub struct Statement {
    pub sql: String,
    pub took: Duration,
    /// The rows that it returned or changed.
    pub rows: u64,
}

impl Heard {
    /// Takes everything up to now from the span of a request. It is empty where there is no listener.
    pub fn take(span: &Span) -> Self {
        let heard = span.with_subscriber(|(id, subscriber)| {
            let span = subscriber.downcast_ref::<Registry>()?.span(id)?;
            span.extensions_mut().get_mut::<Self>().map(mem::take)
        });
        heard.flatten().unwrap_or_default()
    }

    fn hear(&mut self, target: &str, said: Said) {
        match target {
            NOTICE => {
                let identity = said.message.strip_prefix(PREFIX).and_then(|json| serde_json::from_str(json).ok());
                if let Some(identity) = identity {
                    self.turns.push(Turn { identity: Some(identity), statements: Vec::new() });
                    self.is_open = true;
                }
            }
            END_OF_TRANSACTION => self.is_open = false,
            _ if self.statements < MOST_STATEMENTS => {
                self.statements += 1;
                let goes_on = self.is_open || self.turns.last().is_some_and(|turn| turn.identity.is_none());
                if !goes_on {
                    self.turns.push(Turn::default());
                }
                if let Some(turn) = self.turns.last_mut() {
                    turn.statements.push(said.into());
                }
            }
            _ => {}
        }
    }
}

/// Returns the layer that hears what is asked of PostgreSQL inside the spans of requests.
pub fn listener<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let wanted = Targets::new()
        .with_target(QUERY, LevelFilter::DEBUG)
        .with_targets([NOTICE, END_OF_TRANSACTION].map(|target| (target, LevelFilter::TRACE)));
    // And every span: a thread that opens a connection enters the innermost alone, which leads to that of the request
    // through its parents, as far as this layer sees them.
    Listener.with_filter(filter_fn(move |metadata| {
        metadata.is_span() || wanted.would_enable(metadata.target(), metadata.level())
    }))
}

struct Listener;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let metadata = attributes.metadata();
        if (metadata.target(), metadata.name()) == REQUEST
            && let Some(span) = context.span(id)
        {
            span.extensions_mut().insert(Heard::default());
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(scope) = context.event_scope(event) else { return };
        let mut said = Said::default();
        event.record(&mut said);
        for span in scope {
            if let Some(heard) = span.extensions_mut().get_mut::<Heard>() {
                return heard.hear(event.metadata().target(), said);
            }
        }
    }
}

/// The fields of an event that are of use.
#[derive(Default)]
struct Said {
    message: String,
    /// The whole statement when it is short.
    summary: String,
    statement: String,
    returned: u64,
    affected: u64,
    seconds: f64,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        let known = match field.name() {
            "message" => &mut self.message,
            "summary" => &mut self.summary,
            "db.statement" => &mut self.statement,
            _ => return,
        };
        value.clone_into(known);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "rows_returned" => self.returned = value,
            "rows_affected" => self.affected = value,
            _ => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.seconds = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}

impl From<Said> for Statement {
    fn from(said: Said) -> Self {
        let sql = if said.statement.is_empty() { said.summary } else { said.statement };
        let took = Duration::try_from_secs_f64(said.seconds).unwrap_or_default();
        Self { sql: dedented(&sql), took, rows: said.returned.max(said.affected) }
    }
}

/// Returns the statement without the indentation that it has in the source.
fn dedented(sql: &str) -> String {
    let lines = || sql.trim_end().lines().skip_while(|line| line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start().len();
    // The first line often begins behind a quotation mark.
    let rest = lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or_default();
    let cut = |line: &str| line.get(indent(line).min(rest)..).unwrap_or_default().to_owned();
    lines().map(cut).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{END_OF_TRANSACTION, Heard, NOTICE, PREFIX, QUERY, Said, dedented};

    fn statement(sql: &str) -> Said {
        Said { summary: sql.to_owned(), ..Said::default() }
    }

    fn notice(message: String) -> Said {
        Said { message, ..Said::default() }
    }

    #[test]
    fn a_statement_belongs_to_whom_postgresql_saw_until_the_transaction_ends() {
        let mut heard = Heard::default();
        heard.hear(QUERY, statement("session"));
        heard.hear(NOTICE, notice("something else".to_owned()));
        heard.hear(NOTICE, notice(format!("{PREFIX}{{\"role\":\"anonymous\",\"claims\":null}}")));
        heard.hear(QUERY, statement("posts"));
        heard.hear(END_OF_TRANSACTION, Said::default());
        heard.hear(QUERY, statement("session again"));
        let turns: Vec<_> = heard
            .turns
            .iter()
            .map(|turn| {
                let role = turn.identity.as_ref().map(|identity| identity.role.as_str());
                (role, turn.statements.iter().map(|statement| statement.sql.as_str()).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(turns, [(None, vec!["session"]), (Some("anonymous"), vec!["posts"]), (None, vec!["session again"])]);
    }

    #[test]
    fn a_request_that_asks_without_end_is_not_kept_without_end() {
        let mut heard = Heard::default();
        for _ in 0..10_000 {
            heard.hear(QUERY, statement("select 1"));
        }
        assert_eq!(heard.turns[0].statements.len(), super::MOST_STATEMENTS);
    }

    #[test]
    fn a_statement_is_shown_as_it_reads_in_the_source() {
        assert_eq!(
            dedented("\n\n\n        select\n            id\n        from posts\n        "),
            "select\n    id\nfrom posts"
        );
        assert_eq!(dedented("insert into notes\n             values (1)"), "insert into notes\nvalues (1)");
        assert_eq!(dedented("select 1"), "select 1");
    }
}
