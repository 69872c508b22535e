//! Processor time and memory of processes, as Linux accounts them.

use std::time::{Duration, Instant};

/// Clock ticks of `/proc/*/stat` a second; fixed on Linux.
const TICKS: f64 = 100.0;

/// How much of one core the processes use together over a span, in percent.
pub(crate) fn share(pids: &[u32], span: Duration) -> f64 {
    let (before, began) = (used(pids), Instant::now());
    std::thread::sleep(span);
    100.0 * (used(pids) - before) / began.elapsed().as_secs_f64()
}

/// Processor time that the processes have used since they began, in seconds.
pub(crate) fn used(pids: &[u32]) -> f64 {
    let ticks: u64 = pids.iter().map(|pid| ticks(*pid)).sum();
    f64::from(u32::try_from(ticks).unwrap()) / TICKS
}

/// Resident memory in MiB.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}
