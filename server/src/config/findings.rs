//! As much of a configuration as can be read, with all that is wrong with the rest.
//! It must not stop at the first problem: the doctor goes on with what is left.

use super::vars::{Lookup, Problem, Vars};
use super::{
    Basics, NOT_LOCAL, PublicOrigin, dotenv, migration_limits, neon_auth, parsed_postgres_url, postgres_url,
    session_key,
};
use crate::neon_auth::NeonAuthSettings;
use secrecy::SecretString;

#[derive(Debug)]
pub struct Findings {
    pub problems: Vec<Problem>,
    pub basics: Basics,
    /// None of the variables of a database or of Neon Auth is set.
    pub local: bool,
    pub database_url: Option<SecretString>,
    /// Optional: only migrations need it.
    pub owner_url: Option<SecretString>,
    pub neon_auth: Option<NeonAuthSettings>,
    pub public_origin: Option<PublicOrigin>,
    pub session_key: Option<SecretString>,
    pub platform: Option<Platform>,
}

/// One that is known to have a proxy in front of everything, by a variable that it sets.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    pub name: &'static str,
    /// For `TRUSTED_PROXY`.
    pub proxy: &'static str,
}

const PLATFORMS: [(&str, Platform); 5] = [
    ("FLY_APP_NAME", Platform { name: "Fly.io", proxy: "fly" }),
    ("RENDER", Platform { name: "Render", proxy: "1" }),
    ("RAILWAY_PROJECT_ID", Platform { name: "Railway", proxy: "1" }),
    ("K_SERVICE", Platform { name: "Cloud Run", proxy: "1" }),
    ("VERCEL", Platform { name: "Vercel", proxy: "1" }),
];

impl Findings {
    /// Reads the environment, then looks at the files that it leads to: all that can refuse a start of the server before
    /// another program is asked. The server and its doctor both begin with this.
    pub fn for_start() -> Self {
        let mut findings = Self::from_env();
        findings.problems.extend(findings.basics.site.problems());
        findings
    }

    pub fn from_env() -> Self {
        match dotenv::read(".env".as_ref()) {
            Ok(file) => Self::read(&super::from_env_or(&file)),
            Err(unreadable) => {
                let mut findings = Self::read(&|name| std::env::var_os(name));
                findings.problems.splice(0..0, unreadable.0);
                findings
            }
        }
    }

    pub fn read(lookup: Lookup<'_>) -> Self {
        let mut vars = Vars::new(lookup);
        let basics = Basics::read(&mut vars);
        let platform = PLATFORMS.iter().find(|(variable, _)| vars.optional(&[*variable]).is_some());
        let local = cfg!(feature = "local") && NOT_LOCAL.iter().all(|name| vars.optional(&[name]).is_none());
        let mut findings = Self {
            problems: Vec::new(),
            basics,
            local,
            database_url: None,
            owner_url: None,
            neon_auth: None,
            public_origin: None,
            session_key: None,
            platform: platform.map(|(_, platform)| *platform),
        };
        if local {
            findings.public_origin = Some(PublicOrigin::read_local(&mut vars, findings.basics.site.address()));
        } else {
            findings.read_deployment(&mut vars);
        }
        findings.problems = vars.problems();
        findings
    }

    fn read_deployment(&mut self, vars: &mut Vars<'_>) {
        let fix = "the connection string of the login \"web\", which `server migrate` creates";
        self.database_url = postgres_url(vars, "DATABASE_URL", fix);
        self.owner_url = vars.optional(&["DATABASE_OWNER_URL"]).and_then(|text| {
            let fix = "the direct connection string of the role that owns the database, or leave it out";
            parsed_postgres_url(vars, "DATABASE_OWNER_URL", &text, fix).map(|_| text.into())
        });
        // Nothing else here uses them, and `server migrate` refuses wrong ones.
        migration_limits(vars);
        self.neon_auth = neon_auth::read(vars);
        self.public_origin = PublicOrigin::read(vars);
        self.session_key = session_key(vars);
    }
}
