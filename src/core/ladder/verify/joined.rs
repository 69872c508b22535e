//! Whether answers that were joined were judged to say the same.

use super::{Flaw, Flaws};
use crate::core::ladder::{About, Answered, Contest};
use crate::core::{Candidate, State, TaskId};

/// Candidates are joined: each is one of those before, or several of which each pair was judged the same.
pub(super) fn joined(state: &State, task: TaskId, candidates: &[Candidate], flaws: &mut Flaws<'_>) {
    let Some(contest) = state.contest(task) else {
        return flaws.add(Flaw::NothingToDecide);
    };
    for (candidate, now) in candidates.iter().enumerate() {
        let before = contest.candidates().iter().enumerate();
        let is_part = |one: &Candidate| one.calls.iter().all(|call| now.calls.contains(call));
        let parts: Vec<(usize, &Candidate)> = before.filter(|(_, one)| is_part(one)).collect();
        let known = |call| parts.iter().any(|(_, one)| one.calls.contains(call));
        if let Some(call) = now.calls.iter().find(|call| !known(call)).copied() {
            flaws.add(Flaw::NoSuchAnswer { candidate, call });
        }
        for (place, (one, _)) in parts.iter().enumerate() {
            for (other, _) in parts.iter().skip(place + 1) {
                if !judged_the_same(contest, *one, *other) {
                    let (one, other) = (*one, *other);
                    flaws.add(Flaw::NotTheSame { one, other });
                }
            }
        }
    }
}

fn judged_the_same(contest: &Contest, one: usize, other: usize) -> bool {
    let mut inquiries = contest.inquiries().values();
    inquiries.any(|inquiry| {
        let of_them = [About::Same(one, other), About::Same(other, one)].contains(&inquiry.about);
        let said = contest.answered(inquiry.by);
        of_them && matches!(said, Some(Answered::Same { same: true, .. }))
    })
}
