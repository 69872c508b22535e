//! What a further round will take, and what rounds have brought so far.

use std::fmt;

use super::Contest;
use crate::core::{Member, MemberName, Record, Span, State};

/// What is known before a round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreseen {
    /// How many calls it takes.
    pub calls: usize,
    /// How long, by the slowest of them; `None` where none has answered yet.
    pub time: Option<Span>,
    /// What they cost on the average, in millionths of a US dollar.
    pub micro_usd: u64,
    /// How many rounds of the remembered conflicts are over …
    pub rounds: usize,
    /// … and after how many of them another candidate stood first.
    pub changed: usize,
}

impl Foreseen {
    /// What a round with these members will take.
    #[must_use]
    pub fn of(state: &State, members: &[MemberName]) -> Self {
        let records = || {
            let members = members.iter().filter_map(|name| state.member(name));
            members.map(Member::record)
        };
        let mean = |record: Record| record.micro_usd.checked_div(record.answered);
        let past: Vec<bool> = state.contests().flat_map(Contest::round_changes).collect();
        Self {
            calls: members.len(),
            time: records()
                .filter_map(|record: Record| record.mean_time())
                .max(),
            micro_usd: records().filter_map(mean).sum(),
            rounds: past.len(),
            changed: past.iter().filter(|changed| **changed).count(),
        }
    }
}

impl fmt::Display for Foreseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls", self.calls)?;
        if let Some(time) = self.time {
            write!(f, ", about {} s", time.0.div_ceil(1000))?;
        }
        if self.micro_usd > 0 {
            let cents = self.micro_usd.div_ceil(10_000);
            write!(f, ", about ${}.{:02}", cents / 100, cents % 100)?;
        }
        if self.rounds > 0 {
            write!(
                f,
                "; a round changed what stands first in {} of {} so far",
                self.changed, self.rounds
            )?;
        }
        Ok(())
    }
}
