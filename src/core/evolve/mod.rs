//! An event changes the state. Total: an event that does not fit changes nothing.
//!
//! Owns every write to [`State`]. It decides nothing: what an event means for the future is the
//! business of [`follow`](crate::core::follow()) and [`react`](crate::core::react()).

mod advice;
mod appraise;
mod call;
mod check;
mod forecast;
mod ladder;
mod learning;
mod lesson;
mod metrics;
mod outside;
mod panels;
mod plan;
mod room;
mod session;
mod task;
mod thinking;
mod waiting;

use crate::core::lesson::Shared;
use crate::core::state::ThoughtsBound;
use crate::core::{Event, Planned, Recorded, State, Subject};

/// Folds one event into the state.
#[expect(clippy::too_many_lines, reason = "one short arm an event")]
pub fn evolve(state: &mut State, recorded: &Recorded) {
    let at = recorded.at;
    state.seq = recorded.seq;
    state.at = at;
    metrics::count(state, recorded);
    advice::count(state, recorded);
    match &recorded.event {
        Event::RoomOpened { name } => name.clone_into(&mut state.name),
        Event::RoomResumed => {
            room::resumed(state, at);
            thinking::resumed(state);
        }
        Event::RoomClosed => {
            state.closing = true;
            state.digests.at_work.clear();
            state.appraisals.at_work.clear();
        }
        Event::BudgetSet { budget } => state.budget = *budget,
        Event::PolicySet { policy } => state.approvals.policy.clone_from(policy),
        Event::ThoughtsBounded { most } => state.thoughts = ThoughtsBound(*most),
        Event::KindsSet { kinds } => {
            state.reader.know(&state.kinds, kinds);
            state.kinds.clone_from(kinds);
        }
        Event::Checked { what } => check::happened(state, at, what),
        Event::MemberEnrolled { spec } => room::enrolled(state, at, spec),
        Event::MemberLeft { member } => {
            room::left(state, member);
            ladder::departed(state, at, member);
        }
        Event::UpkeepSet { upkeep } => state.upkeep.clone_from(upkeep),
        Event::MemberRested { member } => room::rested(state, at, member),
        Event::MemberRestarted { member } => room::restarted(state, at, member),
        Event::MemberHealthChanged { member, health } => room::health(state, at, member, health),
        Event::MemberPaused { member, why, until } => room::paused(state, at, member, why, *until),
        Event::MemberResumed { member } => room::member_resumed(state, member),
        Event::SessionOpened {
            session,
            member,
            title,
        } => session::opened(state, at, *session, member, title),
        Event::SessionBound { session, handle } => session::bound(state, *session, handle),
        Event::SessionUnbound { session } => session::unbound(state, *session),
        Event::SessionClosed { session } => session::closed(state, *session),
        Event::SessionForked {
            session,
            from,
            member,
            title,
        } => session::forked(state, at, *session, *from, member, title),
        Event::SessionChanged { session, change } => {
            session::changed(state, at, *session, change);
        }
        Event::DigesterSet { member } => state.digests.by.clone_from(member),
        Event::DigestOrdered { session, order } => {
            session::digest_ordered(state, *session, order);
            lesson::set_apart(state, order.task);
        }
        Event::SessionDigested { session, digest } => session::digested(state, *session, digest),
        Event::SessionsAsked { member } => room::sessions_asked(state, member),
        Event::SessionsListed {
            member,
            asked,
            listing,
        } => room::sessions_listed(state, member, *asked, listing),
        Event::TaskAdded {
            task,
            order,
            analysis,
        } => task::added(state, at, *task, order, analysis.as_deref()),
        Event::TaskRelabelled { task, kind } => task::relabelled(state, *task, *kind),
        Event::TaskReprioritised { task, priority } => task::reprioritised(state, *task, *priority),
        Event::TaskReworded {
            task,
            prompt,
            kind,
            analysis,
        } => waiting::reworded(state, *task, prompt, *kind, analysis.as_deref()),
        Event::TaskMoved { task, to } => waiting::moved(state, *task, *to),
        Event::TaskRouted {
            task,
            council,
            because,
            route,
            convened,
            forecast,
        } => {
            let why = task::Why {
                because,
                route: route.as_deref(),
                convened: convened.as_deref(),
                forecast: *forecast,
            };
            task::routed(state, at, *task, council, &why);
        }
        Event::ResultRated { task, good } => learning::rated(state, at, *task, *good),
        Event::RoutingSet { setting } => state.learning.setting.clone_from(setting),
        Event::TaskDelayed { task, until } => task::delayed(state, *task, *until),
        Event::TaskReopened { task, order } => task::reopened(state, *task, order),
        Event::TaskConcluded { task, outcome } => task::concluded(state, at, *task, outcome),
        Event::CallStarted {
            call,
            task,
            session,
            purpose,
            access,
            prompt,
            ..
        } => {
            let start = call::Start {
                task: *task,
                session: *session,
                purpose: *purpose,
                access: *access,
            };
            call::started(state, at, *call, &start, prompt);
        }
        Event::CallEnded { call, ending } => call::ended(state, at, *call, ending),
        Event::ThoughtProposed {
            task,
            call,
            thought,
        } => thinking::proposed(state, *task, *call, thought),
        Event::ThoughtRecorded {
            task,
            number,
            keeper,
        } => thinking::recorded(state, *task, *number, keeper),
        Event::Planned {
            what: Planned::Proposed { task, plan, .. } | Planned::Edited { task, plan },
        } => {
            plan::written(state, *task, plan);
        }
        Event::Planned {
            what: Planned::Approved { task, steps },
        } => plan::approved(state, *task, steps),
        Event::Planned {
            what: Planned::Resumed { task },
        } => plan::resumed(state, *task),
        Event::Appraised { what } => appraise::noted(state, what),
        Event::AgreementFound { task, calls } => task::agreed(state, at, *task, calls),
        Event::ConflictFound {
            task,
            candidates,
            silent,
            nature,
        } => ladder::found(state, at, *task, candidates, *silent, *nature),
        Event::LadderSet { ladder } => state.ladder.clone_from(ladder),
        Event::LadderClimbed {
            task,
            to,
            by,
            because,
        } => ladder::climbed(state, at, *task, (*to, *by), because),
        Event::OperatorVoted { task, ballot } => {
            ladder::operator_voted(state, *task, ballot);
        }
        Event::CandidatesJoined {
            task,
            candidates,
            silent,
        } => ladder::joined(state, *task, candidates, *silent),
        Event::VoteOpened { task, panel, terms } => ladder::opened(state, *task, panel, terms),
        Event::InquiryMade { task, inquiry } => {
            ladder::inquired(state, at, *task, inquiry);
            lesson::set_apart(state, inquiry.by);
        }
        Event::InquiryAnswered { task, by, answered } => {
            ladder::answered(state, at, *task, *by, answered);
        }
        Event::VoteClosed { task, closed } => ladder::closed(state, *task, closed),
        Event::Decided { task, decision } => task::decided(state, *task, decision),
        Event::EditSettled {
            document,
            digest,
            how,
        } => outside::settled(state, document, digest, *how),
        Event::ResultReplaced { task, result } => task::replaced(state, at, *task, result),
        Event::RetentionSet { retention } => state.ledger.set_policy(*retention),
        Event::ResultsAged { tasks, old } => state.ledger.age(at, tasks, *old, &state.tasks),
        Event::NoteOrdered { order } => state.notebook.ordered(order),
        Event::NoteSettled { order, end } => state.notebook.settled(at, *order, end),
        Event::AttentionRaised { attention } => {
            room::raised(state, attention);
            if let Subject::Choice { task } = attention.subject {
                ladder::asked_operator(state, at, task, attention.id);
            }
        }
        Event::AttentionResolved {
            attention,
            resolution,
            ..
        } => {
            room::resolved(state, at, *attention, resolution);
            ladder::left_again(state, at, *attention);
        }
        Event::AttentionWithdrawn { attention, .. } => room::withdrawn(state, at, *attention),
        Event::ModelLent {
            attention,
            task,
            lasting,
            ..
        } => {
            room::lent(state, *attention, *task, *lasting);
            lesson::set_apart(state, *task);
        }
        Event::Shared {
            what: Shared::SharingSet { sharing },
        } => state.knowledge.sharing.clone_from(sharing),
        Event::Shared {
            what: Shared::LessonProposed { lesson, draft },
        } => lesson::proposed(state, at, *lesson, draft),
        Event::Shared {
            what: Shared::LessonSupported { lesson, evidence },
        } => {
            lesson::supported(state, at, *lesson, *evidence);
        }
        Event::Shared {
            what: Shared::LessonAccepted { lesson, .. },
        } => lesson::accepted(state, at, *lesson),
        Event::Shared {
            what: Shared::LessonDisputed { lesson, why },
        } => lesson::disputed(state, at, *lesson, why),
        Event::Shared {
            what: Shared::LessonRetired { lesson, why, .. },
        } => lesson::retired(state, at, *lesson, why),
        Event::Shared {
            what: Shared::ContextChosen { call, shown },
        } => lesson::shown(state, at, *call, shown),
        Event::Shared {
            what:
                Shared::DocumentTold {
                    call,
                    document,
                    text,
                },
        } => lesson::told(state, *call, document, text),
        Event::Shared {
            what: Shared::DocumentPinned { document, task },
        } => lesson::pinned(state, document, *task),
        Event::Shared {
            what: Shared::DocumentUnpinned { document, task },
        } => lesson::unpinned(state, document, *task),
        Event::Advised { what } => advice::advised(state, at, what),
        Event::ReportStale { .. } => state.counters.stale += 1,
    }
    room::forget_lent(state);
    session::forget_digests(state);
    advice::refresh(state, &recorded.event);
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::evolve;
    use crate::core::fixture::{Room, cancelled, handle, name, number, order, said};
    use crate::core::{
        Access, Attention, AttentionId, CallId, Event, Outcome, Phase, Priority, Purpose, Recorded,
        SessionId, State, Strategy, Subject, TaskId, TaskOrder, Text, Timestamp,
    };

    /// Folds one event and gives the state back as it was but for the place in the journal.
    fn changed(room: &Room, event: Event) -> State {
        let mut state = room.state.clone();
        let recorded = Recorded {
            seq: state.seq,
            at: room.now,
            event,
        };
        evolve(&mut state, &recorded);
        state
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one line an event")]
    fn an_event_that_does_not_fit_changes_nothing() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (done, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.answer(calls[0], said("yes"));
        let (open, at_work) = room.add(order(Strategy::Solo, &["codex"]));
        let nothing = TaskId(99);
        let start = |call, task, session| Event::CallStarted {
            call: CallId(call),
            task,
            session: SessionId(session),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from("x"),
            inputs: Vec::new(),
        };
        let item = |subject| Event::AttentionRaised {
            attention: Attention {
                id: AttentionId(0),
                subject,
                since: room.now,
                expires: None,
            },
        };
        let conclude = |task| Event::TaskConcluded {
            task,
            outcome: Outcome::Cancelled,
        };
        let reopen = |task| Event::TaskReopened {
            task,
            order: TaskOrder::new("b"),
        };
        let route = |task| Event::TaskRouted {
            task,
            council: vec![name("gpt")],
            because: "x".to_owned(),
            route: None,
            convened: None,
            forecast: None,
        };
        let unfit = [
            conclude(done),
            conclude(nothing),
            reopen(open),
            reopen(nothing),
            route(done),
            route(nothing),
            Event::TaskAdded {
                task: open,
                order: TaskOrder::new("again"),
                analysis: None,
            },
            Event::TaskReprioritised {
                task: nothing,
                priority: Priority::Low,
            },
            Event::TaskDelayed {
                task: nothing,
                until: Timestamp(5),
            },
            Event::ConflictFound {
                task: done,
                candidates: Vec::new(),
                silent: 0,
                nature: crate::core::voting::Nature::Open,
            },
            Event::AgreementFound {
                task: nothing,
                calls: Vec::new(),
            },
            Event::CallEnded {
                call: calls[0],
                ending: cancelled(),
            },
            Event::CallEnded {
                call: CallId(99),
                ending: cancelled(),
            },
            // A call that is there already, one in a busy session, for no task, for an ended one.
            start(2, open, 1),
            start(1, open, 1),
            start(0, nothing, 1),
            start(0, done, 1),
            start(0, open, 99),
            item(Subject::Asked {
                call: calls[0],
                ask: crate::core::AskId(1),
                request: crate::core::fixture::exec(),
            }),
            Event::SessionOpened {
                session: SessionId(1),
                member: name("gpt"),
                title: "x".to_owned(),
            },
            Event::SessionBound {
                session: SessionId(99),
                handle: handle("x"),
            },
            Event::SessionUnbound {
                session: SessionId(99),
            },
            Event::MemberLeft {
                member: name("nobody"),
            },
        ];
        assert_eq!(at_work.len(), 1);
        for event in unfit {
            assert_eq!(changed(&room, event.clone()), room.state, "{event:?}");
        }
    }

    #[test]
    fn a_task_goes_through_its_phases() {
        let mut room = Room::of(&["codex", "gpt"]);
        let after = Event::TaskAdded {
            task: TaskId(1),
            order: order(Strategy::Council, &[]),
            analysis: None,
        };
        room.fold(vec![after]);
        assert_eq!(*room.phase(TaskId(1)), Phase::Queued);
        assert_eq!(room.state.task(TaskId(1)).unwrap().started(), None);
        room.follow();
        assert_eq!(*room.phase(TaskId(1)), Phase::Working);
        assert_eq!(
            room.state.task(TaskId(1)).unwrap().started(),
            Some(room.now)
        );
        room.answer(CallId(1), number("41"));
        room.answer(CallId(2), number("42"));
        assert!(matches!(room.phase(TaskId(1)), Phase::Deciding { .. }));
        room.fold(vec![Event::TaskConcluded {
            task: TaskId(1),
            outcome: Outcome::Cancelled,
        }]);
        let ended = Phase::Ended {
            at: room.now,
            outcome: Outcome::Cancelled,
        };
        assert_eq!(*room.phase(TaskId(1)), ended);
        // Its item goes with it.
        assert_eq!(room.state.attention().len(), 0);
        let counters = room.state.counters();
        let counts = (counters.done, counters.cancelled, counters.conflicts);
        assert_eq!(counts, (0, 1, 1));
    }

    #[test]
    fn a_shorter_pause_does_not_shorten_a_longer_one() {
        let mut room = Room::of(&["codex"]);
        let (task, _) = room.add(TaskOrder::new("a"));
        for until in [Timestamp(50), Timestamp(20)] {
            room.fold(vec![Event::TaskDelayed { task, until }]);
        }
        assert_eq!(room.state.task(task).unwrap().not_before(), Timestamp(50));
    }
}
