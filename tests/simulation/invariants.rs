//! What must hold after each event of each run, checked by folding the journal once more.

use std::collections::BTreeSet;

use crate::{ageing, appraisals, digests, plans};
use synod::core::lesson::Shared;
use synod::core::thinking::Step;
use synod::core::{
    Access, CallId, Checked, Contest, DocumentText, Ending, Event, FailureKind, Outcome, Phase,
    Planned, Purpose, Recorded, Session, SessionChange, Shown, Standing, State, Strategy, Subject,
    Task, TaskId, Thought, evolve,
};

/// Folds a journal and checks every step.
pub(crate) fn hold(journal: &[Recorded]) -> Result<(), String> {
    let mut state = State::new();
    let mut ids = Ids::default();
    for recorded in journal {
        let before = before_event(&state, &mut ids, recorded);
        before.map_err(|what| format!("{what}, at {recorded:?}"))?;
        evolve(&mut state, recorded);
        after_event(&state).map_err(|what| format!("{what}, after {recorded:?}"))?;
    }
    ageing::nothing_is_lost(&state, journal)
}

/// The last number of each sort, and which calls are over.
#[derive(Default)]
struct Ids {
    seq: u64,
    task: u64,
    call: u64,
    session: u64,
    attention: u64,
    lesson: u64,
    ended: BTreeSet<CallId>,
}

#[expect(clippy::too_many_lines, reason = "one short arm an event")]
fn before_event(state: &State, ids: &mut Ids, recorded: &Recorded) -> Result<(), String> {
    counts_up(&mut ids.seq, recorded.seq, "the journal")?;
    closed_room_does_nothing(state, &recorded.event)?;
    match &recorded.event {
        Event::TaskAdded { task, .. } => counts_up(&mut ids.task, task.0, "tasks"),
        Event::SessionOpened { session, .. } | Event::SessionForked { session, .. } => {
            counts_up(&mut ids.session, session.0, "sessions")
        }
        Event::AttentionRaised { attention } => {
            counts_up(&mut ids.attention, attention.id.0, "the inbox")
        }
        Event::CallStarted { call, .. } => {
            counts_up(&mut ids.call, call.0, "calls")?;
            call_may_start(state, recorded)
        }
        Event::Shared {
            what: Shared::LessonProposed { lesson, .. },
        } => counts_up(&mut ids.lesson, lesson.0, "lessons"),
        Event::Shared {
            what: Shared::ContextChosen { call, shown },
        } => context_fits(state, ids, *call, shown),
        Event::CallEnded { call, .. } if !ids.ended.insert(*call) => {
            Err(format!("{call} ends twice"))
        }
        Event::ConflictFound { candidates, .. }
            if candidates.is_empty() || candidates.iter().any(|one| one.calls.is_empty()) =>
        {
            Err("a conflict without candidates".to_owned())
        }
        Event::Decided { task, .. } => decided_only_what_is_open(state, *task),
        Event::TaskConcluded { task, outcome } => {
            result_stands_on_answers(state.task(*task), state, outcome)
        }
        Event::MemberRested { member } if state.load(member) > 0 => {
            Err("a member at work is put to rest".to_owned())
        }
        Event::SessionChanged { session, change } => change_fits(state.session(*session), change),
        Event::ThoughtProposed {
            task,
            call,
            thought,
        } => thought_follows(state, *task, *call, thought),
        Event::ThoughtRecorded { task, number, .. } => record_fits(state, *task, *number),
        Event::Planned {
            what: Planned::Proposed { task, call, .. },
        } => plans::proposed(state, *task, *call),
        Event::Planned {
            what: Planned::Edited { task, .. },
        } => plans::waits_for_leave(state, *task),
        Event::Planned {
            what: Planned::Approved { task, steps },
        } => plans::approved(state, *task, steps),
        Event::Planned {
            what: Planned::Resumed { task },
        } => plans::resumed(state, *task),
        Event::Appraised { what } => appraisals::may_happen(state, what),
        Event::RoomOpened { .. }
        | Event::MemberRested { .. }
        | Event::RoomResumed
        | Event::RoomClosed
        | Event::ThoughtsBounded { .. }
        | Event::BudgetSet { .. }
        | Event::UpkeepSet { .. }
        | Event::SessionsAsked { .. }
        | Event::SessionsListed { .. }
        | Event::DigesterSet { .. }
        | Event::PolicySet { .. }
        | Event::AttentionWithdrawn { .. }
        | Event::ModelLent { .. }
        | Event::MemberEnrolled { .. }
        | Event::MemberLeft { .. }
        | Event::MemberRestarted { .. }
        | Event::MemberHealthChanged { .. }
        | Event::MemberPaused { .. }
        | Event::MemberResumed { .. }
        | Event::SessionBound { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionClosed { .. }
        | Event::TaskReprioritised { .. }
        | Event::TaskReworded { .. }
        | Event::TaskMoved { .. }
        | Event::TaskRelabelled { .. }
        | Event::TaskRouted { .. }
        | Event::TaskDelayed { .. }
        | Event::TaskReopened { .. }
        | Event::CallEnded { .. }
        | Event::AgreementFound { .. }
        | Event::ConflictFound { .. }
        | Event::KindsSet { .. }
        | Event::Checked {
            what: Checked::Set { .. },
        }
        | Event::RoutingSet { .. }
        | Event::Advised { .. }
        | Event::ResultRated { .. }
        | Event::LadderSet { .. }
        | Event::LadderClimbed { .. }
        | Event::VoteOpened { .. }
        | Event::InquiryMade { .. }
        | Event::InquiryAnswered { .. }
        | Event::CandidatesJoined { .. }
        | Event::OperatorVoted { .. }
        | Event::VoteClosed { .. }
        | Event::AttentionResolved { .. }
        | Event::EditSettled { .. }
        | Event::Shared {
            what:
                Shared::SharingSet { .. }
                | Shared::LessonSupported { .. }
                | Shared::LessonAccepted { .. }
                | Shared::LessonDisputed { .. }
                | Shared::LessonRetired { .. }
                | Shared::DocumentTold { .. }
                | Shared::DocumentPinned { .. }
                | Shared::DocumentUnpinned { .. },
        }
        | Event::RetentionSet { .. }
        | Event::NoteOrdered { .. }
        | Event::ReportStale { .. } => Ok(()),
        Event::Checked {
            what: Checked::Started { task, .. },
        } => may_be_checked(state, *task),
        Event::Checked {
            what: Checked::Ended { task, .. },
        } => match state.being_checked() {
            Some(checked) if checked == *task => Ok(()),
            Some(_) | None => Err("a check ends that does not run".to_owned()),
        },
        Event::ResultsAged { tasks, .. } => ageing::fits(state, recorded, tasks),
        Event::DigestOrdered { session, order } => digests::may_be_ordered(state, *session, order),
        Event::SessionDigested { session, digest } => digests::may_stand(state, *session, digest),
        Event::NoteSettled { order, .. } => match state.notebook().order(*order) {
            Some(_) => Ok(()),
            None => Err("a change of a note ends that was not ordered".to_owned()),
        },
        Event::ResultReplaced { task, .. } => {
            let outcome = state.task(*task).and_then(Task::outcome);
            match outcome {
                Some(Outcome::Done { .. }) => Ok(()),
                Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => {
                    Err("a result is replaced where there is none".to_owned())
                }
            }
        }
    }
}

/// One result at a time is checked, once, and while nobody changes files.
fn may_be_checked(state: &State, id: TaskId) -> Result<(), String> {
    let task = state.task(id).ok_or("a check of no task")?;
    if !matches!(task.outcome(), Some(Outcome::Done { .. })) || task.checked().is_some() {
        return Err("a check where there is no result, or of one that was checked".to_owned());
    }
    if state.files_in_use() {
        return Err("a check while files are changed, or beside another one".to_owned());
    }
    Ok(())
}

/// What is recorded is the last thought, once.
fn record_fits(state: &State, task: TaskId, number: u32) -> Result<(), String> {
    let task = state.task(task).ok_or("a record for no task")?;
    let last = task.thinking().kept().last();
    match last.filter(|last| last.thought().number == number && last.keeper().is_none()) {
        Some(_) => Ok(()),
        None => Err("a record of a thought that waits for none".to_owned()),
    }
}

/// A call is told what holds and what is over, before it starts.
fn context_fits(state: &State, ids: &Ids, call: CallId, shown: &[Shown]) -> Result<(), String> {
    if call.0 != ids.call + 1 {
        return Err(format!("{call} is told something, but does not start"));
    }
    let unfit = shown.iter().find(|shown| match shown {
        Shown::Lesson(lesson) => state
            .lesson(*lesson)
            .is_none_or(|lesson| lesson.standing() != Standing::Accepted),
        Shown::Result { task, .. } => {
            let outcome = state.task(*task).and_then(Task::outcome);
            !matches!(outcome, Some(Outcome::Done { .. }))
        }
        Shown::Document { text, .. } => *text != DocumentText::Unread,
    });
    match unfit {
        Some(shown) => Err(format!("{call} is told what does not hold: {shown:?}")),
        None => Ok(()),
    }
}

fn change_fits(session: Option<&Session>, change: &SessionChange) -> Result<(), String> {
    let session = session.ok_or("a change of no session")?;
    let needs_rest = match change {
        SessionChange::Archived { .. } | SessionChange::Reset => true,
        SessionChange::Renamed { .. }
        | SessionChange::Unarchived
        | SessionChange::Chosen
        | SessionChange::Restored { .. }
        | SessionChange::Handed { .. }
        | SessionChange::Dials { .. }
        | SessionChange::Dialled { .. }
        | SessionChange::Wished { .. }
        | SessionChange::Unfulfilled { .. } => false,
    };
    if needs_rest && session.busy().is_some() {
        return Err("a session at work is archived or reset".to_owned());
    }
    Ok(())
}

fn counts_up(last: &mut u64, next: u64, of: &str) -> Result<(), String> {
    let expected = *last + 1;
    *last = next;
    if next == expected {
        Ok(())
    } else {
        Err(format!("{next} instead of {expected} in the count of {of}"))
    }
}

fn closed_room_does_nothing(state: &State, event: &Event) -> Result<(), String> {
    // A resumed room first clears up, then says that it is resumed.
    let clears_up = matches!(
        event,
        Event::RoomResumed | Event::SessionUnbound { .. } | Event::CallEnded { .. }
    );
    if state.is_closing() && !clears_up {
        return Err("a closed room does something".to_owned());
    }
    Ok(())
}

fn call_may_start(state: &State, recorded: &Recorded) -> Result<(), String> {
    let Event::CallStarted {
        task,
        session,
        purpose,
        access,
        ..
    } = &recorded.event
    else {
        return Ok(());
    };
    let task = state.task(*task).ok_or("a call for no task")?;
    digests::is_wanted(state, task)?;
    let session = state.session(*session).ok_or("a call in no session")?;
    let member = state.member(session.member()).ok_or("a call for nobody")?;
    if session.busy().is_some() || !session.takes_turns() {
        return Err("a call in a session that is busy, archived or closed".to_owned());
    }
    if state.load(session.member()) >= member.spec().parallel as usize {
        return Err("a call beyond what its member takes at once".to_owned());
    }
    if !member.takes_calls() {
        return Err("a call for a member that takes none".to_owned());
    }
    if state
        .spend()
        .exhausted(state.budget(), recorded.at)
        .is_some()
    {
        return Err("a call after the budget was used up".to_owned());
    }
    if *access == Access::Write && state.files_in_use() {
        return Err("a call that may change files beside another one or a check".to_owned());
    }
    let together = match task.order().strategy {
        Strategy::Race | Strategy::Council | Strategy::Debate => true,
        Strategy::Auto | Strategy::Solo | Strategy::Chain | Strategy::Think | Strategy::Plan => {
            false
        }
    };
    if *access == Access::Write && (together || *purpose == Purpose::Repair) {
        return Err("one of several may change files".to_owned());
    }
    thinks_in_order(task, *purpose)?;
    let done = |task: &Task| matches!(task.outcome(), Some(Outcome::Done { .. }));
    let mut after = task.order().after.iter();
    if !after.all(|on| state.task(*on).is_some_and(done)) {
        return Err("a call before what its task waits for".to_owned());
    }
    if !matches!(task.phase(), Phase::Queued | Phase::Working) {
        return Err("a call for a task that is over or waits for the operator".to_owned());
    }
    tries_are_bounded(state, task, *purpose, session.member())?;
    if task.not_before() > recorded.at && repeats_a_failure(state, task, *purpose, session.member())
    {
        return Err("a call before the pause is over".to_owned());
    }
    Ok(())
}

/// Nobody is asked for a thought that is there already, nor for more than the room takes.
fn thinks_in_order(task: &Task, purpose: Purpose) -> Result<(), String> {
    let next = task.thinking().step();
    let fits = match purpose {
        Purpose::Thought(number) | Purpose::ThoughtAgain(number) => next == Step::Think(number),
        Purpose::Conclude => next == Step::Conclude,
        Purpose::Plan | Purpose::PlanAgain | Purpose::Gather => plans::is_due(task, purpose),
        Purpose::Answer | Purpose::Council | Purpose::Step(_) | Purpose::Repair => {
            !matches!(task.order().strategy, Strategy::Think | Strategy::Plan)
        }
    };
    if fits {
        Ok(())
    } else {
        Err(format!("a call for {purpose:?} where {next:?} is due"))
    }
}

fn thought_follows(
    state: &State,
    task: TaskId,
    call: CallId,
    thought: &Thought,
) -> Result<(), String> {
    let task = state.task(task).ok_or("a thought for no task")?;
    let call = state.call(call).ok_or("a thought from no call")?;
    let number = thought.number;
    let asked = [Purpose::Thought(number), Purpose::ThoughtAgain(number)];
    if call.task() != task.id()
        || !asked.contains(&call.purpose())
        || !matches!(call.ending(), Some(Ending::Answered(_)))
    {
        return Err("a thought that nobody gave".to_owned());
    }
    if task.thinking().step() != Step::Think(number) {
        return Err("a thought that does not follow".to_owned());
    }
    let from = thought.branch.as_ref().map(|branch| branch.from);
    let mut named = thought.revises.into_iter().chain(from);
    if named.any(|named| named == 0 || named >= number) || thought.total < number {
        return Err("a thought that refers to nothing".to_owned());
    }
    Ok(())
}

/// Nothing is tried for ever.
fn tries_are_bounded(
    state: &State,
    task: &Task,
    purpose: Purpose,
    member: &synod::core::MemberName,
) -> Result<(), String> {
    let failed = |counts: fn(FailureKind) -> bool| {
        let calls = task.calls().iter().filter_map(|id| state.call(*id));
        let alike = calls.filter(|call| call.member() == member && call.purpose() == purpose);
        alike
            .filter(|call| {
                matches!(call.ending(), Some(Ending::Failed { failure, .. }) if counts(failure.kind))
            })
            .count()
    };
    if failed(FailureKind::is_transient) > 2 {
        return Err("a fourth try after passing failures".to_owned());
    }
    if failed(|kind| kind == FailureKind::ContextTooLong) > 1 {
        return Err("a third try of what is too long".to_owned());
    }
    let lasting = |kind: FailureKind| {
        matches!(
            kind,
            FailureKind::NotInstalled | FailureKind::WrongVersion | FailureKind::Refused
        )
    };
    if failed(lasting) > 0 {
        return Err("a second try after a failure that lasts".to_owned());
    }
    Ok(())
}

fn repeats_a_failure(
    state: &State,
    task: &Task,
    purpose: Purpose,
    member: &synod::core::MemberName,
) -> bool {
    let mut alike = task.calls().iter().rev().filter_map(|id| state.call(*id));
    let last = alike.find(|call| call.member() == member && call.purpose() == purpose);
    last.is_some_and(|call| matches!(call.ending(), Some(Ending::Failed { .. })))
}

fn decided_only_what_is_open(state: &State, task: TaskId) -> Result<(), String> {
    let contest = state.contest(task);
    match state.task(task).map(Task::phase) {
        Some(Phase::Ended { .. }) if contest.is_some_and(|one| one.reopened().is_some()) => Ok(()),
        Some(Phase::Deciding { candidates, .. }) if !candidates.is_empty() => Ok(()),
        _ => Err("a decision without candidates".to_owned()),
    }
}

fn result_stands_on_answers(
    task: Option<&Task>,
    state: &State,
    outcome: &Outcome,
) -> Result<(), String> {
    let task = task.ok_or("the end of no task")?;
    if task.is_ended() {
        return Err("a task ends twice".to_owned());
    }
    if matches!(outcome, Outcome::Failed { why } if why.trim().is_empty()) {
        return Err("a task fails without a reason".to_owned());
    }
    let Outcome::Done { from, .. } = outcome else {
        return Ok(());
    };
    let answered = |id: &CallId| {
        task.calls().contains(id)
            && state
                .call(*id)
                .is_some_and(|call| matches!(call.ending(), Some(Ending::Answered(_))))
    };
    if from.is_empty() || !from.iter().all(answered) {
        return Err("a result that stands on no answer".to_owned());
    }
    Ok(())
}

fn after_event(state: &State) -> Result<(), String> {
    digests::none_in_a_closed_room(state)?;
    writers_are_alone(state)?;
    ended_tasks_rest(state)?;
    inbox_is_about_what_is_open(state)?;
    plans::are_as_their_steps(state)?;
    state_is_bounded(state)
}

fn writers_are_alone(state: &State) -> Result<(), String> {
    let in_flight = state.calls_in_flight();
    let writers = in_flight.filter(|(_, call)| call.access() == Access::Write);
    if writers.count() > 1 {
        return Err("two calls may change files".to_owned());
    }
    Ok(())
}

fn ended_tasks_rest(state: &State) -> Result<(), String> {
    let mut in_flight = state.calls_in_flight();
    let of_ended = in_flight.find(|(_, call)| state.task(call.task()).is_none_or(Task::is_ended));
    match of_ended {
        Some((call, _)) => Err(format!("{call} goes on for a task that is over")),
        None => Ok(()),
    }
}

fn inbox_is_about_what_is_open(state: &State) -> Result<(), String> {
    let open = |id| state.task(id).is_some_and(|task| !task.is_ended());
    let idle = state.attention().find(|item| match &item.subject {
        Subject::Choice { task } => {
            let reopened = state.contest(*task).and_then(Contest::reopened);
            !open(*task) && reopened != Some(item.id)
        }
        Subject::Interrupted { task } | Subject::Plan { task } => !open(*task),
        Subject::Asked { call, .. } => state.call(*call).is_none_or(|call| call.ending().is_some()),
        Subject::LoggedOut { member, .. } => state
            .member(member)
            .is_none_or(|member| member.pause().is_none()),
        Subject::Lessons { older, newer } => [older, newer].into_iter().any(|lesson| {
            let lesson = state.lesson(*lesson);
            lesson.is_none_or(|lesson| lesson.standing() != Standing::Disputed)
        }),
        Subject::Budget { .. } | Subject::Edited { .. } | Subject::Proposed { .. } => false,
    });
    match idle {
        Some(item) => Err(format!("an item about something that is over: {item:?}")),
        None => Ok(()),
    }
}

fn state_is_bounded(state: &State) -> Result<(), String> {
    let ended = state.ended_tasks().count();
    let open = state.open_tasks().count();
    if ended + open != state.tasks().len() {
        return Err("a task that is neither open nor ended".to_owned());
    }
    let questions = state
        .attention()
        .filter(|item| matches!(item.subject, Subject::Asked { .. }));
    if questions.count() > 33 * state.sessions().len() {
        return Err("too many questions in the inbox".to_owned());
    }
    Ok(())
}
