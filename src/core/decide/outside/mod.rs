//! What others did to the shared memory: the room's documents follow from its journal, so a foreign
//! text of one is a question to the operator, and a task in it a proposal.

use crate::core::decide::command::resolved_by_operator;
use crate::core::decide::lesson::learn;
use crate::core::decide::queue::add_task;
use crate::core::{
    Actor, Attention, AttentionId, Basis, Event, Import, Outcome, OutsideEdit, Refusal, Reply,
    Resolution, Settled, State, Subject, TaskOrder, Timestamp,
};

/// How many proposed tasks wait for the operator at most. What is beyond stays in the document, of
/// which the operator is told.
pub const PROPOSALS_MAX: usize = 50;

/// Somebody gave a document another text.
pub(super) fn edited(
    state: &State,
    now: Timestamp,
    edit: &OutsideEdit,
    proposals: &[TaskOrder],
    only_proposals: bool,
) -> Vec<Event> {
    let open = state.edit_item(&edit.document);
    let known = open.is_some_and(|(_, before)| before.digest == edit.digest);
    if known || state.settled_edit(&edit.document, &edit.digest).is_some() {
        return Vec::new();
    }
    let mut events: Vec<Event> = open.map(|(item, _)| withdrawn(item)).into_iter().collect();
    let mut next = state.next.attention;
    let mut raise = |subject, expires| {
        let attention = Attention {
            id: AttentionId(next),
            subject,
            since: now,
            expires,
        };
        next += 1;
        Event::AttentionRaised { attention }
    };
    let waiting = state.attention().filter_map(|item| proposed(&item.subject));
    let waiting: Vec<&TaskOrder> = waiting.collect();
    let fresh = proposals.iter().filter(|order| !waiting.contains(order));
    let room = PROPOSALS_MAX.saturating_sub(waiting.len());
    let fresh: Vec<&TaskOrder> = fresh.collect();
    for order in fresh.iter().take(room) {
        let order = Box::new((*order).clone());
        events.push(raise(Subject::Proposed { order }, None));
    }
    if only_proposals && fresh.len() <= room {
        events.push(settled(edit, Settled::Imported));
    } else {
        let edit = Box::new(edit.clone());
        let expires = Some(now.after(state.policy().patience));
        events.push(raise(Subject::Edited { edit }, expires));
    }
    events
}

/// Ours is there again: nobody has to decide any more.
pub(super) fn gone(state: &State, document: &str) -> Vec<Event> {
    let item = state.edit_item(document);
    item.map(|(item, _)| withdrawn(item)).into_iter().collect()
}

/// What the operator says to a foreign edit.
pub(super) fn answer_edit(
    state: &State,
    id: AttentionId,
    edit: &OutsideEdit,
    reply: &Reply,
) -> Result<Vec<Event>, Refusal> {
    let wrong = |why: &str| Refusal::WrongReply {
        attention: id,
        why: why.to_owned(),
    };
    let mut learned = Vec::new();
    let (how, imported) = match (reply, &edit.import) {
        (Reply::Allow, Import::Result { task, text }) => {
            let done = state.task(*task).and_then(|task| task.outcome());
            if !matches!(done, Some(Outcome::Done { .. })) {
                return Err(wrong(
                    "the task has no result any more that could be replaced",
                ));
            }
            learned = learn(state, *task, text, &[], Basis::Operator);
            let replaced = Event::ResultReplaced {
                task: *task,
                result: text.clone(),
            };
            (Settled::Imported, Some(replaced))
        }
        (Reply::Allow, Import::Nothing { why }) => return Err(wrong(why)),
        (Reply::KeepAside, _) => (Settled::KeptAside, None),
        (Reply::Deny { .. }, _) => (Settled::Overwritten, None),
        (Reply::AllowForSession | Reply::Hold(_) | Reply::Fill { .. }, _) => {
            return Err(wrong("import it, keep it aside, or overwrite it"));
        }
    };
    let mut events = vec![resolved_by_operator(id, None, reply.clone())];
    events.extend(imported);
    events.extend(learned);
    events.push(settled(edit, how));
    Ok(events)
}

/// What the operator says to a proposed task.
pub(super) fn answer_proposal(
    state: &State,
    id: AttentionId,
    order: &TaskOrder,
    reply: &Reply,
) -> Result<Vec<Event>, Refusal> {
    let mut events = vec![resolved_by_operator(id, None, reply.clone())];
    match reply {
        Reply::Allow => events.extend(add_task(state, order)?),
        Reply::Deny { .. } => {}
        Reply::AllowForSession | Reply::KeepAside | Reply::Hold(_) | Reply::Fill { .. } => {
            return Err(Refusal::WrongReply {
                attention: id,
                why: "allow puts it into the queue, deny drops it".to_owned(),
            });
        }
    }
    Ok(events)
}

/// Nobody answered in time: their text is saved, ours is put back.
pub(super) fn expired(item: &Attention, edit: &OutsideEdit) -> [Event; 2] {
    let resolved = Event::AttentionResolved {
        attention: item.id,
        asked: None,
        resolution: Resolution::by(Actor::Clock, Reply::KeepAside),
    };
    [resolved, settled(edit, Settled::KeptAside)]
}

fn proposed(subject: &Subject) -> Option<&TaskOrder> {
    if let Subject::Proposed { order } = subject {
        Some(order)
    } else {
        None
    }
}

fn settled(edit: &OutsideEdit, how: Settled) -> Event {
    Event::EditSettled {
        document: edit.document.clone(),
        digest: edit.digest.clone(),
        how,
    }
}

fn withdrawn(attention: AttentionId) -> Event {
    let reason = "the document has changed again".to_owned();
    Event::AttentionResolved {
        attention,
        asked: None,
        resolution: Resolution::by(Actor::Room, Reply::Deny { reason }),
    }
}

#[cfg(test)]
mod tests;
