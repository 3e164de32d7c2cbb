//! Estimates of how long a step takes on this machine, from the number of cores alone, as if nothing were compiled yet.

use std::thread::available_parallelism;
use std::time::Duration;

/// The number of cores beyond which more do not help, since packages wait for each other.
const USEFUL_CORES: u64 = 8;

/// Returns the estimated wait for this many seconds of processor time.
pub fn wait(seconds: u64) -> String {
    let cores = available_parallelism().map_or(1, |cores| cores.get() as u64);
    spread(seconds, cores)
}

fn spread(seconds: u64, cores: u64) -> String {
    match seconds.div_ceil(cores.clamp(1, USEFUL_CORES)) {
        0..60 => "less than a minute".to_owned(),
        60 => "up to a minute".to_owned(),
        seconds => format!("up to about {} minutes", seconds.div_ceil(60)),
    }
}

/// Formats a time as `2:13`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::{clock, spread};
    use std::time::Duration;

    #[test]
    fn cores_share_the_work_up_to_a_number() {
        for (seconds, cores, said) in [
            (59, 1, "less than a minute"),
            (120, 2, "up to a minute"),
            (600, 2, "up to about 5 minutes"),
            (601, 2, "up to about 6 minutes"),
            (600, 0, "up to about 10 minutes"),
            (960, 64, "up to about 2 minutes"),
        ] {
            assert_eq!(spread(seconds, cores), said, "{seconds} s on {cores}");
        }
    }

    #[test]
    fn clocks_have_minutes_and_seconds() {
        assert_eq!(clock(Duration::from_millis(900)), "0:00");
        assert_eq!(clock(Duration::from_secs(133)), "2:13");
        assert_eq!(clock(Duration::from_secs(3600)), "60:00");
    }
}
