//! What every connection to PostgreSQL has in common, whoever opens it and for what.
//! It must not open one.

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// `sslmode=require` means, to libpq as to sqlx, encrypted but with whom: anybody in between could answer. Neon's connection
/// strings say it, and its certificates are those of a public authority, so here it means that the certificate is checked.
/// Who has another authority says `verify-full` with `sslrootcert`, and who wants no check `prefer`.
pub fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    // Poolers refuse start-up options that they do not know, and no number here has a fraction.
    let options = url.parse::<PgConnectOptions>()?.extra_float_digits(None);
    Ok(match options.get_ssl_mode() {
        PgSslMode::Require => options.ssl_mode(PgSslMode::VerifyFull),
        _ => options,
    })
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn a_connection_that_has_to_be_encrypted_knows_with_whom() {
        for (asked, given) in [
            ("?sslmode=require", "VerifyFull"),
            ("?sslmode=require&channel_binding=require", "VerifyFull"),
            ("?sslmode=verify-full", "VerifyFull"),
            ("?sslmode=verify-ca", "VerifyCa"),
            ("?sslmode=disable", "Disable"),
            ("", "Prefer"),
        ] {
            let options = options(&format!("postgresql://web:secret@db.example.com/app{asked}")).unwrap();
            assert_eq!(format!("{:?}", options.get_ssl_mode()), given, "{asked}");
        }
    }
}
