//! Databases of tests that have ended or were killed, which the next test drops.
//!
//! A test cannot drop its own at its end: `drop database` waits for logins in progress, which would never finish, since
//! the test's runtime no longer runs. Both would wait for PostgreSQL's timeout of a minute.

use super::cluster::{databases, folder};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longer than any test runs.
const OLD: Duration = Duration::from_secs(30 * 60);

/// The databases of finished tests of this process, if it runs several.
static FINISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub fn finished(name: &str) {
    FINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
}

pub async fn sweep(admin: &mut PgConnection) {
    let file = OpenOptions::new().create(true).append(true).open(folder().join("sweep.lock")).expect("a lock file");
    if file.try_lock().is_err() {
        // Another test is dropping them.
        return;
    }
    let finished = std::mem::take(&mut *FINISHED.lock().unwrap_or_else(PoisonError::into_inner));
    for name in databases(admin, "test_").await {
        if finished.contains(&name) || is_abandoned(&name) {
            // A failure costs only space: the next test tries again.
            admin.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await.ok();
        }
    }
}

/// Returns whether the test of a database, named `test_<seconds since 1970>_<process>_<number>`, has ended.
fn is_abandoned(name: &str) -> bool {
    let mut parts = name.split('_').skip(1);
    let (Some(seconds), Some(process)) = (parts.next().and_then(|text| text.parse().ok()), parts.next()) else {
        return false;
    };
    let made = UNIX_EPOCH + Duration::from_secs(seconds);
    let processes = Path::new("/proc");
    SystemTime::now().duration_since(made).is_ok_and(|age| age > OLD)
        || (processes.join("self").exists() && !processes.join(process).exists())
}
