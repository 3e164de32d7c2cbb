//! A few statements that name no user, and their outcomes when different people ask.
//! It must not run what is not written down here, nor change a row: transactions are read-only and rolled back.

use super::cast::Player;
use request::feature::Probe;
use rls::{Db, DbError, Reads};
use sqlx::AssertSqlSafe;

/// The statement of the server itself, after those of the features.
pub const OWN: Probe = Probe {
    title: "Read sessions",
    text: "They are the server's own, which holds tokens in them. Nobody reads them, whoever they are.",
    sql: "select 1 as id from web.session",
    writes: false,
};

/// The result of a statement when one person asks.
pub struct Outcome {
    pub asked_by: String,
    /// The current role, as PostgreSQL names it.
    pub role: String,
    pub answer: Answer,
    /// The lines of `explain`. There are none where the statement was refused.
    pub plan: Vec<String>,
}

/// The answer of PostgreSQL.
pub enum Answer {
    /// The ids of the rows.
    Rows(Vec<i64>),
    /// Only the plan was asked for: the statement would write.
    NotRun,
    /// The refusal, in PostgreSQL's words.
    Refused(String),
}

/// Asks as this person, and rolls everything back.
pub async fn run(probe: &Probe, db: &Db, player: &Player) -> Result<Outcome, DbError> {
    let (role, plan, answer) = match &player.claims {
        Some(claims) => ask(probe, &mut db.as_user(claims).await?).await?,
        None => ask(probe, &mut db.as_anonymous().await?).await?,
    };
    Ok(Outcome { asked_by: player.name.clone(), role, answer, plan })
}

async fn ask(probe: &Probe, tx: &mut impl Reads) -> Result<(String, Vec<String>, Answer), sqlx::Error> {
    let connection = tx.connection();
    sqlx::query("set transaction read only").execute(&mut *connection).await?;
    let role = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await?;
    let explain = AssertSqlSafe(format!("explain (costs off) {}", probe.sql));
    let plan = match sqlx::query_scalar(explain).fetch_all(&mut *connection).await {
        Ok(plan) => plan,
        Err(sqlx::Error::Database(refusal)) => {
            return Ok((role, Vec::new(), Answer::Refused(refusal.message().to_owned())));
        }
        Err(error) => return Err(error),
    };
    if probe.writes {
        return Ok((role, plan, Answer::NotRun));
    }
    let ids = AssertSqlSafe(format!("select id from ({}) as found", probe.sql));
    let ids = sqlx::query_scalar(ids).fetch_all(&mut *connection).await?;
    Ok((role, plan, Answer::Rows(ids)))
}

impl Outcome {
    /// Returns the conditions in the plan that depend on who asks, each once. No word of the statement does.
    pub fn added(&self) -> Vec<&str> {
        let mut added: Vec<&str> = Vec::new();
        for line in self.plan.iter().filter(|line| is_about_the_asker(line)) {
            let condition = line.split_once(": ").map_or("", |(_, condition)| condition);
            if !added.contains(&condition) {
                added.push(condition);
            }
        }
        added
    }
}

/// Returns whether a line of a plan is a condition that depends on who asks. PostgreSQL asks for the identity once,
/// before everything else, and names the answer `$0` (18: `(InitPlan …)`). No statement here has parameters.
pub fn is_about_the_asker(line: &str) -> bool {
    let is_condition = line.contains("Cond: ") || line.contains("Filter: ");
    is_condition && (line.contains('$') || line.contains("InitPlan"))
}

#[cfg(test)]
mod tests {
    use super::{Answer, Outcome};

    #[test]
    fn a_condition_that_depends_on_the_asker_is_told_from_those_of_the_statement() {
        let plan = "Limit\n  InitPlan 1 (returns $0)\n    ->  Result\n  ->  Bitmap Heap Scan on notes\n        \
                    Recheck Cond: (user_id = $0)\n        Filter: (deleted_at IS NULL)\n        \
                    ->  Bitmap Index Scan on notes_of_user\n              Index Cond: (user_id = $0)";
        let outcome = |plan: &str| Outcome {
            asked_by: String::new(),
            role: String::new(),
            answer: Answer::NotRun,
            plan: plan.lines().map(str::to_owned).collect(),
        };
        assert_eq!(outcome(plan).added(), ["(user_id = $0)"]);
        assert_eq!(outcome("Filter: (author_id = (InitPlan 1).col1)").added(), ["(author_id = (InitPlan 1).col1)"]);
        assert_eq!(outcome("Index Scan using posts_newest on posts").added(), [""; 0]);
    }
}
