//! Faults as rules: consulted in order for each call, the first verdict counts.

use fastrand::Rng;
use synod::core::{FailureKind, Timestamp};

/// One rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Of 100 calls, how many it hits.
    pub(crate) share: u32,
    /// From then on it hits none.
    pub(crate) until: Timestamp,
    pub(crate) fault: Fault,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The answer is late.
    Delay,
    /// Nothing comes; the engine gives up after its idle timeout.
    Silence,
    /// All reports come twice, the second time late.
    Duplicate,
    /// The call never reaches the server.
    Unsent,
    /// The server says no.
    Error(FailureKind),
    /// The member's server dies with all its calls.
    Crash,
    /// The member's server dies and cannot be started again for a while.
    Down,
    /// What comes cannot be read.
    Garbage,
    /// The answer is huge.
    Huge,
    /// The server asks something first, again and again.
    Flood,
    /// The room process dies, this many batches later.
    RoomDies(u32),
}

impl Fault {
    pub(crate) const ERRORS: [FailureKind; 9] = [
        FailureKind::RateLimited,
        FailureKind::Overloaded,
        FailureKind::TimedOut,
        FailureKind::Protocol,
        FailureKind::Auth,
        FailureKind::Refused,
        FailureKind::ContextTooLong,
        FailureKind::NotInstalled,
        FailureKind::WrongVersion,
    ];

    pub(crate) fn any(rng: &mut Rng) -> Self {
        match rng.u8(0..13) {
            0 => Self::Delay,
            1 => Self::Silence,
            2 => Self::Duplicate,
            3..=5 => Self::Error(Self::ERRORS[rng.usize(0..Self::ERRORS.len())]),
            6 => Self::Crash,
            7 => Self::Down,
            8 => Self::Garbage,
            9 => Self::Huge,
            10 => Self::Flood,
            11 => Self::Unsent,
            _ => Self::RoomDies(rng.u32(0..6)),
        }
    }
}

/// The verdict of the first rule that hits.
pub(crate) fn verdict(rules: &[Rule], now: Timestamp, rng: &mut Rng) -> Option<Fault> {
    let mut hit = rules.iter().filter(|rule| now < rule.until);
    hit.find(|rule| rng.u32(0..100) < rule.share)
        .map(|rule| rule.fault)
}
