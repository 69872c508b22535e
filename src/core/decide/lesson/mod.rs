//! Lessons: what a decision teaches, what the operator says to it, what falls due; and pins.

use crate::core::context::{is_document_name, pins_of};
use crate::core::decide::command::resolved_by_operator;
use crate::core::lesson::Shared;
use crate::core::lesson::compare::{Relation, relation};
use crate::core::lesson::{
    CONTEXT_MAX, Draft, Holds, LESSONS_MAX, Lesson, LessonOrder, PINS_MAX, PROPOSED_MAX, Pin,
    Sharing, Standing, by_hand, from_decision, words,
};
use crate::core::text::one_line;
use crate::core::{
    Actor, Attention, AttentionId, Basis, CallId, Event, LessonId, Refusal, Reply, Resolution,
    State, Subject, TaskId, Text, Timestamp,
};

/// The longest reason that is kept, in bytes.
const REASON_MAX: usize = 400;

/// What a decision teaches: a lesson is proposed, or what is known already gets more evidence.
pub(crate) fn learn(
    state: &State,
    task: TaskId,
    result: &Text,
    from: &[CallId],
    basis: Basis,
) -> Vec<Event> {
    let Some(task) = state.task(task) else {
        return Vec::new();
    };
    let apart = state.knowledge.apart.contains(&task.id);
    let draft = from_decision(state, task, result, from, basis).filter(|_| !apart);
    let since = state.calls_ended_at(task);
    draft.map_or_else(Vec::new, |draft| {
        proposed(state, draft, since, state.knowledge.sharing.accept_all)
    })
}

/// A new lesson, merged with the one that says the same, held against those that are accepted.
fn proposed(state: &State, draft: Draft, since: Timestamp, accepted: bool) -> Vec<Event> {
    let live = |lesson: &&Lesson| lesson.standing != Standing::Retired;
    let lessons = || state.knowledge.lessons.values();
    let same = lessons()
        .filter(live)
        .find(|lesson| relation(&lesson.draft, &draft) == Relation::Same);
    if let Some(same) = same {
        let fresh = draft.evidence.filter(|new| {
            let mut known = same.evidence.iter();
            !known.any(|old| old.task == new.task)
        });
        let supported = fresh.map(|evidence| Event::Shared {
            what: Shared::LessonSupported {
                lesson: same.id,
                evidence,
            },
        });
        return supported.into_iter().collect();
    }
    if lessons().filter(live).count() >= LESSONS_MAX {
        return Vec::new();
    }
    let mut events = Vec::new();
    let waiting: Vec<&Lesson> = lessons()
        .filter(|lesson| lesson.standing == Standing::Proposed)
        .collect();
    if let Some(oldest) = waiting.first().filter(|_| waiting.len() >= PROPOSED_MAX) {
        events.push(Event::Shared {
            what: Shared::LessonRetired {
                lesson: oldest.id,
                why: "nobody took it up, and newer ones needed the place".to_owned(),
                by: Actor::Room,
            },
        });
    }
    let lesson = LessonId(state.knowledge.next);
    let contrary = contradicted(state, &draft);
    events.push(Event::Shared {
        what: Shared::LessonProposed { lesson, draft },
    });
    match contrary {
        Some(older) => events.extend(disputed(state, older, lesson, since)),
        None if accepted => events.push(Event::Shared {
            what: Shared::LessonAccepted {
                lesson,
                by: Actor::Policy,
            },
        }),
        None => {}
    }
    events
}

/// The accepted lesson that says the contrary.
fn contradicted(state: &State, draft: &Draft) -> Option<LessonId> {
    let mut lessons = state.knowledge.lessons.values();
    let contrary = lessons.find(|lesson| {
        lesson.standing == Standing::Accepted
            && relation(&lesson.draft, draft) == Relation::Contrary
    });
    contrary.map(|lesson| lesson.id)
}

/// Freezes both and asks the operator.
fn disputed(state: &State, older: LessonId, newer: LessonId, since: Timestamp) -> [Event; 3] {
    let one = |lesson, other: LessonId| Event::Shared {
        what: Shared::LessonDisputed {
            lesson,
            why: format!("{other} says the contrary"),
        },
    };
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Lessons { older, newer },
        since,
        expires: None,
    };
    [
        one(older, newer),
        one(newer, older),
        Event::AttentionRaised { attention },
    ]
}

pub(super) fn order(state: &State, order: &LessonOrder) -> Result<Vec<Event>, Refusal> {
    match order {
        LessonOrder::Add {
            topic,
            subject,
            claim,
            why,
        } => add(state, &by_hand(*topic, subject, claim, why)),
        LessonOrder::Accept { lesson } => accept(state, *lesson),
        LessonOrder::Dispute { lesson, why } => {
            let known = free(state, *lesson)?;
            match known.standing {
                Standing::Proposed | Standing::Accepted => Ok(vec![Event::Shared {
                    what: Shared::LessonDisputed {
                        lesson: *lesson,
                        why: one_line(why, REASON_MAX),
                    },
                }]),
                Standing::Disputed | Standing::Retired => Err(unfit(known)),
            }
        }
        LessonOrder::Retire { lesson, why } => {
            let known = free(state, *lesson)?;
            if known.standing == Standing::Retired {
                return Err(unfit(known));
            }
            Ok(vec![retired(*lesson, why)])
        }
    }
}

fn add(state: &State, draft: &Draft) -> Result<Vec<Event>, Refusal> {
    if words::terms(&draft.subject).is_empty() || draft.claim.is_empty() {
        return Err(Refusal::EmptyLesson);
    }
    let now = state.at;
    let mut events = proposed(state, draft.clone(), now, false);
    match events.last() {
        Some(Event::Shared {
            what: Shared::LessonProposed { lesson, .. },
        }) => events.push(Event::Shared {
            what: Shared::LessonAccepted {
                lesson: *lesson,
                by: Actor::Operator,
            },
        }),
        Some(_) => {}
        None => {
            let mut lessons = state.knowledge.lessons.values();
            let same = lessons.find(|lesson| relation(&lesson.draft, draft) == Relation::Same);
            return Err(match same {
                Some(same) => Refusal::UnfitLesson {
                    lesson: same.id,
                    why: format!("it says the same already and is {}", same.standing.word()),
                },
                None => Refusal::TooMany {
                    what: "lessons".to_owned(),
                    limit: LESSONS_MAX,
                },
            });
        }
    }
    Ok(events)
}

fn accept(state: &State, id: LessonId) -> Result<Vec<Event>, Refusal> {
    let known = free(state, id)?;
    if known.standing == Standing::Accepted {
        return Err(unfit(known));
    }
    let contrary = contradicted(state, &known.draft);
    Ok(match contrary {
        Some(older) => disputed(state, older, id, state.at).into(),
        None => vec![accepted(id)],
    })
}

/// A lesson for whose standing no inbox item waits.
fn free(state: &State, id: LessonId) -> Result<&Lesson, Refusal> {
    let lesson = state
        .lesson(id)
        .ok_or(Refusal::NoSuchLesson { lesson: id })?;
    match state.lesson_item(id) {
        Some(item) => Err(Refusal::UnfitLesson {
            lesson: id,
            why: format!("another one says the contrary; settle {item} in the inbox"),
        }),
        None => Ok(lesson),
    }
}

fn unfit(lesson: &Lesson) -> Refusal {
    Refusal::UnfitLesson {
        lesson: lesson.id,
        why: format!("it is {}", lesson.standing.word()),
    }
}

fn accepted(lesson: LessonId) -> Event {
    Event::Shared {
        what: Shared::LessonAccepted {
            lesson,
            by: Actor::Operator,
        },
    }
}

fn retired(lesson: LessonId, why: &str) -> Event {
    Event::Shared {
        what: Shared::LessonRetired {
            lesson,
            why: one_line(why, REASON_MAX),
            by: Actor::Operator,
        },
    }
}

/// What the operator says to two lessons that contradict each other.
pub(super) fn answer_lessons(
    id: AttentionId,
    (older, newer): (LessonId, LessonId),
    reply: &Reply,
) -> Result<Vec<Event>, Refusal> {
    let Reply::Hold(holds) = reply else {
        return Err(Refusal::WrongReply {
            attention: id,
            why: "say which lesson holds: the older, the newer, both or neither".to_owned(),
        });
    };
    let fall = |lesson, other: LessonId| retired(lesson, &format!("{other} holds in its place"));
    let neither = |lesson| retired(lesson, "it was contradicted, and neither holds");
    let outcome = match holds {
        Holds::Older => [accepted(older), fall(newer, older)],
        Holds::Newer => [fall(older, newer), accepted(newer)],
        Holds::Both => [accepted(older), accepted(newer)],
        Holds::Neither => [neither(older), neither(newer)],
    };
    let resolved = resolved_by_operator(id, None, reply.clone());
    Ok([resolved].into_iter().chain(outcome).collect())
}

/// Lessons whose time is over. Nobody has to say any more which of two holds when one is gone.
pub(super) fn expired(state: &State, now: Timestamp) -> Vec<Event> {
    let due = |lesson: &&Lesson| {
        lesson.standing != Standing::Retired && lesson.expires.is_some_and(|at| at <= now)
    };
    let mut events = Vec::new();
    for lesson in state.knowledge.lessons.values().filter(due) {
        if let Some(attention) = state.lesson_item(lesson.id) {
            let resolution = Resolution::by(
                Actor::Clock,
                Reply::Deny {
                    reason: "one of the lessons has expired".to_owned(),
                },
            );
            let resolved = Event::AttentionResolved {
                attention,
                asked: None,
                resolution,
            };
            if !events.contains(&resolved) {
                events.push(resolved);
            }
        }
        events.push(Event::Shared {
            what: Shared::LessonRetired {
                lesson: lesson.id,
                why: "its time was over".to_owned(),
                by: Actor::Clock,
            },
        });
    }
    events
}

pub(super) fn set_sharing(state: &State, sharing: &Sharing) -> Result<Vec<Event>, Refusal> {
    let budgets = sharing.budget_of.values().chain([&sharing.budget]);
    if let Some(wanted) = budgets.copied().find(|budget| *budget > CONTEXT_MAX) {
        let limit = CONTEXT_MAX;
        return Err(Refusal::ContextTooLarge { wanted, limit });
    }
    if state.knowledge.sharing == *sharing {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Shared {
        what: Shared::SharingSet {
            sharing: sharing.clone(),
        },
    }])
}

pub(super) fn pin(
    state: &State,
    document: &str,
    task: Option<TaskId>,
) -> Result<Vec<Event>, Refusal> {
    if !is_document_name(document) {
        return Err(Refusal::BadDocument {
            document: one_line(document, 80),
        });
    }
    if let Some(task) = task {
        crate::core::decide::command::open_task(state, task)?;
    }
    let pin = Pin {
        task,
        document: document.to_owned(),
    };
    if state.knowledge.pins.contains(&pin) {
        return Ok(Vec::new());
    }
    if pins_of(&state.knowledge.pins, task) >= PINS_MAX {
        return Err(Refusal::TooMany {
            what: "pinned documents".to_owned(),
            limit: PINS_MAX,
        });
    }
    Ok(vec![Event::Shared {
        what: Shared::DocumentPinned {
            document: pin.document,
            task,
        },
    }])
}

pub(super) fn unpin(
    state: &State,
    document: &str,
    task: Option<TaskId>,
) -> Result<Vec<Event>, Refusal> {
    let pin = Pin {
        task,
        document: document.to_owned(),
    };
    if !state.knowledge.pins.contains(&pin) {
        return Err(Refusal::NotPinned {
            document: one_line(document, 80),
        });
    }
    Ok(vec![Event::Shared {
        what: Shared::DocumentUnpinned {
            document: pin.document,
            task,
        },
    }])
}

#[cfg(test)]
mod tests;
