//! `orchestration_state.json`: who is there, what they work on, what was spent.

use serde_json::{Map, Value, json};

use super::{plain, time};
use crate::core::{
    Attention, Budget, Health, Limit, Member, Period, Record, Request, Spend, State, Subject,
};

/// How many items that wait for the operator are listed.
const WAITING_SHOWN: usize = 50;

pub(super) fn fields(state: &State) -> Map<String, Value> {
    let counters = state.counters();
    let members: Vec<Value> = state.members().map(|one| member(state, one)).collect();
    let waiting = state.attention();
    let left_out = waiting.len().saturating_sub(WAITING_SHOWN);
    let waiting: Vec<Value> = waiting.take(WAITING_SHOWN).map(attention).collect();
    let mut fields = Map::new();
    fields.insert(
        "room".to_owned(),
        json!({"name": plain::word(state.name(), 200), "closing": state.is_closing()}),
    );
    fields.insert("members".to_owned(), json!(members));
    fields.insert("running".to_owned(), json!(running(state)));
    fields.insert("waiting_for_operator".to_owned(), json!(waiting));
    fields.insert("waiting_left_out".to_owned(), json!(left_out));
    fields.insert(
        "counters".to_owned(),
        json!({
            "open": state.open_tasks().count(),
            "queued": state.queued().count(),
            "done": counters.done,
            "failed": counters.failed,
            "cancelled": counters.cancelled,
            "conflicts": counters.conflicts,
            "stale_reports": counters.stale,
        }),
    );
    fields.insert("budget".to_owned(), budget(state.budget()));
    fields.insert("spent".to_owned(), spent(state.spend()));
    fields
}

fn member(state: &State, member: &Member) -> Value {
    let spec = member.spec();
    let working_on: Vec<u64> = state
        .calls_in_flight()
        .filter(|(_, call)| *call.member() == spec.name)
        .map(|(_, call)| call.task().0)
        .collect();
    let (health, why) = if member.is_resting() {
        ("resting", None)
    } else {
        health(member.health())
    };
    json!({
        "name": spec.name.as_str(),
        "family": plain::word(&spec.family, 80),
        "model": spec.model.as_deref().map(|model| plain::word(model, 80)),
        "rehearsal": spec.rehearsal,
        "health": health,
        "why": why,
        "since": time(member.since()),
        "working_on": working_on,
        "record": record(member.record()),
    })
}

fn record(record: Record) -> Value {
    json!({
        "answered": record.answered,
        "failed": record.failed,
        "won": record.won,
        "lost": record.lost,
        "tokens": record.tokens,
    })
}

fn health(health: &Health) -> (&'static str, Option<String>) {
    match health {
        Health::Unknown => ("unknown", None),
        Health::Starting => ("starting", None),
        Health::Ready { .. } => ("ready", None),
        Health::Restarting { why, .. } => ("restarting", Some(plain::word(why, 300))),
        Health::Down { why } => ("down", Some(plain::word(why, 300))),
    }
}

fn running(state: &State) -> Vec<Value> {
    let calls = state.calls_in_flight();
    calls
        .map(|(id, call)| {
            json!({
                "call": id.to_string(),
                "task": call.task().0,
                "member": call.member().as_str(),
                "session": call.session().to_string(),
                "since": time(call.started()),
            })
        })
        .collect()
}

fn attention(item: &Attention) -> Value {
    let (about, task) = match &item.subject {
        Subject::Asked { request, .. } => (asked(request), None),
        Subject::Choice { task } => ("answers differ", Some(task.0)),
        Subject::Interrupted { task } => ("a call was interrupted", Some(task.0)),
        Subject::LoggedOut { .. } => ("a member is not logged in", None),
        Subject::Budget { limit } => (used_up(*limit), None),
        Subject::Edited { .. } => ("a document was changed from outside", None),
        Subject::Proposed { .. } => ("a task was proposed from outside", None),
        Subject::Plan { task } => ("a plan waits for leave", Some(task.0)),
        Subject::Lessons { .. } => ("two lessons contradict each other", None),
    };
    json!({
        "item": item.id.to_string(),
        "about": about,
        "task": task,
        "since": time(item.since),
    })
}

fn asked(request: &Request) -> &'static str {
    match request {
        Request::Exec { .. } => "leave to run a command",
        Request::Patch { .. } => "leave to change files",
        Request::Form { .. } => "input",
        Request::Url { .. } => "something at an address",
        Request::Sampling { .. } => "a model's answer",
        Request::Tool { .. } => "leave to call a tool",
    }
}

fn used_up(limit: Limit) -> &'static str {
    match limit {
        Limit::Tokens => "the budget of tokens is used up",
        Limit::Money => "the budget of money is used up",
        Limit::Time => "the budget of time is used up",
    }
}

fn budget(budget: &Budget) -> Value {
    json!({
        "tokens": budget.tokens,
        "micro_usd": budget.micro_usd,
        "seconds": budget.time.map(|time| time.0 / 1000),
        "per": match budget.per {
            Period::Day => "day",
            Period::Room => "room",
        },
    })
}

fn spent(spend: &Spend) -> Value {
    json!({
        "tokens": spend.tokens,
        "micro_usd": spend.micro_usd,
        "seconds": spend.time.0 / 1000,
    })
}
