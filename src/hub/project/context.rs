//! `model_contexts/<member>/<session>.json`: what a session is about, for whoever takes it over. One in
//! which the room asks for itself has none: nobody takes it over, and while a vote goes on it would tell how
//! its member voted.

use serde_json::{Map, Value, json};

use super::{plain, time};
use crate::core::history::DIGEST_MAX;
use crate::core::session::Restored;
use crate::core::{MemberName, Purpose, Session, Turn, TurnState};

/// How many turns are shown.
const TURNS_SHOWN: usize = 8;
/// How many bytes of a prompt are shown.
const ASKED_SHOWN: usize = 1000;
/// How many bytes of an answer are shown.
const ANSWER_SHOWN: usize = 3000;
/// How many bytes of the digest are shown: all of it.
const DIGEST_SHOWN: usize = DIGEST_MAX;

pub(super) fn fields(session: &Session) -> Map<String, Value> {
    let turns = session.turns();
    let first = turns.len().saturating_sub(TURNS_SHOWN);
    let turns: Vec<Value> = turns.skip(first).map(turn).collect();
    let busy = session
        .turns()
        .find(|turn| session.busy() == Some(turn.call))
        .map(|turn| json!({"task": turn.task.0, "since": time(turn.started)}));
    let handle = session.handle().map(|handle| {
        json!({
            "value": plain::word(&handle.value, 300),
            "survives_restart": handle.survives_restart,
        })
    });
    let mut fields = Map::new();
    fields.insert("member".to_owned(), json!(session.member().as_str()));
    fields.insert("session".to_owned(), json!(session.id().to_string()));
    fields.insert("title".to_owned(), json!(plain::word(session.title(), 200)));
    fields.insert("opened".to_owned(), json!(time(session.opened_at())));
    fields.insert("closed".to_owned(), json!(session.is_closed()));
    fields.insert("archived".to_owned(), json!(session.is_archived()));
    let origin = session.forked_from().map(|origin| origin.to_string());
    fields.insert("forked_from".to_owned(), json!(origin));
    fields.insert("handle".to_owned(), json!(handle));
    fields.insert(
        "restored".to_owned(),
        json!(restored(session.restored_by())),
    );
    fields.insert("working_on".to_owned(), json!(busy));
    let digest = session.digest();
    let said = digest.map(|it| plain::excerpt(&it.text, DIGEST_SHOWN));
    fields.insert("digest".to_owned(), json!(said));
    let through = digest.map(|it| it.through);
    fields.insert("digest_through".to_owned(), json!(through));
    let by = digest.map(|it| it.by.as_ref().map_or("rules", MemberName::as_str));
    fields.insert("digest_by".to_owned(), json!(by));
    fields.insert("turns_ever".to_owned(), json!(session.turns_ever()));
    fields.insert("turns".to_owned(), json!(turns));
    fields
}

fn turn(turn: &Turn) -> Value {
    let mut entry = json!({
        "task": turn.task.0,
        "call": turn.call.to_string(),
        "purpose": purpose(turn.purpose),
        "asked": plain::excerpt(&turn.prompt, ASKED_SHOWN),
        "began": time(turn.started),
    });
    let (word, at) = match &turn.state {
        TurnState::Running => ("running", None),
        TurnState::Answered {
            at,
            text,
            value,
            usage,
        } => {
            entry["answer"] = json!(plain::excerpt(text, ANSWER_SHOWN));
            entry["final"] = json!(value.as_deref().map(|value| plain::word(value, 500)));
            entry["tokens"] = json!(usage.tokens());
            ("answered", Some(at))
        }
        TurnState::Failed {
            at,
            failure,
            partial,
        } => {
            entry["why"] = json!(plain::word(&failure.to_string(), 500));
            entry["answer"] = json!(plain::excerpt(partial, ANSWER_SHOWN));
            ("failed", Some(at))
        }
        TurnState::Cancelled { at, partial } => {
            entry["answer"] = json!(plain::excerpt(partial, ANSWER_SHOWN));
            ("cancelled", Some(at))
        }
        TurnState::Interrupted { at } => ("interrupted", Some(at)),
    };
    entry["state"] = json!(word);
    entry["ended"] = json!(at.map(|at| time(*at)));
    entry
}

/// Why a call was made, in words.
pub(super) fn purpose(purpose: Purpose) -> String {
    match purpose {
        Purpose::Answer => "answer".to_owned(),
        Purpose::Council => "council".to_owned(),
        Purpose::Step(step) => format!("step {}", u64::from(step) + 1),
        Purpose::Repair => "repair of the final answer".to_owned(),
        Purpose::Thought(number) => format!("thought {number}"),
        Purpose::ThoughtAgain(number) => format!("thought {number}, asked again"),
        Purpose::Conclude => "conclusion".to_owned(),
        Purpose::Plan => "plan".to_owned(),
        Purpose::PlanAgain => "plan, asked again".to_owned(),
        Purpose::Gather => "result of the plan".to_owned(),
    }
}

fn restored(restored: Restored) -> &'static str {
    match restored {
        Restored::Live => "live",
        Restored::ByHandle => "by handle",
        Restored::ByReplay => "by replay",
        Restored::InDoubt => "in doubt",
    }
}
