//! What the operator says to an inbox item, and which answer shall stand.

use crate::core::decide::approval::answer_question;
use crate::core::decide::command::resolved_by_operator;
use crate::core::decide::lesson::answer_lessons;
use crate::core::decide::money::raise_budget;
use crate::core::decide::outside::{answer_edit, answer_proposal};
use crate::core::decide::plan;
use crate::core::decide::reported::forgotten_sessions;
use crate::core::decide::settled::settled;
use crate::core::ladder::{dissent, reopen_if};
use crate::core::retention::ANSWER_KEPT;
use crate::core::task::order::PROMPT_MAX;
use crate::core::{
    AttentionId, Basis, CallId, Candidate, Decision, Ending, Event, Ground, MemberName, Outcome,
    Phase, Refusal, Reply, State, Subject, Task, TaskId, Text,
};

pub(super) fn choose(
    state: &State,
    id: TaskId,
    index: usize,
    among: Option<usize>,
) -> Result<Vec<Event>, Refusal> {
    let (task, candidates) = deciding(state, id)?;
    if among.is_some_and(|among| among != candidates.len()) {
        return Err(Refusal::CandidatesJoined { task: id });
    }
    let candidate = candidates.get(index).ok_or(Refusal::NoSuchCandidate {
        task: id,
        candidate: index,
    })?;
    let text = candidate
        .calls
        .first()
        .and_then(|call| answer_text(state, *call));
    let result = text.ok_or(Refusal::NoSuchCandidate {
        task: id,
        candidate: index,
    })?;
    // Of a task that is done only the beginning of a long answer is left.
    if task.is_ended() && result.len() >= ANSWER_KEPT {
        return Err(Refusal::AnswersForgotten { task: id });
    }
    let contest = state.contest(id);
    let dissent = contest.map_or_else(Vec::new, |contest| dissent(contest, index));
    let decision = Decision {
        reopen_if: reopen_if(&Ground::Operator, &dissent),
        dissent,
        ..Decision::by_operator(Some(index), None)
    };
    let from = candidate.calls.clone();
    Ok(settled(
        state,
        task,
        decision,
        result,
        from,
        Basis::Operator,
    ))
}

pub(super) fn decide_by_text(
    state: &State,
    id: TaskId,
    text: &Text,
) -> Result<Vec<Event>, Refusal> {
    let (task, candidates) = deciding(state, id)?;
    if text.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if text.len() > PROMPT_MAX {
        return Err(Refusal::PromptTooLong {
            bytes: text.len(),
            limit: PROMPT_MAX,
        });
    }
    let from = candidates
        .iter()
        .flat_map(|candidate| candidate.calls.iter().copied())
        .collect();
    let decision = Decision::by_operator(None, Some(text.clone()));
    let result = text.clone();
    Ok(settled(
        state,
        task,
        decision,
        result,
        from,
        Basis::Operator,
    ))
}

pub(super) fn answer(state: &State, id: AttentionId, reply: &Reply) -> Result<Vec<Event>, Refusal> {
    let item = state
        .attention_item(id)
        .ok_or(Refusal::NoSuchAttention { attention: id })?;
    let wrong = |why: &str| Refusal::WrongReply {
        attention: id,
        why: why.to_owned(),
    };
    match (&item.subject, reply) {
        (Subject::Asked { .. }, _) => answer_question(state, item, reply),
        (Subject::Edited { edit }, _) => answer_edit(state, id, edit, reply),
        (Subject::Proposed { order }, _) => answer_proposal(state, id, order, reply),
        (Subject::Plan { task }, _) => plan::answer(state, id, *task, reply),
        (Subject::Lessons { older, newer }, _) => answer_lessons(id, (*older, *newer), reply),
        (Subject::Choice { task }, Reply::Deny { .. })
            if state.task(*task).is_some_and(Task::is_ended) =>
        {
            Ok(vec![resolved_by_operator(id, None, reply.clone())])
        }
        (Subject::Choice { task }, Reply::Deny { .. }) => Ok(vec![
            resolved_by_operator(id, None, reply.clone()),
            failed(
                *task,
                "the answers differ and the operator took none of them",
            ),
        ]),
        (
            Subject::Choice { .. },
            Reply::Allow
            | Reply::AllowForSession
            | Reply::KeepAside
            | Reply::Hold(_)
            | Reply::Fill { .. },
        ) => Err(wrong(
            "choose one of the candidates, write the result, or deny to take none",
        )),
        // A member that is not logged in stays paused; without the item nobody waits for it.
        (Subject::Interrupted { .. }, Reply::Allow | Reply::AllowForSession)
        | (Subject::LoggedOut { .. }, Reply::Deny { .. }) => {
            Ok(vec![resolved_by_operator(id, None, reply.clone())])
        }
        (Subject::Interrupted { task }, Reply::Deny { .. }) => Ok(vec![
            resolved_by_operator(id, None, reply.clone()),
            failed(
                *task,
                "it was cut off, and the operator did not want it repeated",
            ),
        ]),
        (Subject::Interrupted { .. }, Reply::KeepAside | Reply::Hold(_) | Reply::Fill { .. }) => {
            Err(wrong("allow repeats the call, deny ends the task"))
        }
        (Subject::LoggedOut { member, .. }, Reply::Allow | Reply::AllowForSession) => {
            let mut events = vec![resolved_by_operator(id, None, reply.clone())];
            events.extend(logged_in(state, member));
            Ok(events)
        }
        (Subject::LoggedOut { .. }, Reply::KeepAside | Reply::Hold(_) | Reply::Fill { .. }) => Err(
            wrong("log the member in and allow, or deny to do without it"),
        ),
        (Subject::Budget { limit }, Reply::Allow | Reply::AllowForSession) => {
            raise_budget(state, item, *limit)
        }
        (
            Subject::Budget { .. },
            Reply::Deny { .. } | Reply::KeepAside | Reply::Hold(_) | Reply::Fill { .. },
        ) => Err(wrong(
            "allow raises the limit by as much again; until then no call starts",
        )),
    }
}

/// A member is given calls again. Some servers read the login only when they start, so the server is
/// started anew, unless it is at work.
fn logged_in(state: &State, name: &MemberName) -> Vec<Event> {
    let member = name.clone();
    if state.load(name) > 0 {
        return vec![Event::MemberResumed { member }];
    }
    let mut events = vec![Event::MemberRestarted { member }];
    events.extend(forgotten_sessions(state, name));
    events
}

/// A task that has something to choose: its answers are disputed, or it is done and its conflict was
/// opened again.
fn deciding(state: &State, id: TaskId) -> Result<(&Task, &[Candidate]), Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    match (&task.phase, state.contest(id)) {
        (Phase::Deciding { candidates, .. }, _) => Ok((task, candidates)),
        (Phase::Ended { .. }, Some(contest)) if contest.reopened().is_some() => {
            Ok((task, contest.candidates()))
        }
        (Phase::Ended { .. }, _) => Err(Refusal::TaskOver { task: id }),
        (Phase::Queued | Phase::Working | Phase::Held { .. }, _) => {
            Err(Refusal::NothingToChoose { task: id })
        }
    }
}

/// The text of an answered call.
fn answer_text(state: &State, call: CallId) -> Option<Text> {
    match state.call(call)?.ending()? {
        Ending::Answered(answer) => Some(answer.text.clone()),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

fn failed(task: TaskId, why: &str) -> Event {
    Event::TaskConcluded {
        task,
        outcome: Outcome::Failed {
            why: why.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, number, order, question, said};
    use crate::core::ladder::{dissent, reopen_if};
    use crate::core::{
        Actor, AskId, AttentionId, Basis, CallId, Command, Decision, Event, FailureKind, Ground,
        Outcome, Refusal, Reply, Resolution, Strategy, TaskId, Text,
    };

    const ITEM: AttentionId = AttentionId(1);

    /// A council of which two say 42 and one says 41.
    fn divided() -> (Room, TaskId, Vec<CallId>) {
        let mut room = Room::of(&["codex", "gpt", "claude"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        for (call, value) in calls.iter().zip(["41", "42", "42"]) {
            room.answer(*call, number(value));
        }
        (room, task, calls)
    }

    fn resolved(asked: Option<(CallId, AskId)>, reply: Reply) -> Event {
        Event::AttentionResolved {
            attention: ITEM,
            asked,
            resolution: Resolution::by(Actor::Operator, reply),
        }
    }

    fn no() -> Reply {
        Reply::Deny {
            reason: "no".to_owned(),
        }
    }

    #[test]
    fn the_operator_chooses_a_candidate_and_its_authors_have_won() {
        let (mut room, task, calls) = divided();
        let events = room.command(&Command::Choose {
            task,
            candidate: 0,
            among: None,
        });
        let outcome = Outcome::Done {
            result: Text::from("42"),
            from: calls[1..].to_vec(),
            basis: Basis::Operator,
        };
        let dissent = dissent(room.state.contest(task).unwrap(), 0);
        assert_eq!(dissent.len(), 1);
        let decision = Decision {
            reopen_if: reopen_if(&Ground::Operator, &dissent),
            dissent,
            ..Decision::by_operator(Some(0), None)
        };
        assert_eq!(
            events,
            [
                Event::Decided { task, decision },
                resolved(None, Reply::Allow),
                Event::TaskConcluded { task, outcome },
            ]
        );
        assert_eq!(room.state.attention().len(), 0);
        let records = room
            .state
            .members()
            .map(|one| (one.record().won, one.record().lost));
        let by_name: Vec<_> = records.collect();
        assert_eq!(by_name.iter().filter(|one| **one == (1, 0)).count(), 2);
        assert_eq!(by_name.iter().filter(|one| **one == (0, 1)).count(), 1);
    }

    #[test]
    fn the_operator_writes_the_result() {
        let (mut room, task, calls) = divided();
        let text = Text::from("43");
        let decide = Command::DecideByText {
            task,
            text: text.clone(),
        };
        let events = room.command(&decide);
        let outcome = Outcome::Done {
            result: text.clone(),
            from: vec![calls[1], calls[2], calls[0]],
            basis: Basis::Operator,
        };
        let decision = Decision::by_operator(None, Some(text));
        assert_eq!(
            events,
            [
                Event::Decided { task, decision },
                resolved(None, Reply::Allow),
                Event::TaskConcluded { task, outcome },
            ]
        );
        assert_eq!(room.refused(&decide), Refusal::TaskOver { task });
    }

    #[test]
    fn choices_that_cannot_be_made_are_refused() {
        let (mut room, task, _) = divided();
        let far = Command::Choose {
            task,
            candidate: 2,
            among: None,
        };
        assert_eq!(
            room.refused(&far),
            Refusal::NoSuchCandidate { task, candidate: 2 }
        );
        let blank = Command::DecideByText {
            task,
            text: Text::from(" "),
        };
        assert_eq!(room.refused(&blank), Refusal::EmptyPrompt);
        let (other, _) = room.add(order(Strategy::Solo, &[]));
        let early = Command::Choose {
            task: other,
            candidate: 0,
            among: None,
        };
        assert_eq!(
            room.refused(&early),
            Refusal::NothingToChoose { task: other }
        );
    }

    #[test]
    fn taking_none_of_the_candidates_fails_the_task() {
        let (mut room, task, _) = divided();
        let deny = Command::Answer {
            attention: ITEM,
            reply: no(),
        };
        let why = "the answers differ and the operator took none of them".to_owned();
        assert_eq!(
            room.command(&deny),
            [
                resolved(None, no()),
                Event::TaskConcluded {
                    task,
                    outcome: Outcome::Failed { why }
                },
            ]
        );
    }

    #[test]
    fn a_servers_question_is_answered_once() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(order(Strategy::Solo, &[]));
        room.report(&question(calls[0], 7));
        let allow = Command::Answer {
            attention: ITEM,
            reply: Reply::Allow,
        };
        let asked = Some((calls[0], AskId(7)));
        assert_eq!(room.command(&allow), [resolved(asked, Reply::Allow)]);
        assert_eq!(
            room.refused(&allow),
            Refusal::NoSuchAttention { attention: ITEM }
        );
    }

    #[test]
    fn a_writing_call_that_was_cut_off_is_repeated_only_with_leave() {
        for (reply, calls_after) in [(Reply::Allow, 1), (no(), 0)] {
            let mut room = Room::with(&[("codex", crate::core::Reach::Sandboxed)]);
            let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
            room.fail(calls[0], FailureKind::TimedOut);
            assert_eq!(
                *room.phase(task),
                crate::core::Phase::Held { attention: ITEM }
            );
            room.command(&Command::Answer {
                attention: ITEM,
                reply,
            });
            let again = crate::core::fixture::started(&room.follow());
            assert_eq!(again.len(), calls_after);
            assert_eq!(room.state.task(task).unwrap().is_ended(), calls_after == 0);
        }
    }

    #[test]
    fn the_text_of_the_first_author_is_the_result() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        room.answer(calls[0], number("42"));
        let repair = crate::core::fixture::started(&room.answer(calls[1], said("41, I think")));
        room.answer(repair[0], number("41"));
        let events = room.command(&Command::Choose {
            task,
            candidate: 1,
            among: None,
        });
        assert_eq!(
            crate::core::fixture::results(&events),
            [Text::from("41, I think")]
        );
    }
}
