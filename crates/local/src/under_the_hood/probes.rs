//! Probes: statements that name no user, run as each persona to compare the results.
//! It must not run what is not written down here, nor change a row: transactions are read-only and rolled back.

use super::personas::Persona;
use request::feature::Probe;
use rls::{Db, DbError, Reads};
use sqlx::AssertSqlSafe;

/// The statement of the server itself, after those of the features.
pub const SESSION_PROBE: Probe = Probe {
    title: "Read sessions",
    text: "They are the server's own, which holds tokens in them. Nobody reads them, whoever they are.",
    sql: "select 1 as id from web.session",
    writes: false,
};

/// The result of a probe as one persona.
pub struct ProbeResult {
    /// The name of the persona.
    pub persona: String,
    /// The current role, as PostgreSQL names it.
    pub role: String,
    pub answer: ProbeAnswer,
    /// The lines of `explain`. There are none where the statement was refused.
    pub plan: Vec<String>,
}

/// The answer of PostgreSQL.
pub enum ProbeAnswer {
    /// The ids of the rows.
    Rows(Vec<i64>),
    /// Only the plan was asked for: the statement would write.
    NotRun,
    /// The refusal, in PostgreSQL's words.
    Refused(String),
}

/// Runs a probe as this persona, and rolls everything back.
pub async fn run(probe: &Probe, db: &Db, persona: &Persona) -> Result<ProbeResult, DbError> {
    let (role, plan, answer) = match &persona.claims {
        Some(claims) => run_in(probe, &mut db.as_user(claims).await?).await?,
        None => run_in(probe, &mut db.as_anonymous().await?).await?,
    };
    Ok(ProbeResult { persona: persona.name.clone(), role, answer, plan })
}

async fn run_in(probe: &Probe, tx: &mut impl Reads) -> Result<(String, Vec<String>, ProbeAnswer), sqlx::Error> {
    let connection = tx.connection();
    sqlx::query("set transaction read only").execute(&mut *connection).await?;
    let role = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await?;
    let explain = AssertSqlSafe(format!("explain (costs off) {}", probe.sql));
    let plan = match sqlx::query_scalar(explain).fetch_all(&mut *connection).await {
        Ok(plan) => plan,
        Err(sqlx::Error::Database(refusal)) => {
            return Ok((role, Vec::new(), ProbeAnswer::Refused(refusal.message().to_owned())));
        }
        Err(error) => return Err(error),
    };
    if probe.writes {
        return Ok((role, plan, ProbeAnswer::NotRun));
    }
    let ids = AssertSqlSafe(format!("select id from ({}) as found", probe.sql));
    let ids = sqlx::query_scalar(ids).fetch_all(&mut *connection).await?;
    Ok((role, plan, ProbeAnswer::Rows(ids)))
}

impl ProbeResult {
    /// Returns the conditions in the plan that depend on the identity, each once. They come from policies: the
    /// statement names no user.
    pub fn policy_conditions(&self) -> Vec<&str> {
        let mut conditions: Vec<&str> = Vec::new();
        for line in self.plan.iter().filter(|line| depends_on_identity(line)) {
            let condition = line.split_once(": ").map_or("", |(_, condition)| condition);
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        conditions
    }
}

/// Returns whether a line of a plan is a condition that depends on the identity. PostgreSQL evaluates the identity
/// once, before everything else, and names the value `$0` (18: `(InitPlan …)`). No statement here has parameters.
pub fn depends_on_identity(line: &str) -> bool {
    let is_condition = line.contains("Cond: ") || line.contains("Filter: ");
    is_condition && (line.contains('$') || line.contains("InitPlan"))
}

#[cfg(test)]
mod tests {
    use super::{ProbeAnswer, ProbeResult};

    #[test]
    fn only_conditions_on_the_identity_are_policy_conditions() {
        let plan = "Limit\n  InitPlan 1 (returns $0)\n    ->  Result\n  ->  Bitmap Heap Scan on notes\n        \
                    Recheck Cond: (user_id = $0)\n        Filter: (deleted_at IS NULL)\n        \
                    ->  Bitmap Index Scan on notes_of_user\n              Index Cond: (user_id = $0)";
        let result = |plan: &str| ProbeResult {
            persona: String::new(),
            role: String::new(),
            answer: ProbeAnswer::NotRun,
            plan: plan.lines().map(str::to_owned).collect(),
        };
        assert_eq!(result(plan).policy_conditions(), ["(user_id = $0)"]);
        assert_eq!(
            result("Filter: (author_id = (InitPlan 1).col1)").policy_conditions(),
            ["(author_id = (InitPlan 1).col1)"]
        );
        assert_eq!(result("Index Scan using posts_newest on posts").policy_conditions(), [""; 0]);
    }
}
