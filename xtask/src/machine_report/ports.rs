//! The check that the ports of the app and of its reloads are free, with suggestions for others.

use crate::folders::root;
use crate::text;
use environment::{Check, Source, Variables};
use std::io;
use std::net::{SocketAddr, TcpListener};

const NAME: &str = "ports";

const SITE: &str = "LEPTOS_SITE_ADDR";
const RELOAD: &str = "LEPTOS_RELOAD_PORT";

/// The number of ports above the wanted ones that are searched for free ones.
const SEARCHED_PORTS: u16 = 100;

pub fn check(variables: &Variables<'_>) -> Check {
    let manifest = text::read(root().join("Cargo.toml")).unwrap_or_default();
    judge(variables, defaults(&manifest), &|address| TcpListener::bind(address).map(drop))
}

/// The address of the app, and the port of its reloads at the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Addresses {
    site: SocketAddr,
    reload: u16,
}

/// Returns the addresses in `Cargo.toml` for cargo-leptos, or its defaults.
fn defaults(manifest: &str) -> Addresses {
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let get = |key: &str| manifest.get("workspace")?.get("metadata")?.get("leptos")?.get(0)?.get(key);
    let site = get("site-addr").and_then(|value| value.as_str()?.parse().ok());
    let reload = get("reload-port").and_then(|value| value.as_integer()?.try_into().ok());
    Addresses { site: site.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000))), reload: reload.unwrap_or(3001) }
}

/// Returns the addresses that cargo-leptos would use, or a failure for an unreadable or empty one.
fn wanted(variables: &Variables<'_>, defaults: Addresses) -> Result<Addresses, Check> {
    let unreadable = |name: &str, right: &str| {
        Check::failure(NAME, format!("{name} cannot be read"), format!("set it to {right}, or unset it"))
    };
    let text = |name: &str| variables.get(name).map(|value| value.to_string_lossy().into_owned());
    let site = text(SITE).map_or(Ok(defaults.site), |text| text.parse());
    let reload = text(RELOAD).map_or(Ok(defaults.reload), |text| text.parse());
    Ok(Addresses {
        site: site.map_err(|_| unreadable(SITE, "an address and a port, such as 127.0.0.1:3000"))?,
        reload: reload.map_err(|_| unreadable(RELOAD, "a port, such as 3001"))?,
    })
}

/// Checks the addresses. `listen` tries to listen on one.
fn judge(variables: &Variables<'_>, defaults: Addresses, listen: &dyn Fn(SocketAddr) -> io::Result<()>) -> Check {
    let wanted = match wanted(variables, defaults) {
        Ok(wanted) => wanted,
        Err(check) => return check,
    };
    let at = |port| SocketAddr::new(wanted.site.ip(), port);
    let refused = if wanted.site.port() == wanted.reload {
        Some(format!("{SITE} and {RELOAD} name the same port, {}", wanted.reload))
    } else {
        [wanted.site, at(wanted.reload)].into_iter().find_map(|address| {
            let error = listen(address).err()?;
            Some(format!("{address} cannot be listened on ({error}); perhaps another `cargo xtask dev` does"))
        })
    };
    let Some(seen) = refused else {
        return Check::ok(NAME, format!("{} for the app and {} for its reloads are free", wanted.site, wanted.reload));
    };
    let first = wanted.site.port().max(wanted.reload).saturating_add(1);
    let mut free = (first..=first.saturating_add(SEARCHED_PORTS)).filter(|port| listen(at(*port)).is_ok());
    let (Some(site), Some(reload)) = (free.next(), free.next()) else {
        return Check::failure(NAME, seen, format!("set {SITE} to an address of this machine"));
    };
    let origin = if variables.source("PUBLIC_ORIGIN").is_some_and(|source| source == Source::File) {
        format!(" PUBLIC_ORIGIN=http://localhost:{site}")
    } else {
        String::new()
    };
    let fix = format!("end that, or run `{SITE}={} {RELOAD}={reload}{origin} cargo xtask dev`", at(site));
    Check::failure(NAME, seen, fix)
}

#[cfg(test)]
mod tests {
    use super::{Addresses, RELOAD, SITE, SocketAddr, check, defaults, judge};
    use crate::folders::root;
    use crate::text;
    use environment::{Check, CheckOutcome, DotEnv, Variables};
    use std::ffi::OsString;
    use std::io;
    use std::net::TcpListener;
    use std::os::unix::ffi::OsStringExt;

    const MANIFEST: &str = "[[workspace.metadata.leptos]]\nsite-addr = \"127.0.0.1:3000\"\nreload-port = 3001\n";

    /// Returns the check for a machine where other programs have `taken` ports.
    fn judged(environment: &[(&str, OsString)], file: &str, taken: &[u16]) -> Check {
        let file = DotEnv::parse(file).unwrap();
        let lookup = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        judge(&Variables::new(&lookup, &file), defaults(MANIFEST), &|address: SocketAddr| {
            if taken.contains(&address.port()) { Err(io::ErrorKind::AddrInUse.into()) } else { Ok(()) }
        })
    }

    #[test]
    fn default_ports_are_read_from_the_manifest() {
        let ours = defaults(&text::read(root().join("Cargo.toml")).unwrap());
        assert_eq!(ours, defaults(MANIFEST));
        assert_eq!(
            defaults("[[workspace.metadata.leptos]]\nsite-addr = \"[::1]:80\"\nreload-port = 81\n"),
            Addresses { site: "[::1]:80".parse().unwrap(), reload: 81 }
        );
        for nonsense in
            ["", "x", "workspace.metadata.leptos = []", "[[workspace.metadata.leptos]]\nreload-port = 70000\n"]
        {
            assert_eq!(defaults(nonsense), defaults(MANIFEST), "{nonsense}");
        }
    }

    #[test]
    fn occupied_port_is_a_failure_with_two_free_ones() {
        assert_eq!(judged(&[], "", &[]).outcome, CheckOutcome::Ok);
        for taken in [[3000, 3003], [3001, 3003]] {
            let check = judged(&[], "", &taken);
            assert_eq!(check.outcome, CheckOutcome::Failure);
            assert!(check.seen.starts_with(&format!("127.0.0.1:{} cannot be listened on", taken[0])), "{}", check.seen);
            let fix = check.fix.unwrap();
            assert!(fix.contains("`LEPTOS_SITE_ADDR=127.0.0.1:3002 LEPTOS_RELOAD_PORT=3004 cargo xtask dev`"), "{fix}");
        }
        let with_origin = judged(&[], "PUBLIC_ORIGIN=http://localhost:3000", &[3000]).fix.unwrap();
        assert!(
            with_origin.contains("LEPTOS_RELOAD_PORT=3003 PUBLIC_ORIGIN=http://localhost:3002 cargo"),
            "{with_origin}"
        );
    }

    #[test]
    fn environment_comes_before_file_and_manifest() {
        for (environment, file) in [
            (vec![(SITE, "127.0.0.1:4000".into()), (RELOAD, "4001".into())], ""),
            (vec![], "LEPTOS_SITE_ADDR=127.0.0.1:4000\nLEPTOS_RELOAD_PORT=4001"),
            (vec![(SITE, "127.0.0.1:4000".into())], "LEPTOS_SITE_ADDR=127.0.0.1:5000\nLEPTOS_RELOAD_PORT=4001"),
        ] {
            let check = judged(&environment, file, &[3000, 3001, 5000]);
            assert_eq!(check.seen, "127.0.0.1:4000 for the app and 4001 for its reloads are free");
        }
        assert!(judged(&[(RELOAD, "3000".into())], "", &[]).seen.contains("the same port, 3000"));
    }

    #[test]
    fn invalid_value_is_named_and_not_printed() {
        let value = |text: &str| OsString::from(text);
        let latin = OsString::from_vec(vec![0xe4]);
        for (name, values) in [
            (SITE, vec![value("hunter2"), value(""), value("localhost:3000"), value("127.0.0.1"), latin.clone()]),
            (RELOAD, vec![value("hunter2"), value(""), value("70000"), value("-1"), latin]),
        ] {
            for value in values {
                let check = judged(&[(name, value)], "", &[]);
                assert_eq!((check.outcome, check.seen), (CheckOutcome::Failure, format!("{name} cannot be read")));
            }
        }
    }

    #[test]
    fn last_ports_do_not_overflow() {
        let all: Vec<u16> = (65_530..=u16::MAX).collect();
        let check = judged(&[(SITE, "127.0.0.1:65535".into()), (RELOAD, "65534".into())], "", &all);
        assert!(check.outcome == CheckOutcome::Failure && check.fix.unwrap().starts_with("set LEPTOS_SITE_ADDR"));
    }

    #[test]
    fn real_occupied_port_is_found() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let environment = |name: &str| (name == SITE).then(|| address.clone().into());
        let found = check(&Variables::new(&environment, &DotEnv::default()));
        assert!(found.outcome == CheckOutcome::Failure && found.seen.starts_with(&address), "{}", found.seen);
    }
}
