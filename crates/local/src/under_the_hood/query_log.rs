//! A tracing layer that logs, for each request, the statements that sqlx sends and the identity that PostgreSQL sees.
//! It must not record values: sqlx does not emit them, and the claims are the few that PostgreSQL is given.

use http_server::telemetry::{REQUEST_SPAN, REQUEST_TARGET};
use rls::END_OF_TRANSACTION;
use rls::identity_notice::NOTICE_PREFIX;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Debug;
use std::mem;
use std::str::FromStr;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Span, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

const QUERY_TARGET: &str = "sqlx::query";
const NOTICE_TARGET: &str = "sqlx::postgres::notice";

/// The most statements of a request that are kept.
const MAX_STATEMENTS: usize = 100;

/// The statements of one request, in order.
#[derive(Debug, Default)]
pub struct QueryLog {
    pub groups: Vec<StatementGroup>,
    /// Whether the last group is a transaction that has not ended.
    is_open: bool,
    statements: usize,
}

/// Statements under one identity.
#[derive(Debug, Default)]
pub struct StatementGroup {
    /// The identity as PostgreSQL reported it. `None` for the login itself: the session store, which belongs to no
    /// feature.
    pub identity: Option<TransactionIdentity>,
    pub statements: Vec<Statement>,
}

/// The role and the claims of a transaction.
#[derive(Debug, Deserialize)]
pub struct TransactionIdentity {
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

impl QueryLog {
    /// Takes everything up to now out of the span of a request. Returns an empty log where the layer is not installed.
    pub fn take(span: &Span) -> Self {
        let log = span.with_subscriber(|(id, subscriber)| {
            let span = subscriber.downcast_ref::<Registry>()?.span(id)?;
            span.extensions_mut().get_mut::<Self>().map(mem::take)
        });
        log.flatten().unwrap_or_default()
    }

    fn record(&mut self, target: &str, fields: EventFields) {
        match target {
            NOTICE_TARGET => {
                let notice = fields.text("message").strip_prefix(NOTICE_PREFIX);
                if let Some(identity) = notice.and_then(|json| serde_json::from_str(json).ok()) {
                    self.groups.push(StatementGroup { identity: Some(identity), statements: Vec::new() });
                    self.is_open = true;
                }
            }
            END_OF_TRANSACTION => self.is_open = false,
            _ if self.statements < MAX_STATEMENTS => {
                self.statements += 1;
                let continues_group = self.is_open || self.groups.last().is_some_and(|group| group.identity.is_none());
                if !continues_group {
                    self.groups.push(StatementGroup::default());
                }
                if let Some(group) = self.groups.last_mut() {
                    group.statements.push(fields.into());
                }
            }
            _ => {}
        }
    }
}

/// Returns the layer that records statements inside the spans of requests.
pub fn query_log_layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let wanted = Targets::new()
        .with_target(QUERY_TARGET, LevelFilter::DEBUG)
        .with_targets([NOTICE_TARGET, END_OF_TRANSACTION].map(|target| (target, LevelFilter::TRACE)));
    // And every span: a thread that opens a connection enters the innermost alone, which leads to that of the request
    // through its parents, as far as this layer sees them.
    QueryLogLayer.with_filter(filter_fn(move |metadata| {
        metadata.is_span() || wanted.would_enable(metadata.target(), metadata.level())
    }))
}

struct QueryLogLayer;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for QueryLogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let metadata = attributes.metadata();
        if (metadata.target(), metadata.name()) == (REQUEST_TARGET, REQUEST_SPAN)
            && let Some(span) = context.span(id)
        {
            span.extensions_mut().insert(QueryLog::default());
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(scope) = context.event_scope(event) else { return };
        let mut fields = EventFields::default();
        event.record(&mut fields);
        for span in scope {
            if let Some(log) = span.extensions_mut().get_mut::<QueryLog>() {
                return log.record(event.metadata().target(), fields);
            }
        }
    }
}

/// The fields of a tracing event, as text.
#[derive(Default)]
struct EventFields(HashMap<&'static str, String>);

impl Visit for EventFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl EventFields {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn number<T: FromStr + Default>(&self, name: &str) -> T {
        self.text(name).parse().unwrap_or_default()
    }
}

impl From<EventFields> for Statement {
    fn from(fields: EventFields) -> Self {
        // The summary is the whole statement when that is short.
        let sql = [fields.text("db.statement"), fields.text("summary")].into_iter().find(|sql| !sql.is_empty());
        Self {
            sql: dedent(sql.unwrap_or_default()),
            took: Duration::try_from_secs_f64(fields.number("elapsed_secs")).unwrap_or_default(),
            rows: fields.number::<u64>("rows_returned").max(fields.number("rows_affected")),
        }
    }
}

/// Returns the statement without the indentation that it has in the source.
fn dedent(sql: &str) -> String {
    let lines = || sql.trim_end().lines().skip_while(|line| line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start().len();
    // The first line often begins behind a quotation mark.
    let rest = lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or_default();
    let cut = |line: &str| line.get(indent(line).min(rest)..).unwrap_or_default().to_owned();
    lines().map(cut).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{END_OF_TRANSACTION, EventFields, NOTICE_PREFIX, NOTICE_TARGET, QUERY_TARGET, QueryLog, dedent};

    fn statement(sql: &str) -> EventFields {
        EventFields([("summary", sql.to_owned())].into())
    }

    fn notice(message: String) -> EventFields {
        EventFields([("message", message)].into())
    }

    #[test]
    fn statements_are_grouped_by_transaction_identity() {
        let mut log = QueryLog::default();
        log.record(QUERY_TARGET, statement("session"));
        log.record(NOTICE_TARGET, notice("something else".to_owned()));
        log.record(NOTICE_TARGET, notice(format!("{NOTICE_PREFIX}{{\"role\":\"anonymous\",\"claims\":null}}")));
        log.record(QUERY_TARGET, statement("posts"));
        log.record(END_OF_TRANSACTION, EventFields::default());
        log.record(QUERY_TARGET, statement("session again"));
        let groups: Vec<_> = log
            .groups
            .iter()
            .map(|group| {
                let role = group.identity.as_ref().map(|identity| identity.role.as_str());
                (role, group.statements.iter().map(|statement| statement.sql.as_str()).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            groups,
            [(None, vec!["session"]), (Some("anonymous"), vec!["posts"]), (None, vec!["session again"])]
        );
    }

    #[test]
    fn log_keeps_at_most_max_statements() {
        let mut log = QueryLog::default();
        for _ in 0..10_000 {
            log.record(QUERY_TARGET, statement("select 1"));
        }
        assert_eq!(log.groups[0].statements.len(), super::MAX_STATEMENTS);
    }

    #[test]
    fn dedent_removes_source_indentation() {
        assert_eq!(
            dedent("\n\n\n        select\n            id\n        from posts\n        "),
            "select\n    id\nfrom posts"
        );
        assert_eq!(dedent("insert into notes\n             values (1)"), "insert into notes\nvalues (1)");
        assert_eq!(dedent("select 1"), "select 1");
    }
}
