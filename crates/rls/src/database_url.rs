//! The connection string of a database, as Neon's console shows it and as it is written by hand.
//! It must not print any part of it: there is a password in it.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::fs::File;
use url::Url;

/// Parameters that the driver knows, in its spellings, beyond [`FILE_PARAMETERS`].
const SUPPORTED_PARAMETERS: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-mode",
    "sslmode",
    "statement-cache-capacity",
    "user",
];

/// Parameters of libpq and of other drivers without which a connection is no less safe. `channel_binding` ties a login
/// to a certificate, which is checked here where the URL asks for encryption.
const IGNORABLE_PARAMETERS: [&str; 20] = [
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "connection_limit",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "pgbouncer",
    "pool_timeout",
    "ssl_min_protocol_version",
    "sslcompression",
    "sslnegotiation",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "uselibpqcompat",
];

/// Parameters that name a file, in each of the driver's spellings.
const FILE_PARAMETERS: [(&str, &[&str]); 3] = [
    ("sslrootcert", &["sslrootcert", "ssl-root-cert", "ssl-ca"]),
    ("sslcert", &["sslcert", "ssl-cert"]),
    ("sslkey", &["sslkey", "ssl-key"]),
];

/// Returns the options to connect with, from the URL of a database.
pub fn connect_options(url: &str) -> Result<PgConnectOptions, DatabaseUrlError> {
    Ok(DatabaseUrl::parse(url)?.options())
}

/// A URL that the driver can use.
pub struct DatabaseUrl {
    url: Url,
    options: PgConnectOptions,
}

/// The reason why a URL cannot be used. Each message completes a sentence that begins with what was read, such as the
/// name of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Another scheme, no host, or no URL at all.
    #[error("is not a URL such as postgresql://role:password@host/database")]
    NotAUrl,
    /// A character of the password ends the host too early.
    #[error("has a #, / or ? in its password, where a URL ends the host")]
    Unencoded,
    /// Percent-encoding that is none.
    #[error("has a % in its role, password or database that is no percent-encoding")]
    Percent,
    /// An unknown `sslmode`.
    #[error("has an sslmode that PostgreSQL does not know")]
    SslMode,
    /// Certificates to check, and a mode that checks none.
    #[error("has sslrootcert=system with an sslmode that checks no certificate")]
    UncheckedSystem,
    /// A parameter whose value cannot be read, such as a port that is no number.
    #[error("has a parameter that cannot be read")]
    Parameter,
}

impl DatabaseUrlError {
    /// Returns the instruction that repairs it, where it is the same for every database.
    pub fn fix(self) -> Option<&'static str> {
        match self {
            Self::NotAUrl | Self::Parameter => None,
            Self::Unencoded | Self::Percent => Some(
                "percent-encode these characters of the password: # as %23, / as %2F, ? as %3F, @ as %40, % as %25 \
                 (or choose one without them: `openssl rand -hex 24`)",
            ),
            Self::SslMode => Some("take one of disable, prefer, require, verify-ca and verify-full"),
            Self::UncheckedSystem => Some("write sslmode=verify-full beside it"),
        }
    }
}

impl DatabaseUrl {
    /// Reads a URL, and translates what the driver would misunderstand.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(DatabaseUrlError::NotAUrl)?;
        if !matches!(scheme.to_ascii_lowercase().as_str(), "postgres" | "postgresql") {
            return Err(DatabaseUrlError::NotAUrl);
        }
        if has_unencoded_delimiter(rest) {
            return Err(DatabaseUrlError::Unencoded);
        }
        let url = Url::parse(text).ok().filter(Url::has_host).ok_or(DatabaseUrlError::NotAUrl)?;
        Ok(Self { options: options(&url)?, url })
    }

    /// Returns the URL as it was written.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the options to connect with.
    pub fn options(self) -> PgConnectOptions {
        self.options
    }

    /// Returns the parameters that have no effect here, and might be thought to have one.
    pub fn ignored(&self) -> Vec<String> {
        let names = self.url.query_pairs().map(|(name, _)| name.into_owned());
        names.filter(|name| !is_supported(name) && !IGNORABLE_PARAMETERS.contains(&name.as_str())).collect()
    }

    /// Returns the parameter that names a file which cannot be read.
    pub fn missing_file(&self) -> Option<&'static str> {
        self.url.query_pairs().find_map(|(name, value)| {
            let (parameter, _) = FILE_PARAMETERS.iter().find(|(_, spellings)| spellings.contains(&&*name))?;
            let is_file = !is_system(&name, &value) && !value.contains("-----BEGIN");
            (is_file && File::open(&*value).is_err()).then_some(*parameter)
        })
    }
}

/// Returns whether an unencoded character has ended the host before the `@` in front of it. Only a parameter may have
/// one later.
fn has_unencoded_delimiter(rest: &str) -> bool {
    let after = rest.find(['/', '?', '#']).map_or("", |end| &rest[end..]);
    let (before_fragment, fragment) = after.split_once('#').unwrap_or((after, ""));
    let (path, query) = before_fragment.split_once('?').unwrap_or((before_fragment, ""));
    let in_query = query.split('&').any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        name.contains('@') || (value.contains('@') && !is_supported(name))
    });
    path.contains('@') || in_query || fragment.contains('@')
}

fn is_supported(name: &str) -> bool {
    let names_a_file = FILE_PARAMETERS.iter().any(|(_, spellings)| spellings.contains(&name));
    names_a_file || SUPPORTED_PARAMETERS.contains(&name) || name.starts_with("options[")
}

/// Returns whether this is libpq's `sslrootcert=system`, which stands for the public authorities. The driver has them
/// built in, and would look for a file of that name.
fn is_system(name: &str, value: &str) -> bool {
    FILE_PARAMETERS[0].1.contains(&name) && value == "system"
}

/// Returns the options without what the driver does not know: it would write name and value to the log, each time that
/// a connection is set up.
fn options(url: &Url) -> Result<PgConnectOptions, DatabaseUrlError> {
    let pairs = url.query_pairs();
    let (system, others): (Vec<_>, Vec<_>) = pairs.partition(|(name, value)| is_system(name, value));
    let supported: Vec<_> = others.into_iter().filter(|(name, _)| is_supported(name)).collect();
    let mode = supported.iter().rev().find(|(name, _)| matches!(&**name, "sslmode" | "ssl-mode"));
    let mode = mode.map(|(_, value)| value.parse::<PgSslMode>()).transpose().map_err(|_| DatabaseUrlError::SslMode)?;
    let mut supported_url = url.clone();
    supported_url.set_query(None);
    if !supported.is_empty() {
        supported_url.query_pairs_mut().extend_pairs(&supported);
    }
    let options = supported_url.as_str().parse::<PgConnectOptions>();
    let options = options.map_err(|_| parse_error(&supported_url))?;
    // Poolers refuse start-up options that they do not know, and no number here has a fraction.
    let options = options.extra_float_digits(None);
    match (system.is_empty(), mode) {
        (true, _) => Ok(with_certificate_check(options)),
        (false, None | Some(PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull)) => {
            Ok(options.ssl_mode(PgSslMode::VerifyFull))
        }
        (false, Some(_)) => Err(DatabaseUrlError::UncheckedSystem),
    }
}

/// Returns the error of a URL that cannot be parsed: in its parameters, or in the part before them.
fn parse_error(url: &Url) -> DatabaseUrlError {
    let mut without_query = url.clone();
    without_query.set_query(None);
    match without_query.as_str().parse::<PgConnectOptions>() {
        Ok(_) => DatabaseUrlError::Parameter,
        Err(_) => DatabaseUrlError::Percent,
    }
}

/// Checks certificates wherever encryption is asked for. `sslmode=require` means, to libpq as to sqlx, encrypted but
/// with whom: an attacker in between could answer. Neon's connection strings say it, and its certificates are those of
/// a public authority, so here it means that the certificate is checked. Another authority takes `verify-full` with
/// `sslrootcert`, and no check takes `prefer`.
fn with_certificate_check(options: PgConnectOptions) -> PgConnectOptions {
    match options.get_ssl_mode() {
        PgSslMode::Require => options.ssl_mode(PgSslMode::VerifyFull),
        _ => options,
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, DatabaseUrlError};
    use sqlx::ConnectOptions;

    fn password(url: &str) -> Result<String, DatabaseUrlError> {
        let options = DatabaseUrl::parse(url)?.options();
        assert_eq!(options.get_host(), "db.example.com", "not a part of the password");
        assert_eq!(options.get_username(), "web");
        Ok(options.to_url_lossy().password().unwrap_or_default().to_owned())
    }

    #[test]
    fn passwords_are_decoded_or_refused_as_unencoded() {
        let encoded = |c: char| format!("%{:02X}", u32::from(c));
        let letters = |text: &str| password(&format!("postgresql://web:{text}@db.example.com/app"));
        for c in ('!'..='~').filter(|c| *c != '%') {
            // Behind a digit it may be read as a port, behind an @ as a host.
            for before in ["a", "1", "a@b"] {
                let written = letters(&format!("{before}{c}z"));
                let meant = letters(&format!("{}{}z", before.replace('@', "%40"), encoded(c))).unwrap();
                if matches!(c, '#' | '/' | '?') {
                    assert_eq!(written, Err(DatabaseUrlError::Unencoded), "{before}{c}z");
                } else {
                    assert_eq!(written, Ok(meant), "{before}{c}z");
                }
            }
        }
        assert_eq!(letters("a%ffz"), Err(DatabaseUrlError::Percent));
        let fix = DatabaseUrlError::Unencoded.fix().unwrap();
        assert!(fix.contains("percent-encode") && ["%23", "%2F", "%3F", "%40"].iter().all(|code| fix.contains(code)));
    }

    #[test]
    fn required_encryption_checks_certificates() {
        for (asked, given) in [
            ("?sslmode=require", "VerifyFull"),
            ("?sslmode=require&channel_binding=require", "VerifyFull"),
            ("?channel_binding=require", "Prefer"),
            ("?sslmode=verify-full", "VerifyFull"),
            ("?sslmode=verify-ca", "VerifyCa"),
            ("?sslmode=disable", "Disable"),
            ("?sslrootcert=system", "VerifyFull"),
            ("?sslmode=verify-ca&sslrootcert=system", "VerifyFull"),
            ("", "Prefer"),
        ] {
            let url = DatabaseUrl::parse(&format!("postgresql://web:secret@db.example.com/app{asked}"));
            assert_eq!(format!("{:?}", url.unwrap().options().get_ssl_mode()), given, "{asked}");
        }
    }

    #[test]
    fn parameters_are_used_ignored_or_refused() {
        let parse = |parameters: &str| DatabaseUrl::parse(&format!("postgresql://web@db.example.com/app?{parameters}"));
        for (parameters, error) in [
            ("sslmode=always", DatabaseUrlError::SslMode),
            ("sslmode=prefer&sslrootcert=system", DatabaseUrlError::UncheckedSystem),
            ("port=x", DatabaseUrlError::Parameter),
        ] {
            assert_eq!(parse(parameters).err(), Some(error), "{parameters}");
        }
        let url =
            parse("channel_binding=require&connect_timeout=10&schema=public&user=a@b&options=endpoint%3Dep-1").unwrap();
        assert_eq!(url.ignored(), ["schema"]);
        assert_eq!(url.missing_file(), None);
        let options = url.options();
        assert_eq!(options.get_options(), Some("endpoint=ep-1"));
        assert_eq!(options.get_username(), "a@b");
    }

    #[test]
    fn missing_certificate_files_are_reported() {
        let missing = |parameters: &str| {
            DatabaseUrl::parse(&format!("postgresql://web@db.example.com/app?{parameters}")).unwrap().missing_file()
        };
        assert_eq!(missing("sslrootcert=system"), None);
        assert_eq!(missing("sslrootcert=/nowhere/ca.pem"), Some("sslrootcert"));
        assert_eq!(missing("ssl-cert=/nowhere/web.pem"), Some("sslcert"));
        assert_eq!(missing("sslrootcert=-----BEGIN%20CERTIFICATE-----"), None);
        assert_eq!(missing(&format!("sslrootcert={}", file!().rsplit('/').next().unwrap())), Some("sslrootcert"));
        assert_eq!(missing(&format!("sslrootcert={}/Cargo.toml", env!("CARGO_MANIFEST_DIR"))), None);
    }

    #[test]
    fn other_urls_are_refused() {
        for text in ["", "web", "mysql://web@localhost/app", "postgresql:///app", "psql postgresql://web@localhost/app"]
        {
            assert_eq!(DatabaseUrl::parse(text).err(), Some(DatabaseUrlError::NotAUrl), "{text}");
        }
    }
}
