//! Lessons, what calls were given, and pins.

use crate::core::context::{DocumentText, Shown, Source};
use crate::core::lesson::{
    Draft, EVIDENCE_MAX, Evidence, LESSONS_MAX, Lesson, PINS_MAX, Pin, Standing, Tally,
};
use crate::core::{CallId, Ending, LessonId, Outcome, Purpose, Span, State, TaskId, Timestamp};

pub(super) fn proposed(state: &mut State, at: Timestamp, id: LessonId, draft: &Draft) {
    let knowledge = &mut state.knowledge;
    knowledge.next = knowledge.next.max(id.0.saturating_add(1));
    if knowledge.lessons.contains_key(&id) {
        return;
    }
    let lesson = Lesson {
        id,
        draft: draft.clone(),
        standing: Standing::Proposed,
        evidence: draft.evidence.into_iter().collect(),
        created: at,
        changed: at,
        expires: expiry(at, knowledge.sharing.expiry),
        because: String::new(),
        uses: 0,
        last_used: None,
        with: Tally::default(),
    };
    let words = &mut knowledge.words;
    words.put(Source::Lesson(id), &draft.subject, &draft.claim);
    knowledge.lessons.insert(id, lesson);
    while knowledge.lessons.len() > LESSONS_MAX {
        let mut lessons = knowledge.lessons.values();
        let gone = lessons.find(|lesson| lesson.standing == Standing::Retired);
        let Some(gone) = gone.map(|lesson| lesson.id) else {
            break;
        };
        knowledge.lessons.remove(&gone);
        knowledge.words.remove(Source::Lesson(gone));
    }
}

fn expiry(at: Timestamp, after: Option<Span>) -> Option<Timestamp> {
    after.map(|span| at.after(span))
}

pub(super) fn supported(state: &mut State, at: Timestamp, id: LessonId, evidence: Evidence) {
    let Some(lesson) = state.knowledge.lessons.get_mut(&id) else {
        return;
    };
    if lesson.evidence.iter().any(|one| one.task == evidence.task) {
        return;
    }
    lesson.evidence.push(evidence);
    let surplus = lesson.evidence.len().saturating_sub(EVIDENCE_MAX);
    lesson.evidence.drain(..surplus);
    lesson.changed = at;
}

/// A lesson that is accepted holds for the whole time again.
pub(super) fn accepted(state: &mut State, at: Timestamp, id: LessonId) {
    let expires = expiry(at, state.knowledge.sharing.expiry);
    if let Some(lesson) = stand(state, at, id, Standing::Accepted, "") {
        lesson.expires = expires;
    }
}

pub(super) fn disputed(state: &mut State, at: Timestamp, id: LessonId, why: &str) {
    stand(state, at, id, Standing::Disputed, why);
}

pub(super) fn retired(state: &mut State, at: Timestamp, id: LessonId, why: &str) {
    if let Some(lesson) = stand(state, at, id, Standing::Retired, why) {
        lesson.expires = None;
    }
}

fn stand<'a>(
    state: &'a mut State,
    at: Timestamp,
    id: LessonId,
    standing: Standing,
    because: &str,
) -> Option<&'a mut Lesson> {
    let lesson = state.knowledge.lessons.get_mut(&id)?;
    lesson.standing = standing;
    because.clone_into(&mut lesson.because);
    lesson.changed = at;
    Some(lesson)
}

pub(super) fn shown(state: &mut State, at: Timestamp, call: CallId, shown: &[Shown]) {
    for one in shown {
        if let Shown::Lesson(id) = one
            && let Some(lesson) = state.knowledge.lessons.get_mut(id)
        {
            lesson.uses += 1;
            lesson.last_used = Some(at);
        }
    }
    state.knowledge.shown.insert(call, shown.to_vec());
}

pub(super) fn told(state: &mut State, call: CallId, name: &str, told: &DocumentText) {
    for shown in state.knowledge.shown.get_mut(&call).into_iter().flatten() {
        if let Shown::Document { document, text } = shown
            && document == name
        {
            text.clone_from(told);
        }
    }
}

/// Counts which answers of a council were accepted, by what their authors were told. Where the
/// operator took none of them, all gave way; a task that was called off says nothing.
pub(super) fn concluded(state: &mut State, id: TaskId, outcome: &Outcome) {
    let Some(task) = state.tasks.get(&id) else {
        return;
    };
    let from: &[CallId] = match outcome {
        Outcome::Done { from, .. } => from,
        Outcome::Failed { .. } => &[],
        Outcome::Cancelled => return,
    };
    let kind = task.order.kind;
    for id in &task.calls {
        let Some(call) = state.calls.get(id) else {
            continue;
        };
        let counts =
            call.purpose == Purpose::Council && matches!(call.ending(), Some(Ending::Answered(_)));
        if !counts {
            continue;
        }
        // A repair speaks for the answer that it repairs.
        let by_member = |won: &CallId| {
            let won = state.calls.get(won);
            won.is_some_and(|won| won.member == call.member)
        };
        let accepted = from.iter().any(by_member);
        let knowledge = &mut state.knowledge;
        knowledge.tallies.entry(kind).or_default().count(accepted);
        for shown in knowledge.shown.get(id).into_iter().flatten() {
            if let Shown::Lesson(lesson) = shown
                && let Some(lesson) = knowledge.lessons.get_mut(lesson)
                && lesson.draft.topic == kind
            {
                lesson.with.count(accepted);
            }
        }
    }
}

/// A foreign server or the room itself asked for this task.
pub(super) fn set_apart(state: &mut State, task: TaskId) {
    if state.tasks.contains_key(&task) {
        state.knowledge.apart.insert(task);
    }
}

pub(super) fn pinned(state: &mut State, document: &str, task: Option<TaskId>) {
    let pins = &mut state.knowledge.pins;
    if crate::core::context::pins_of(pins, task) < PINS_MAX {
        pins.insert(Pin {
            task,
            document: document.to_owned(),
        });
    }
}

pub(super) fn unpinned(state: &mut State, document: &str, task: Option<TaskId>) {
    state.knowledge.pins.remove(&Pin {
        task,
        document: document.to_owned(),
    });
}

/// Nothing is kept of calls and tasks that the state forgets.
pub(super) fn forget(state: &mut State, task: TaskId, calls: &[CallId]) {
    let knowledge = &mut state.knowledge;
    for call in calls {
        knowledge.shown.remove(call);
    }
    knowledge.pins.retain(|pin| pin.task != Some(task));
    knowledge.apart.remove(&task);
    knowledge.words.remove(Source::Result(task));
}
