//! Conflicts for unit tests: a council whose members differ, and what they reply when they are asked.
//! Tests only.

use crate::core::fixture::{Room, number, order, said};
use crate::core::ladder::{Ladder, Rung};
use crate::core::{
    CallId, Command, Contest, Event, FailureKind, Inquiry, Purpose, Strategy, TaskId, TaskOrder,
};

pub(crate) const ALL: [Rung; 4] = [Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator];

pub(crate) fn set(room: &mut Room, rungs: &[Rung], more: impl FnOnce(&mut Ladder)) {
    let mut ladder = Ladder {
        rungs: rungs.to_vec(),
        ..Ladder::default()
    };
    more(&mut ladder);
    room.command(&Command::SetLadder(ladder));
}

/// A council of these members with these answers, and what follows.
pub(crate) fn divided(room: &mut Room, names: &[&str], texts: &[&str]) -> (TaskId, Vec<Event>) {
    disputed(room, order(Strategy::Council, names), texts)
}

/// Like [`divided`], as it is ordered.
pub(crate) fn disputed(room: &mut Room, order: TaskOrder, texts: &[&str]) -> (TaskId, Vec<Event>) {
    let (task, calls) = room.add(order);
    let mut events = Vec::new();
    for (call, text) in calls.iter().zip(texts) {
        let answer = match text.parse::<u64>() {
            Ok(_) => number(text),
            Err(_) => said(text),
        };
        events = room.answer(*call, answer);
        while let Some(repair) = repair(room) {
            events = room.fail(repair, FailureKind::Refused);
        }
    }
    (task, events)
}

/// The call that asks once more for a final answer.
fn repair(room: &Room) -> Option<CallId> {
    let mut calls = room.state.calls_in_flight();
    let found = calls.find(|(_, call)| call.purpose() == Purpose::Repair);
    found.map(|(call, _)| call)
}

pub(crate) fn contest(room: &Room, task: TaskId) -> &Contest {
    room.state.contest(task).unwrap()
}

/// The open inquiry of a member, and its call.
pub(crate) fn asked(room: &Room, task: TaskId, member: &str) -> (Inquiry, CallId) {
    let mut open = contest(room, task).open();
    let inquiry = open.find(|one| one.member().as_str() == member).unwrap();
    let call = *room.state.task(inquiry.by).unwrap().calls().last().unwrap();
    (inquiry.clone(), call)
}

/// Has a member put a candidate first on its ballot.
pub(crate) fn votes(room: &mut Room, task: TaskId, member: &str, first: usize) -> Vec<Event> {
    let (inquiry, call) = asked(room, task, member);
    room.answer(call, said(&ballot(&inquiry, first)))
}

/// Has a member change to a candidate in a round.
pub(crate) fn changes(room: &mut Room, task: TaskId, member: &str, to: usize) -> Vec<Event> {
    let (inquiry, call) = asked(room, task, member);
    let to = inquiry.sheet.label_of(to).unwrap();
    let changes = serde_json::json!({"hold": false, "to": to, "because": "the log"});
    room.answer(call, said(&changes.to_string()))
}

/// Has a member hold its answer in a round.
pub(crate) fn holds(room: &mut Room, task: TaskId, member: &str) -> Vec<Event> {
    let (_, call) = asked(room, task, member);
    room.answer(call, said("{\"hold\": true}"))
}

/// The text of a ballot that puts a candidate first.
pub(crate) fn ballot(inquiry: &Inquiry, first: usize) -> String {
    let mut order = inquiry.sheet.order.clone();
    order.sort_by_key(|one| *one != first);
    let labels: Vec<String> = order
        .iter()
        .map(|one| inquiry.sheet.label_of(*one).unwrap())
        .collect();
    let scores: serde_json::Map<String, serde_json::Value> = labels
        .iter()
        .zip([9, 4, 2, 1, 0])
        .map(|(label, score)| (label.clone(), score.into()))
        .collect();
    let ballot = serde_json::json!({
        "ranking": labels, "scores": scores, "confidence": 0.8, "reason": "it holds",
    });
    ballot.to_string()
}

/// A council of three that differs, votes for the answer of the last, and ends by that.
pub(crate) fn voted() -> (Room, TaskId) {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    votes(&mut room, task, "a", 1);
    votes(&mut room, task, "b", 2);
    votes(&mut room, task, "c", 1);
    (room, task)
}
