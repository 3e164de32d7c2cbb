//! Estimates of how long a step takes on this machine, from the number of cores alone, as if nothing were compiled yet.

use std::thread::available_parallelism;

/// The number of cores beyond which more do not help, since packages wait for each other.
const USEFUL_CORES: u64 = 8;

/// Returns the estimated wait for this many seconds of processor time.
pub fn wait(seconds: u64) -> String {
    let cores = available_parallelism().map_or(1, |cores| cores.get() as u64);
    describe(seconds, cores)
}

fn describe(seconds: u64, cores: u64) -> String {
    match seconds.div_ceil(cores.clamp(1, USEFUL_CORES)) {
        0..60 => "less than a minute".to_owned(),
        60 => "up to a minute".to_owned(),
        seconds => format!("up to about {} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn estimate_depends_on_the_cores() {
        for (seconds, cores, expected) in [
            (59, 1, "less than a minute"),
            (120, 2, "up to a minute"),
            (600, 2, "up to about 5 minutes"),
            (601, 2, "up to about 6 minutes"),
            (600, 0, "up to about 10 minutes"),
            (960, 64, "up to about 2 minutes"),
        ] {
            assert_eq!(describe(seconds, cores), expected, "{seconds} s on {cores}");
        }
    }
}
