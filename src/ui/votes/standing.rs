//! How a conflict stands: glyph, word and role.

use crate::core::ladder::{About, Contest, Rung, Stage};
use crate::core::voting::label;
use crate::core::{Basis, Ground, Outcome, State, Task, TaskId};
use crate::ui::status::Status;
use crate::ui::theme::Role;

/// How a conflict stands.
pub(crate) fn of(contest: &Contest, state: &State) -> Status {
    let (glyph, word, role) = match contest.stage() {
        Stage::Found => ("◌", "answers differ".to_owned(), Role::Muted),
        Stage::Reading => ("●", "being read".to_owned(), Role::Accent),
        Stage::On(Rung::Vote) if contest.asked(About::SecondLook).next().is_some() => {
            ("●", "second look".to_owned(), Role::Accent)
        }
        Stage::On(Rung::Vote) => ("●", "voting".to_owned(), Role::Accent),
        Stage::On(Rung::Consensus) => ("●", format!("round {}", round(contest)), Role::Accent),
        Stage::On(Rung::Expert) => ("●", "expert judges".to_owned(), Role::Accent),
        Stage::On(Rung::Operator) => ("◐", "you decide".to_owned(), Role::Warn),
        Stage::Fallback => ("●", "falls back".to_owned(), Role::Accent),
        Stage::Later(_) => ("◌", "later".to_owned(), Role::Muted),
        Stage::Over => match contest.decision() {
            Some(decision) => ("✓", settled(&decision.ground).to_owned(), Role::Ok),
            None if all_agree(contest, state) => ("✓", "all agree".to_owned(), Role::Ok),
            None => ("–", "dropped".to_owned(), Role::Muted),
        },
    };
    Status { glyph, word, role }
}

/// As [`of`], with a word that fits a column of the queue.
pub(crate) fn brief(contest: &Contest, state: &State) -> Status {
    let word = match contest.stage() {
        Stage::Found | Stage::Reading => "deciding",
        Stage::On(Rung::Vote) => "voting",
        Stage::On(Rung::Expert) => "expert",
        Stage::On(Rung::Consensus | Rung::Operator)
        | Stage::Fallback
        | Stage::Later(_)
        | Stage::Over => return of(contest, state),
    };
    Status {
        word: word.to_owned(),
        ..of(contest, state)
    }
}

/// Whether nothing was to be decided: a judge found that all answers say the same.
pub(crate) fn all_agree(contest: &Contest, state: &State) -> bool {
    let outcome = state.task(contest.task()).and_then(Task::outcome);
    let agreed = matches!(outcome, Some(Outcome::Done { basis, .. }) if *basis == Basis::Agreement);
    agreed && contest.decision().is_none()
}

/// That there are no ballots: what is settled had none, and elsewhere they may still come.
pub(crate) fn no_vote(contest: &Contest) -> &'static str {
    if contest.stage() == Stage::Over || contest.reopened().is_some() {
        "no vote was held"
    } else {
        "no vote yet"
    }
}

fn settled(ground: &Ground) -> &'static str {
    match ground {
        Ground::Operator => "settled by you",
        Ground::Vote { .. } => "settled by vote",
        Ground::Merged => "merged",
        Ground::Consensus { .. } => "settled by consensus",
        Ground::Expert { .. } => "settled by expert",
        Ground::Fallback { .. } => "settled by fallback",
    }
}

/// The number of the round that it is in, from 1.
fn round(contest: &Contest) -> u32 {
    let rounds = contest
        .inquiries()
        .values()
        .filter_map(|it| match it.about {
            About::Position(number) => Some(number),
            About::Ballot
            | About::SecondLook
            | About::Opinion
            | About::Same(..)
            | About::Claims => None,
        });
    rounds.max().unwrap_or(1)
}

/// How many ballots of the present or last vote are in, and how many members were asked for one; `None`
/// where nobody was.
pub(crate) fn turnout(contest: &Contest) -> Option<(usize, usize)> {
    // A repair asks the same member once more.
    let asked = contest.asked(About::Ballot);
    let asked = asked.filter(|it| it.again.is_none()).count();
    let votes = contest.ballots().map_or(0, |it| it.votes().count());
    (asked > 0).then_some((votes, asked))
}

/// A number of answers, in words.
pub(crate) fn answers(contest: &Contest) -> String {
    match contest.sides().len() {
        1 => "1 answer".to_owned(),
        many => format!("{many} answers"),
    }
}

/// Letters of candidates with a word between them: the first eight, and how many more.
pub(crate) fn letters(candidates: &[usize], between: &str) -> String {
    const SHOWN: usize = 8;
    let some: Vec<String> = candidates
        .iter()
        .take(SHOWN)
        .map(|one| label(*one))
        .collect();
    let more = match candidates.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", some.join(between))
}

/// What the record of a conflict is called.
pub(crate) fn title(task: TaskId) -> String {
    format!("Conflict {task}")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{no_vote, of};
    use crate::core::fixture::{Room, name, said};
    use crate::core::ladder::staged::{asked, contest, divided, set};
    use crate::core::{Command, ContestOrder, Rung, TaskId};

    /// A council whose two answers a judge takes for the same; so many others gave none.
    fn joined(silent: usize) -> (Room, TaskId) {
        let all = ["a", "b", "c", "d", "judge"];
        let mut room = Room::of(&all);
        set(&mut room, &[Rung::Operator], |ladder| {
            ladder.judge = Some(name("judge"));
        });
        let texts = ["Use a queue.", "Put a queue there.", "", ""];
        let some = 2 + silent;
        let (task, _) = divided(&mut room, &all[..some], &texts[..some]);
        assert_eq!(no_vote(contest(&room, task)), "no vote yet");
        let (_, call) = asked(&room, task, "judge");
        let same = "{\"same\": true, \"because\": \"read\"}";
        room.answer(call, said(same));
        (room, task)
    }

    fn word(room: &Room, task: TaskId) -> String {
        of(contest(room, task), &room.state).word
    }

    #[test]
    fn all_agree_only_where_that_was_the_outcome() {
        let (room, task) = joined(0);
        assert_eq!(word(&room, task), "all agree");
        assert_eq!(no_vote(contest(&room, task)), "no vote was held");
        // One answer is left, and too few stand for it.
        let (mut room, task) = joined(2);
        assert_eq!(contest(&room, task).sides().len(), 1);
        assert_eq!(word(&room, task), "you decide");
        let reason = String::new();
        let order = ContestOrder::Dismiss { reason };
        room.command(&Command::Contest { task, order });
        assert_eq!(word(&room, task), "dropped");
    }
}
