//! The check for memory: the largest crates take more than a gigabyte to compile, and running out of it shows only as
//! "killed". It only warns, since running programs may end.

use super::Purpose;
use environment::Check;
use std::fs;

const NAME: &str = "memory";

const GIB: u64 = 1 << 30;

/// The memory limit of a container.
const LIMIT_FILE: &str = "/sys/fs/cgroup/memory.max";

/// Checks the free memory, on Linux only, where files tell it.
pub fn check(purpose: Purpose) -> Option<Check> {
    let text = |path: &str| fs::read_to_string(path).ok();
    let machine = available(&text("/proc/meminfo")?)?;
    Some(judge(machine.min(limit(&text(LIMIT_FILE).unwrap_or_default())), purpose))
}

/// Parses the limit of a container, which may be below the memory of the machine. Without a limit it is `max`.
fn limit(file: &str) -> u64 {
    file.trim().parse().unwrap_or(u64::MAX)
}

/// Returns the free memory in bytes from `/proc/meminfo`, whose kB are KiB.
fn available(meminfo: &str) -> Option<u64> {
    let kib = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    kib("MemAvailable")?.checked_add(kib("SwapFree").unwrap_or_default())?.checked_mul(1024)
}

fn judge(left: u64, purpose: Purpose) -> Check {
    // A release is optimised as a whole.
    let enough = if purpose == Purpose::Release { 4 * GIB } else { 2 * GIB };
    let seen = format!("{:.1} GiB left", left as f64 / GIB as f64);
    if left >= enough {
        return Check::ok(NAME, seen);
    }
    let seen = format!("{seen}; compiling wants {} GiB", enough / GIB);
    Check::warning(NAME, seen, "close other programs, or set CARGO_BUILD_JOBS=1")
}

#[cfg(test)]
mod tests {
    use super::{GIB, Purpose, available, judge, limit};
    use environment::CheckOutcome;

    #[test]
    fn meminfo_is_parsed() {
        let text = "MemTotal: 8000 kB\nMemFree: 1 kB\nMemAvailable:    3000 kB\nSwapFree: 1000 kB\n";
        assert_eq!(available(text), Some(4000 * 1024));
        assert_eq!(available("MemAvailable: 3000 kB\n"), Some(3000 * 1024));
        for nonsense in ["", "MemAvailable:", "MemAvailable: many kB", "MemAvailable: 18446744073709551615 kB"] {
            assert_eq!(available(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn container_limit_is_parsed() {
        assert_eq!(limit("3221225472\n"), 3 * GIB);
        for none in ["max\n", "", "-1", "99999999999999999999"] {
            assert_eq!(limit(none), u64::MAX, "{none}");
        }
    }

    #[test]
    fn little_memory_is_a_warning() {
        for (gib, purpose, outcome) in [
            (1, Purpose::Run, CheckOutcome::Warning),
            (2, Purpose::Run, CheckOutcome::Ok),
            (2, Purpose::Report, CheckOutcome::Ok),
            (3, Purpose::Release, CheckOutcome::Warning),
            (3, Purpose::Build, CheckOutcome::Ok),
            (4, Purpose::Release, CheckOutcome::Ok),
        ] {
            assert_eq!(judge(gib * GIB, purpose).outcome, outcome, "{gib} {purpose:?}");
        }
    }
}
