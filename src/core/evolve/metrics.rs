//! What an event means for the figures of members: who did how much, and whose answers won.
//!
//! Read from the state as it was before the event, as long as answers, candidates and ballots are there.

use crate::core::metrics::{CallEnd, Judged, Metrics, Place};
use crate::core::voting::flips;
use crate::core::{
    Actor, AttentionId, Basis, Call, CallId, Candidate, Contest, Decision, Ending, Event, Ground,
    MemberName, Outcome, Phase, Planned, Purpose, Recorded, Reply, Resolution, Stage, State,
    Subject, Task, TaskId, Timestamp,
};

/// Counts an event before it changes the rest of the state.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "these few of all events are counted"
)]
pub(super) fn count(state: &mut State, recorded: &Recorded) {
    let at = recorded.at;
    let mut metrics = std::mem::take(&mut state.metrics);
    let counts = &mut Counting {
        at,
        state,
        metrics: &mut metrics,
    };
    match &recorded.event {
        Event::CallEnded { call, ending } => counts.call_ended(*call, ending),
        Event::TaskConcluded { task, outcome } => counts.concluded(*task, outcome),
        Event::TaskReopened { task, .. }
        | Event::Planned {
            what: Planned::Resumed { task },
        } => {
            counts.begun_anew(*task);
        }
        Event::AgreementFound { task, calls } => counts.agreed(*task, calls),
        Event::Decided { task, decision } => counts.decided(*task, decision),
        Event::VoteClosed { task, .. } => counts.vote_closed(*task),
        Event::ResultReplaced { task, .. } => counts.replaced(*task),
        Event::AttentionResolved {
            attention,
            resolution,
            ..
        } => counts.resolved(*attention, resolution),
        _ => {}
    }
    state.metrics = metrics;
}

struct Counting<'a> {
    at: Timestamp,
    state: &'a State,
    metrics: &'a mut Metrics,
}

impl Counting<'_> {
    fn admit(&mut self, member: &MemberName) {
        let members = &self.state.members;
        self.metrics
            .admit(self.at, member, |name| members.contains_key(name));
    }

    fn call_ended(&mut self, id: CallId, ending: &Ending) {
        let state = self.state;
        let call = state.calls.get(&id).filter(|call| call.ended.is_none());
        let Some(call) = call else {
            return;
        };
        let Some(task) = state.tasks.get(&call.task) else {
            return;
        };
        self.admit(&call.member);
        let end = match ending {
            Ending::Answered(answer) => CallEnd::Answered {
                took: call.worked(self.at),
                first_text: answer.first_text,
                usage: &answer.usage,
            },
            Ending::Failed { failure, .. } => CallEnd::Failed(failure.kind),
            Ending::Cancelled { .. } => CallEnd::Cancelled,
            Ending::Interrupted => CallEnd::Interrupted,
        };
        let place = Place {
            at: self.at,
            member: &call.member,
            kind: task.order.kind,
        };
        self.metrics.call_ended(place, end);
    }

    fn concluded(&mut self, id: TaskId, outcome: &Outcome) {
        let state = self.state;
        let task = state.tasks.get(&id).filter(|task| !task.is_ended());
        let Some(task) = task.filter(|task| !task.is_the_rooms()) else {
            return;
        };
        let mut members: Vec<&MemberName> = calls(state, task).map(|call| &call.member).collect();
        members.sort_unstable();
        members.dedup();
        for member in members {
            self.admit(member);
            self.metrics.task_ended(Place {
                at: self.at,
                member,
                kind: task.order.kind,
            });
        }
        if let Outcome::Done { from, basis, .. } = outcome {
            let decision = decision_of(state, id);
            let said = match basis {
                Basis::Fallback => return,
                Basis::Operator if decision.is_some_and(|one| one.chosen.is_none()) => {
                    by(answered(state, task), |_| false)
                }
                Basis::Agreement
                | Basis::Operator
                | Basis::Vote
                | Basis::Consensus
                | Basis::Merged
                | Basis::Expert => {
                    let authors = authors(state, from);
                    by(answered(state, task), |name| authors.contains(name))
                }
                Basis::Only | Basis::First | Basis::LastStep | Basis::Conclusion | Basis::Plan => {
                    by(authors(state, from), |_| true)
                }
            };
            self.judge(task, Judged::Result, &said);
        }
        self.metrics.take_settled(id);
    }

    fn begun_anew(&mut self, id: TaskId) {
        if self.state.tasks.get(&id).is_some_and(Task::is_ended) {
            self.metrics.begun_anew(id);
        }
    }

    fn agreed(&mut self, id: TaskId, agreeing: &[CallId]) {
        if let Some(task) = self.state.tasks.get(&id) {
            let authors = authors(self.state, agreeing);
            let said = by(in_council(self.state, task), |name| authors.contains(name));
            self.judge(task, Judged::Council, &said);
        }
    }

    fn decided(&mut self, id: TaskId, decision: &Decision) {
        let state = self.state;
        let Some((task, candidates)) = deciding(state, id) else {
            return;
        };
        let chosen = decision.chosen.and_then(|chosen| candidates.get(chosen));
        let winners = chosen.map_or_else(Vec::new, |one| authors(state, &one.calls));
        let calls = candidates.iter().flat_map(|one| &one.calls);
        let said = by(authors(state, calls), |name| winners.contains(name));
        match decision.ground {
            Ground::Operator => self.judge(task, Judged::Operator, &said),
            Ground::Vote { .. } => {
                self.judge(task, Judged::Council, &said);
                self.judge(task, Judged::Vote, &said);
            }
            Ground::Consensus { .. } => self.judge(task, Judged::Council, &said),
            // What was merged, chosen by one, or fell back on a record, is no word of the council.
            Ground::Merged | Ground::Expert { .. } | Ground::Fallback { .. } => {}
        }
        self.metrics.settled(id, task.order.kind);
    }

    fn vote_closed(&mut self, id: TaskId) {
        let state = self.state;
        let contest = state.contests.get(&id);
        let contest = contest.filter(|contest| contest.stage != Stage::Over);
        let ballots = contest.and_then(|contest| contest.ballots.as_ref());
        let Some((task, ballots)) = state.tasks.get(&id).zip(ballots) else {
            return;
        };
        for (voter, more) in flips(ballots) {
            self.admit(&voter);
            let place = Place {
                at: self.at,
                member: &voter,
                kind: task.order.kind,
            };
            self.metrics.flipped(place, more.asked, more.turned);
        }
    }

    /// The result of a task that is done is another one: by a conflict that was settled anew, or by hand.
    fn replaced(&mut self, id: TaskId) {
        let state = self.state;
        let task = state.tasks.get(&id);
        let Some(task) = task.filter(|it| matches!(it.outcome(), Some(Outcome::Done { .. })))
        else {
            return;
        };
        let settled = self.metrics.take_settled(id);
        let decision = decision_of(state, id).filter(|_| settled);
        let chosen = decision.and_then(|decision| decision.chosen);
        let candidate = state.contests.get(&id).zip(chosen);
        let candidate = candidate.and_then(|(contest, chosen)| contest.candidates.get(chosen));
        let winners = candidate.map_or_else(Vec::new, |one| authors(state, &one.calls));
        let said = by(answered(state, task), |name| winners.contains(name));
        self.judge(task, Judged::Result, &said);
    }

    /// The operator took none of the answers.
    fn resolved(&mut self, item: AttentionId, resolution: &Resolution) {
        let state = self.state;
        let subject = state.attention.get(&item).map(|item| &item.subject);
        let denied = matches!(resolution.reply, Reply::Deny { .. });
        let (Some(Subject::Choice { task }), Actor::Operator, true) =
            (subject, resolution.by, denied)
        else {
            return;
        };
        let task = state.tasks.get(task).filter(|task| !task.is_ended());
        if let Some((task, candidates)) = task.and_then(|task| deciding(state, task.id)) {
            let calls = candidates.iter().flat_map(|one| &one.calls);
            let said = by(authors(state, calls), |_| false);
            self.judge(task, Judged::Operator, &said);
            self.judge(task, Judged::Result, &said);
        }
    }

    fn judge(&mut self, task: &Task, by: Judged, said: &[(MemberName, bool)]) {
        for (member, _) in said {
            self.admit(member);
        }
        let of = (self.at, task.id, task.order.kind);
        self.metrics.judge(of, by, said);
    }
}

/// A task with answers that differ, or did, and these. Conflicts that are older than contests stand in
/// the phase only.
fn deciding(state: &State, id: TaskId) -> Option<(&Task, &[Candidate])> {
    let task = state.tasks.get(&id)?;
    match (&task.phase, state.contests.get(&id)) {
        (_, Some(contest)) => Some((task, &contest.candidates)),
        (Phase::Deciding { candidates, .. }, None) => Some((task, candidates)),
        (Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. }, None) => None,
    }
}

fn decision_of(state: &State, id: TaskId) -> Option<&Decision> {
    state.contests.get(&id).and_then(Contest::decision)
}

fn calls<'a>(state: &'a State, task: &'a Task) -> impl Iterator<Item = &'a Call> {
    task.calls.iter().filter_map(|call| state.calls.get(call))
}

/// Who made these calls, each once.
fn authors<'a>(state: &State, calls: impl IntoIterator<Item = &'a CallId>) -> Vec<MemberName> {
    once(calls.into_iter().filter_map(|call| state.calls.get(call)))
}

/// Who answered a task.
fn answered(state: &State, task: &Task) -> Vec<MemberName> {
    once(calls(state, task).filter(|call| matches!(call.ending(), Some(Ending::Answered(_)))))
}

/// Who answered it as one of a council.
fn in_council(state: &State, task: &Task) -> Vec<MemberName> {
    once(calls(state, task).filter(|call| {
        call.purpose == Purpose::Council && matches!(call.ending(), Some(Ending::Answered(_)))
    }))
}

fn once<'a>(calls: impl Iterator<Item = &'a Call>) -> Vec<MemberName> {
    let mut names: Vec<MemberName> = calls.map(|call| call.member.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn by(names: Vec<MemberName>, won: impl Fn(&MemberName) -> bool) -> Vec<(MemberName, bool)> {
    let said = names.into_iter().map(|name| {
        let won = won(&name);
        (name, won)
    });
    said.collect()
}
