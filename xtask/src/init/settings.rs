//! What a project is to be like: from flags, or from answers in the terminal.

use super::name::AppName;
use super::sample::Sample;
use crate::generation::Generation;
use crate::terminal::{Terminal, yes};
use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use std::io::{BufRead, Write};

#[derive(Args, Debug, Default)]
pub struct Options {
    /// The app's name: small letters, digits and hyphens
    pub name: Option<String>,
    /// The generation of Neon Auth that your Neon project has. Default: managed
    #[arg(long, value_enum, value_name = "GENERATION")]
    pub neon_auth: Option<Generation>,
    /// Features of the sample to leave out, with commas between
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FEATURES")]
    pub without: Vec<Sample>,
    /// Put the project under the MIT licence of this holder, instead of none
    #[arg(long, value_name = "HOLDER")]
    pub mit: Option<String>,
    /// Where browsers will reach the app, such as https://app.example.com
    #[arg(long, value_name = "URL")]
    pub origin: Option<String>,
    /// Do not commit what has changed
    #[arg(long)]
    pub no_commit: bool,
    /// Ask nothing
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    pub name: AppName,
    pub neon_auth: Generation,
    pub without: Vec<Sample>,
    /// The holder of the MIT licence, or no licence.
    pub holder: Option<String>,
    /// The host of the public origin, if it is known yet.
    pub host: Option<String>,
    pub commit: bool,
}

impl Settings {
    /// Takes what the flags say. `usual` is the name that the project has without one.
    pub fn from_flags(options: &Options, usual: Option<&AppName>, lock: &str) -> Result<Self> {
        let name = match (&options.name, usual) {
            (Some(name), _) => AppName::parse(name, lock)?,
            (None, usual) => usual.cloned().context("the app has no name yet\n    Fix: `cargo xtask init my-app`")?,
        };
        let mut without = options.without.clone();
        without.sort_unstable();
        without.dedup();
        Ok(Self {
            name,
            neon_auth: options.neon_auth.unwrap_or_default(),
            without,
            holder: options.mit.as_deref().map(holder).transpose()?,
            host: options.origin.as_deref().map(host).transpose()?,
            commit: !options.no_commit,
        })
    }

    /// Asks for what no flag says.
    pub fn ask(
        options: Options,
        usual: Option<&AppName>,
        lock: &str,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> Result<Self> {
        let mut terminal = Terminal { input, output };
        let name = match &options.name {
            Some(name) => AppName::parse(name, lock)?,
            None => {
                let usual = usual.map(AppName::as_str).unwrap_or_default();
                terminal.ask("The app's name", usual, |name| AppName::parse(name, lock))?
            }
        };
        let neon_auth = match options.neon_auth {
            None => terminal.ask(
                "Generation of Neon Auth (managed, or stack for an older Neon project)",
                "managed",
                |name| Generation::from_str(name, true).map_err(|_| anyhow::anyhow!("say managed or stack")),
            )?,
            Some(generation) => generation,
        };
        let without = match &*options.without {
            [] => terminal.ask("Leave out of the sample (todos, posts or todos,posts)", "nothing", samples)?,
            chosen => chosen.to_vec(),
        };
        let mit = match options.mit {
            None => {
                terminal.ask("Holder of the MIT licence", "no licence", |text| unless("no licence", text, holder))?
            }
            holder => holder,
        };
        let origin = match options.origin {
            None => terminal.ask("Public origin", "not yet", |text| {
                unless("not yet", text, host).map(|host| host.map(|host| format!("{HTTPS}{host}")))
            })?,
            origin => origin,
        };
        let no_commit = options.no_commit || !terminal.ask("Commit the result (yes or no)", "yes", yes)?;
        let options = Options {
            name: Some(name.to_string()),
            neon_auth: Some(neon_auth),
            without,
            mit,
            origin,
            no_commit,
            yes: true,
        };
        Self::from_flags(&options, None, lock)
    }
}

/// Asks whether to go on.
pub fn confirm(input: &mut impl BufRead, output: &mut impl Write) -> Result<bool> {
    Terminal { input, output }.ask("Go on (yes or no)", "yes", yes)
}

fn samples(text: &str) -> Result<Vec<Sample>> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty() && *name != "nothing");
    let sample = |name| Sample::from_str(name, true).map_err(|_| anyhow::anyhow!("the sample has no feature {name:?}"));
    names.map(sample).collect()
}

/// Returns nothing for the usual answer, which means that there is none.
fn unless(usual: &str, text: &str, parse: fn(&str) -> Result<String>) -> Result<Option<String>> {
    if text == usual { Ok(None) } else { parse(text).map(Some) }
}

fn holder(text: &str) -> Result<String> {
    let text = text.trim();
    let is_line = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
    ensure!(is_line, "a holder is a name of one line\n    Fix: such as `--mit \"Ada Lovelace\"`");
    Ok(text.to_owned())
}

const HTTPS: &str = "https://";

/// Returns the host of an origin, with its port if it has one.
fn host(origin: &str) -> Result<String> {
    let is_label = |label: &str| {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(is_allowed) && label.trim_matches('-') == label
    };
    let is_port = |port: &str| port.chars().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let host = origin.strip_prefix(HTTPS).map(|rest| rest.trim_end_matches('/').to_lowercase());
    let is_host = |host: &String| {
        let (name, port) = host.split_once(':').map_or((host.as_str(), None), |(name, port)| (name, Some(port)));
        name.len() <= 253 && name.split('.').all(is_label) && port.is_none_or(is_port)
    };
    host.filter(is_host).with_context(|| {
        format!(
            "{origin:?} is no public origin\n    Fix: https and a host without a path, such as https://app.example.com"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{AppName, Options, Settings, confirm, holder, host};
    use crate::generation::Generation;
    use crate::init::sample::Sample;
    use clap::{Command, FromArgMatches as _};

    fn name(text: &str) -> AppName {
        AppName::parse(text, "").unwrap()
    }

    /// Returns the settings without flags or answers.
    fn usual() -> Settings {
        let neon_auth = Generation::Managed;
        Settings { name: name("folder"), neon_auth, without: vec![], holder: None, host: None, commit: true }
    }

    fn options(arguments: &[&str]) -> Result<Options, clap::Error> {
        let command = <Options as clap::Args>::augment_args(Command::new("init").no_binary_name(true));
        Options::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    #[test]
    fn flags_say_everything_and_without_them_little_changes() {
        let flags = "demo --neon-auth stack --without todos,posts --mit Ada --origin https://demo.example.com --no-commit --yes";
        let options_of = |line: &str| options(&line.split(' ').collect::<Vec<_>>()).unwrap();
        let settings = Settings::from_flags(&options_of(flags), None, "").unwrap();
        let expected = Settings {
            name: name("demo"),
            neon_auth: Generation::Stack,
            without: vec![Sample::Todos, Sample::Posts],
            holder: Some("Ada".to_owned()),
            host: Some("demo.example.com".to_owned()),
            commit: false,
        };
        assert_eq!(settings, expected);
        let settings = Settings::from_flags(&options_of("--yes"), Some(&name("folder")), "").unwrap();
        let expected = usual();
        assert_eq!(settings, expected);
    }

    #[test]
    fn flags_that_cannot_be_followed_are_refused() {
        for unknown in [
            &["demo", "--without", "tomatoes"][..],
            &["demo", "--neon-auth", "both"],
            &["demo", "--frobnicate"],
            &["demo", "another"],
        ] {
            assert!(options(unknown).is_err(), "{unknown:?}");
        }
        for (arguments, why) in [
            (&["--yes"][..], "no name"),
            (&["self"], "keyword"),
            (&["demo", "--mit", " "], "holder"),
            (&["demo", "--origin", "http://demo.example.com"], "public origin"),
        ] {
            let error = Settings::from_flags(&options(arguments).unwrap(), None, "").unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("Fix:"), "{error}");
        }
    }

    fn asked(arguments: &[&str], answers: &str) -> (anyhow::Result<Settings>, String) {
        let mut output = Vec::new();
        let usual = name("folder");
        let settings =
            Settings::ask(options(arguments).unwrap(), Some(&usual), "", &mut answers.as_bytes(), &mut output);
        (settings, String::from_utf8(output).unwrap())
    }

    #[test]
    fn questions_have_usual_answers_and_are_asked_again() {
        let (settings, said) = asked(&[], "\n\n\n\n\n\n");
        assert_eq!(settings.unwrap(), usual());
        assert!(said.starts_with("The app's name [folder]: "), "{said}");

        let answers =
            "No Name\ndemo\nneon\nstack\ntomatoes\nposts\nAda\nftp://x\nhttps://demo.example.com/\nmaybe\nno\n";
        let (settings, said) = asked(&[], answers);
        let expected = Settings {
            name: name("demo"),
            neon_auth: Generation::Stack,
            without: vec![Sample::Posts],
            holder: Some("Ada".to_owned()),
            host: Some("demo.example.com".to_owned()),
            commit: false,
        };
        assert_eq!(settings.unwrap(), expected);
        for complaint in ["small letters", "say managed or stack", "tomatoes", "public origin", "say yes or no"] {
            assert!(said.contains(complaint), "{complaint}: {said}");
        }
    }

    #[test]
    fn what_a_flag_says_is_not_asked_and_the_end_of_input_changes_nothing() {
        let (settings, said) =
            asked(&["demo", "--neon-auth", "managed", "--without", "todos", "--mit", "Ada", "--no-commit"], "\n");
        assert_eq!(settings.unwrap().name, name("demo"));
        assert_eq!(said, "Public origin [not yet]: ");
        let (settings, _) = asked(&[], "demo\n");
        assert!(settings.unwrap_err().to_string().contains("nothing has changed"));
        assert!(!confirm(&mut "n\n".as_bytes(), &mut Vec::new()).unwrap());
    }

    #[test]
    fn origins_are_https_and_a_host() {
        for (origin, expected) in [
            ("https://app.example.com", "app.example.com"),
            ("https://App.Example.com/", "app.example.com"),
            ("https://app.example.com:8443", "app.example.com:8443"),
        ] {
            assert_eq!(host(origin).unwrap(), expected);
        }
        for odd in [
            "",
            "app.example.com",
            "https://",
            "https://a b",
            "https://a-.b",
            "https://a/b",
            "https://u@a",
            "https://a:x",
            "https://a:+1",
            "https://a:65536",
            "https://a\"b",
        ] {
            assert!(host(odd).is_err(), "{odd}");
        }
        assert!(holder("Ada\nLovelace").is_err() && holder(&"a".repeat(101)).is_err());
    }
}
