//! A few statements that name nobody, and what becomes of them when different people ask.
//! It must not run anything that is not written down here, nor change a row: transactions are read-only and rolled back.

use super::cast::Player;
use app::db::{Db, DbError, Reads};
use sqlx::AssertSqlSafe;

pub struct Trial {
    pub title: &'static str,
    pub text: &'static str,
    pub sql: &'static str,
    /// Then it is planned, and not run.
    writes: bool,
}

pub const TRIALS: [Trial; 3] = [
    Trial {
        title: "Read todos",
        text: "It does not say whose. The policy does, and a visitor may not even ask.",
        sql: "select id, task from todos where deleted_at is null order by id desc limit 20",
        writes: false,
    },
    Trial {
        title: "Read posts",
        text: "They are public: for everybody the policy is “true”, and so PostgreSQL adds nothing.",
        sql: "select id, title from posts order by created_at desc, id desc limit 20",
        writes: false,
    },
    Trial {
        title: "Edit every post",
        text: "It would reach only the posts of whoever asks. Nothing on this page writes, so it is planned and not run.",
        sql: "update posts set title = upper(title)",
        writes: true,
    },
];

/// What happened when one person asked.
pub struct Outcome {
    pub asked_by: String,
    /// PostgreSQL's own word.
    pub role: String,
    pub answer: Answer,
    /// The lines of `explain`. None where it was refused.
    pub plan: Vec<String>,
}

pub enum Answer {
    /// The ids of the rows.
    Rows(Vec<i64>),
    NotRun,
    /// In PostgreSQL's words.
    Refused(String),
}

impl Trial {
    pub async fn run(&self, db: &Db, player: &Player) -> Result<Outcome, DbError> {
        let (role, plan, answer) = match &player.claims {
            Some(claims) => self.ask(&mut db.as_user(claims).await?).await?,
            None => self.ask(&mut db.as_anonymous().await?).await?,
        };
        Ok(Outcome { asked_by: player.name.clone(), role, answer, plan })
    }

    async fn ask(&self, tx: &mut impl Reads) -> Result<(String, Vec<String>, Answer), sqlx::Error> {
        let connection = tx.connection();
        sqlx::query("set transaction read only").execute(&mut *connection).await?;
        let role = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await?;
        let explain = AssertSqlSafe(format!("explain (costs off) {}", self.sql));
        let plan = match sqlx::query_scalar(explain).fetch_all(&mut *connection).await {
            Ok(plan) => plan,
            Err(sqlx::Error::Database(refusal)) => {
                return Ok((role, Vec::new(), Answer::Refused(refusal.message().to_owned())));
            }
            Err(error) => return Err(error),
        };
        if self.writes {
            return Ok((role, plan, Answer::NotRun));
        }
        let ids = AssertSqlSafe(format!("select id from ({}) as found", self.sql));
        let ids = sqlx::query_scalar(ids).fetch_all(&mut *connection).await?;
        Ok((role, plan, Answer::Rows(ids)))
    }
}

impl Outcome {
    /// The conditions in the plan that depend on who asks: no word of the statement does.
    pub fn added(&self) -> impl Iterator<Item = &str> {
        self.plan.iter().map(|line| line.trim()).filter(|line| is_about_the_asker(line))
    }
}

/// PostgreSQL evaluates the identity once, before everything else, and names the result `$0` (18: `(InitPlan …)`).
pub fn is_about_the_asker(line: &str) -> bool {
    let is_condition = line.contains("Cond: ") || line.contains("Filter: ");
    is_condition && (line.contains("$0") || line.contains("InitPlan"))
}
