//! The variables of PostgreSQL's own programs, which a shell may have exported for `psql`.

/// Returns whether `name` is one of them, such as `PGHOST` or `PGOPTIONS`. `PG_BIN` is a variable of this project.
pub fn is_libpq_variable(name: &str) -> bool {
    name.strip_prefix("PG").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::is_libpq_variable;

    #[test]
    fn libpq_variables_are_recognised_by_name() {
        for theirs in ["PGHOST", "PGSSLMODE", "PGOPTIONS", "PGTZ"] {
            assert!(is_libpq_variable(theirs), "{theirs}");
        }
        for other in ["PG_BIN", "PG", "PGid", "DATABASE_URL", "OPGHOST"] {
            assert!(!is_libpq_variable(other), "{other}");
        }
    }
}
