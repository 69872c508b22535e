//! Outcomes become evidence of the members: ended calls, agreements, decisions, checks, the operator's
//! praise.
//!
//! What the room asks for itself (digests, ballots, opinions) is no work that members are chosen by.

use std::collections::BTreeSet;

use crate::core::check::writers;
use crate::core::routing::learning::{Judged, Learning, Signal};
use crate::core::{
    CallId, Decision, Ending, FailureKind, Ground, MemberName, Outcome, Purpose, State, Task,
    TaskId, Timestamp,
};

/// A call ended. Repairs are of the same answer; what was cancelled says nothing, and neither does
/// what the member cannot help.
pub(super) fn ended(state: &mut State, at: Timestamp, id: CallId, ending: &Ending) {
    let answered = match ending {
        Ending::Answered(_) => true,
        Ending::Failed { failure, .. } if is_its_own(failure.kind) && !failure.unsent => false,
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => return,
    };
    let Some(call) = state.calls.get(&id) else {
        return;
    };
    let Some(task) = worked(state, call.task) else {
        return;
    };
    match call.purpose {
        Purpose::Repair
        | Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Plan
        | Purpose::PlanAgain => return,
        // What becomes of it says more.
        Purpose::Council if answered => return,
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Conclude
        | Purpose::Gather => {}
    }
    let (member, kind) = (call.member.clone(), task.order.kind);
    let of = Judged {
        member: &member,
        task: call.task,
        kind,
    };
    state.learning.call(at, of, id, answered);
}

/// Whether a failure says something of the member, and not of its account or its place.
fn is_its_own(kind: FailureKind) -> bool {
    match kind {
        FailureKind::Refused
        | FailureKind::ContextTooLong
        | FailureKind::Malformed
        | FailureKind::TimedOut
        | FailureKind::Crashed
        | FailureKind::Protocol => true,
        FailureKind::NotInstalled
        | FailureKind::WrongVersion
        | FailureKind::Auth
        | FailureKind::RateLimited
        | FailureKind::Overloaded => false,
    }
}

pub(super) fn agreed(state: &mut State, task: TaskId, verdicts: &[(MemberName, bool)]) {
    judge(state, task, Signal::Agreement, verdicts);
}

/// A conflict was settled, for the first time or anew: the last word is what counts.
pub(super) fn decided(
    state: &mut State,
    task: TaskId,
    decision: &Decision,
    verdicts: &[(MemberName, bool)],
) {
    state.learning.unsettle(task);
    if state.tasks.get(&task).is_some_and(Task::is_ended) {
        state.learning.settled_anew(task);
    }
    let signal = match decision.ground {
        Ground::Operator => Signal::Choice,
        Ground::Vote { .. } | Ground::Consensus { .. } => Signal::Vote,
        Ground::Expert { .. } => Signal::Expert,
        Ground::Merged | Ground::Fallback { .. } => return,
    };
    judge(state, task, signal, verdicts);
}

/// The answers of a council were compared.
pub(super) fn met(state: &mut State, id: TaskId, differed: bool) {
    // Of a cascade it counts whether the first ones agreed, which was said when another one was asked.
    let Some(task) = worked(state, id).filter(|task| !task.is_widened()) else {
        return;
    };
    let (kind, members) = (task.order.kind, task.council.len());
    state.learning.met(kind, members, differed);
}

fn judge(state: &mut State, id: TaskId, signal: Signal, verdicts: &[(MemberName, bool)]) {
    let Some(task) = worked(state, id) else {
        return;
    };
    let kind = task.order.kind;
    for (member, stands) in verdicts {
        let of = Judged {
            member,
            task: id,
            kind,
        };
        state.learning.answer(state.at, of, signal, *stands);
    }
}

/// The operator praised or blamed a result: its authors are meant.
pub(super) fn rated(state: &mut State, at: Timestamp, id: TaskId, good: Option<bool>) {
    let authors = authors(state, id);
    each(state, id, &authors, |learning, of| {
        learning.thumb(at, of, good);
    });
    let task = state.tasks.get_mut(&id).filter(|it| !it.is_the_rooms());
    if let Some(task) = task.filter(|it| matches!(it.outcome(), Some(Outcome::Done { .. }))) {
        task.rated = good;
    }
}

/// A check says whether what a task left behind works: who could change files is meant, and where nobody
/// could, the authors of the result.
pub(super) fn checked(state: &mut State, at: Timestamp, id: TaskId, passed: bool) {
    let task = worked(state, id);
    let writers = task.into_iter().flat_map(|task| writers(state, task));
    let mut meant = each_once(writers.cloned());
    if meant.is_empty() {
        meant = authors(state, id);
    }
    each(state, id, &meant, |learning, of| {
        learning.checked(at, of, passed);
    });
}

/// A result was replaced; `authors` are those of the one before. By hand it counts against them, until it
/// is undone. Where a conflict was settled anew, the decision has said it.
pub(super) fn replaced(state: &mut State, at: Timestamp, id: TaskId, authors: &[MemberName]) {
    if state.learning.take_settled(id) {
        return;
    }
    let stands = state.notebook.has_replaced(id);
    each(state, id, authors, |learning, of| {
        learning.replaced(at, of, stands);
    });
}

/// The authors of a result, each once.
pub(super) fn authors(state: &State, id: TaskId) -> Vec<MemberName> {
    let outcome = worked(state, id).and_then(Task::outcome);
    let Some(Outcome::Done { from, .. }) = outcome else {
        return Vec::new();
    };
    let calls = from.iter().filter_map(|call| state.calls.get(call));
    each_once(calls.map(|call| call.member.clone()))
}

fn each_once(members: impl Iterator<Item = MemberName>) -> Vec<MemberName> {
    let members: BTreeSet<MemberName> = members.collect();
    members.into_iter().collect()
}

fn each(
    state: &mut State,
    id: TaskId,
    members: &[MemberName],
    mut learn: impl FnMut(&mut Learning, Judged<'_>),
) {
    let Some(kind) = worked(state, id).map(|task| task.order.kind) else {
        return;
    };
    for member in members {
        let of = Judged {
            member,
            task: id,
            kind,
        };
        learn(&mut state.learning, of);
    }
}

fn worked(state: &State, id: TaskId) -> Option<&Task> {
    state.tasks.get(&id).filter(|task| !task.is_the_rooms())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, name, order, said, started};
    use crate::core::ladder::staged::{contest, divided};
    use crate::core::routing::policy::Policy;
    use crate::core::routing::setting::{Rewards, Setting};
    use crate::core::{
        Command, FailureKind, Refusal, State, Strategy, TaskId, TaskKind, TaskOrder, evolve,
    };

    fn evidence(room: &Room, member: &str) -> (f64, f64) {
        let outlook = room.state.learning().posterior().outlook();
        let estimate = outlook.estimate(&name(member), TaskKind::General, None);
        (estimate.mean, estimate.n)
    }

    fn weighs(room: &Room, member: &str, n: f64) {
        let (_, known) = evidence(room, member);
        assert!((known - n).abs() < 1e-9, "{member}: {known} is not {n}");
    }

    #[test]
    fn an_answer_is_a_little_and_a_failure_more() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.answer(calls[0], said("done"));
        weighs(&room, "codex", Rewards::default().answered);
        let (_, calls) = room.add(order(Strategy::Solo, &["gpt"]));
        room.fail(calls[0], FailureKind::Refused);
        weighs(&room, "gpt", Rewards::default().failed);
        assert!(evidence(&room, "codex").0 > evidence(&room, "gpt").0);
        // That it is not logged in says nothing of what it can do.
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.fail(calls[0], FailureKind::Auth);
        weighs(&room, "codex", Rewards::default().answered);
    }

    #[test]
    fn the_last_word_on_an_answer_is_what_counts() {
        let mut room = Room::of(&["a", "b", "c"]);
        let (task, _) = divided(&mut room, &["a", "b", "c"], &["41", "42", "42"]);
        let side = contest(&room, task).side_of(&name("a")).unwrap();
        let choose = |candidate| Command::Choose {
            task,
            candidate,
            among: None,
        };
        room.command(&choose(side));
        weighs(&room, "a", Rewards::default().choice);
        assert!(evidence(&room, "a").0 > evidence(&room, "b").0);
    }

    #[test]
    fn praise_counts_once_and_can_be_taken_back() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder::new("why?"));
        let rate = |good| Command::Rate { task, good };
        let nothing = Refusal::NothingToRate { task };
        assert_eq!(room.refused(&rate(Some(true))), nothing);
        room.answer(calls[0], said("done"));
        let before = evidence(&room, "codex");
        room.command(&rate(Some(true)));
        assert_eq!(room.state.task(task).unwrap().rated(), Some(true));
        let praised = evidence(&room, "codex");
        assert!(praised.0 > before.0);
        assert_eq!(room.command(&rate(Some(true))), []);
        room.command(&rate(Some(false)));
        let blamed = evidence(&room, "codex");
        assert!(blamed.0 < before.0 && (blamed.1 - praised.1).abs() < 1e-9);
        room.command(&rate(None));
        let after = evidence(&room, "codex");
        assert!((after.0 - before.0).abs() < 1e-9 && (after.1 - before.1).abs() < 1e-9);
        let unknown = Command::Rate {
            task: TaskId(9),
            good: None,
        };
        assert_eq!(
            room.refused(&unknown),
            Refusal::NoSuchTask { task: TaskId(9) }
        );
    }

    #[test]
    fn a_replay_of_the_journal_learns_the_same_bit_for_bit() {
        let mut room = Room::of(&["a", "b", "c"]);
        let setting = Setting {
            policy: Policy::Learned,
            ..Setting::default()
        };
        room.command(&Command::SetRouting(setting));
        for turn in 0..60 {
            let (task, calls) = room.add(TaskOrder::new(format!("task {turn}")));
            if turn % 5 == 0 {
                // It goes on to another one.
                let next = started(&room.fail(calls[0], FailureKind::Refused));
                room.answer(next[0], said("done"));
                continue;
            }
            room.answer(calls[0], said("done"));
            if turn % 3 == 0 {
                let good = Some(turn % 2 == 0);
                room.command(&Command::Rate { task, good });
            }
        }
        let mut again = State::new();
        for recorded in &room.journal {
            evolve(&mut again, recorded);
        }
        assert_eq!(again.learning(), room.state.learning());
        let bits = |state: &State| {
            let outlook = state.learning().posterior().outlook();
            ["a", "b", "c"].map(|member| {
                let estimate = outlook.estimate(&name(member), TaskKind::General, None);
                (estimate.mean.to_bits(), estimate.sd.to_bits())
            })
        };
        assert_eq!(bits(&again), bits(&room.state));
        // Everybody was tried.
        assert!(
            ["a", "b", "c"]
                .iter()
                .all(|one| evidence(&room, one).1 > 0.0)
        );
    }

    #[test]
    fn a_weight_that_is_none_is_refused() {
        let room = Room::of(&["a"]);
        for weight in [-1.0, f64::NAN, 11.0] {
            let setting = Setting {
                rewards: Rewards {
                    vote: weight,
                    ..Rewards::default()
                },
                ..Setting::default()
            };
            let refused = room.refused(&Command::SetRouting(setting));
            assert!(matches!(refused, Refusal::BadRouting { .. }));
        }
    }
}
