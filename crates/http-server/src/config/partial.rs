//! As much of a configuration as can be read, with all that is wrong with the rest.

use super::vars::{Problem, Vars};
use super::{
    Codespace, CommonConfig, NeonAuthSettings, PublicOrigin, database, dotenv, migration, neon_auth, session_key,
};
use environment::{DotEnv, LocalModeOff, Lookup, Variables};
use secrecy::SecretString;

/// The part of a configuration that could be read, with all that is wrong with the rest. The doctor goes on with it
/// where the server refuses to start.
#[derive(Debug)]
pub struct PartialConfig {
    /// What keeps the server from starting.
    pub problems: Vec<Problem>,
    /// What every server needs, with defaults in the place of what is wrong.
    pub common: CommonConfig,
    /// Whether the server would start in local mode: none of the variables of a database or of Neon Auth is set.
    pub local: bool,
    /// The codespace that forwards its ports to browsers, if they come that way.
    pub codespace: Option<Codespace>,
    /// The connection string of the login `web`. Not in local mode.
    pub database_url: Option<SecretString>,
    /// The connection string of the role that owns the database, if it is set: only migrations need it.
    pub owner_url: Option<SecretString>,
    /// The Neon Auth project that signs people in. Not in local mode.
    pub neon_auth: Option<NeonAuthSettings>,
    /// Where browsers reach the app.
    pub public_origin: Option<PublicOrigin>,
    /// The key of the sessions. Not in local mode.
    pub session_key: Option<SecretString>,
    /// The platform that this machine belongs to, if it is a known one.
    pub platform: Option<Platform>,
    /// What does not keep the server from starting, and deserves a look.
    pub warnings: Vec<Problem>,
}

/// A platform that has a proxy in front of everything. It is known by a variable that it sets.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// How it calls itself.
    pub name: &'static str,
    /// The value of `TRUSTED_PROXY` that its proxy calls for.
    pub proxy: &'static str,
}

/// Platforms by the variable that each of them sets.
const PLATFORMS: [(&str, Platform); 5] = [
    ("FLY_APP_NAME", Platform { name: "Fly.io", proxy: "fly" }),
    ("RENDER", Platform { name: "Render", proxy: "1" }),
    ("RAILWAY_PROJECT_ID", Platform { name: "Railway", proxy: "1" }),
    ("K_SERVICE", Platform { name: "Cloud Run", proxy: "1" }),
    ("VERCEL", Platform { name: "Vercel", proxy: "1" }),
];

impl PartialConfig {
    /// Reads the environment, then looks at the files that it leads to: all that can refuse a start of the server
    /// before another program is asked. The server and its doctor both begin with this.
    pub fn for_start() -> Self {
        let mut partial = Self::from_env();
        partial.problems.extend(partial.common.leptos.problems());
        let Self { database_url, owner_url, problems, warnings, .. } = &mut partial;
        for (name, url) in [(database::WEB, database_url), (database::OWNER, owner_url)] {
            warnings.extend(database::ignored(name, url.as_ref()));
            if let Some(missing) = database::missing_file(name, url.as_ref()) {
                problems.push(missing);
                // The driver would say that the database does not answer.
                *url = None;
            }
        }
        partial
    }

    /// Reads the environment and the `.env` of the working directory, without a look at the files that they lead to.
    pub(crate) fn from_env() -> Self {
        let environment = |name: &str| std::env::var_os(name);
        match dotenv() {
            Ok(file) => Self::of(Variables::new(&environment, &file)),
            Err(unreadable) => {
                let mut partial = Self::read(&environment);
                partial.problems.splice(0..0, unreadable.0);
                partial
            }
        }
    }

    /// Reads the variables of any source, without a look at the files that they lead to.
    pub fn read(environment: Lookup<'_>) -> Self {
        Self::of(Variables::new(environment, &DotEnv::default()))
    }

    fn of(variables: Variables<'_>) -> Self {
        let mut vars = Vars::new(variables);
        let off = LocalModeOff::detect(&variables);
        let local = cfg!(feature = "local") && off.is_none();
        let common = CommonConfig::read(&mut vars, local);
        let platform = PLATFORMS.iter().find(|(variable, _)| vars.optional(&[*variable]).is_some());
        let mut partial = Self {
            problems: Vec::new(),
            common,
            local,
            codespace: None,
            database_url: None,
            owner_url: None,
            neon_auth: None,
            public_origin: None,
            session_key: None,
            platform: platform.map(|(_, platform)| *platform),
            warnings: overridden(&variables).into_iter().collect(),
        };
        if local {
            partial.read_local_mode(&mut vars, Codespace::read(&variables));
        } else {
            partial.read_deployment(&mut vars);
        }
        // One that is missing was forgotten. Of more, perhaps none was wanted.
        let off = off.filter(|_| cfg!(feature = "local") && vars.missing() > 1);
        partial.problems = vars.problems();
        partial.warnings.extend(partial.open_stand_ins_warning());
        if let Some(off) = off {
            partial.report_local_mode_off(&off);
        }
        partial
    }

    /// Returns a warning on an address that lets other machines in, in local mode, whose passwords are known.
    fn open_stand_ins_warning(&self) -> Option<Problem> {
        let settings = &self.common.leptos;
        let what =
            format!("{} lets other machines in, where the local stand-ins have known passwords", settings.address());
        let right = "127.0.0.1 with that port; development containers forward that as well";
        let is_open = self.local && settings.is_open_to_others();
        is_open.then(|| Problem::of_value(settings.address_variable, what, right))
    }

    /// Adds the problem that local mode is off, although variables of a deployment are missing.
    fn report_local_mode_off(&mut self, off: &LocalModeOff) {
        let fix = format!("{} to run in local mode, or set the variables that are missing", off.fix_hint());
        self.problems.insert(0, Problem { variable: off.variable(), what: off.reason(), fix });
        if off.is_by_environment() {
            // Another project's database is none of ours to examine.
            (self.database_url, self.owner_url) = (None, None);
        }
    }

    /// Reads what local mode takes from the environment.
    fn read_local_mode(&mut self, vars: &mut Vars<'_>, codespace: Option<Codespace>) {
        let port = self.common.leptos.address().port();
        let forwarded = codespace.as_ref().map(|codespace| codespace.origin(port));
        let origin = PublicOrigin::read_local(vars, port, forwarded.as_deref());
        self.codespace = codespace.filter(|_| forwarded.as_deref() == Some(origin.as_str()));
        self.public_origin = Some(origin);
    }

    /// Reads what a server outside local mode needs.
    fn read_deployment(&mut self, vars: &mut Vars<'_>) {
        let fix = "the connection string of the login \"web\", which `server migrate` creates";
        self.database_url = database::required(vars, database::WEB, fix);
        self.owner_url = vars.optional(&[database::OWNER]).and_then(|text| {
            let fix = "the direct connection string of the role that owns the database, or leave it out";
            database::parsed(vars, database::OWNER, &text, fix).map(|_| text.into())
        });
        // Nothing else here uses them, and `server migrate` refuses wrong ones.
        migration::limits(vars);
        self.neon_auth = neon_auth::read(vars);
        self.public_origin = PublicOrigin::read(vars);
        self.session_key = session_key(vars);
    }
}

/// Returns a warning on the names that `.env` sets in vain, if there are any.
fn overridden(variables: &Variables<'_>) -> Option<Problem> {
    let names = variables.overridden().join(", ");
    let what = format!("is not what counts: your environment has other values, which come first: {names}");
    let fix = "unset them, or take them out of .env".to_owned();
    (!names.is_empty()).then_some(Problem { variable: ".env", what, fix })
}
