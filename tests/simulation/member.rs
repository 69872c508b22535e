//! Scripted members: what a call brings, by the seed and the call alone.

use fastrand::Rng;
use serde_json::json;
use synod::core::conflict::normal::final_answer;
use synod::core::{
    Answer, AnswerKind, AskId, CallOrder, Ending, Failure, FailureKind, Handle, Keeper, Purpose,
    RecordOrder, Report, Request, Span, Text, Usage,
};

use crate::{ladder, plans};

/// How long the engine waits for a silent server.
pub(crate) const IDLE: Span = Span::secs(90);

/// The engine's giving up on a silent server.
pub(crate) fn silence(order: &CallOrder) -> Report {
    failed(order, FailureKind::TimedOut, "")
}

/// The server was gone before the call left.
pub(crate) fn unsent(order: &CallOrder) -> Report {
    let failure = Failure {
        unsent: true,
        ..Failure::new(FailureKind::Crashed, "it had ended")
    };
    let partial = Text::from("");
    Report::Ended {
        call: order.call,
        ending: Ending::Failed { failure, partial },
    }
}

pub(crate) fn failed(order: &CallOrder, kind: FailureKind, partial: &str) -> Report {
    let mut failure = Failure::new(kind, "it went wrong");
    if kind == FailureKind::RateLimited {
        // Sometimes for hours.
        let patience = [2, 30, 120, 7_200];
        let at = usize::try_from(order.call.0).unwrap_or_default() % patience.len();
        failure.retry_after = Some(Span::secs(patience[at]));
    }
    Report::Ended {
        call: order.call,
        ending: Ending::Failed {
            failure,
            partial: Text::from(partial),
        },
    }
}

/// The server's handle of the session.
pub(crate) fn bound(order: &CallOrder, rng: &mut Rng) -> Report {
    Report::Bound {
        call: order.call,
        handle: Handle {
            value: format!("{}-{}", order.member, rng.u32(..)),
            survives_restart: rng.bool(),
        },
    }
}

/// A question in the middle of a call.
pub(crate) fn asked(order: &CallOrder, ask: u64) -> Report {
    Report::Asked {
        call: order.call,
        ask: AskId(ask),
        request: Request::Exec {
            command: vec!["cargo".to_owned(), "test".to_owned()],
            cwd: ".".to_owned(),
        },
    }
}

/// What the thinking tool, or the room without it, makes of a thought.
pub(crate) fn recorded(order: &RecordOrder, told: usize, rng: &mut Rng) -> Report {
    let count = u32::try_from(order.thoughts.len()).unwrap();
    let missing = order.thoughts.len().saturating_sub(told + 1);
    Report::ThoughtRecorded {
        task: order.task,
        call: order.call,
        keeper: if rng.u8(0..8) == 0 {
            Keeper::Room {
                why: "the tool died".to_owned(),
            }
        } else {
            Keeper::Tool {
                history: count,
                replayed: u32::try_from(missing).unwrap(),
            }
        },
    }
}

/// A thought, mostly one that can be read; sometimes it revises or branches, also from nowhere.
fn thought(rng: &mut Rng, number: u32) -> String {
    let mut thought = json!({
        "thought": format!("thought {number}"),
        "next_thought_needed": rng.u8(0..5) != 0,
    });
    match rng.u8(0..10) {
        0 => return "I think that it races.".to_owned(),
        1 => thought["revises"] = json!(rng.u32(0..number + 2)),
        2 => {
            thought["branch_from"] = json!(rng.u32(0..=number));
            thought["branch_id"] = json!(["a", "b"][rng.usize(0..2)]);
        }
        3 => thought["branch_id"] = json!("a"),
        4 => thought["needs_more_thoughts"] = json!(true),
        _ => thought["total_thoughts"] = json!(rng.u32(0..20)),
    }
    thought.to_string()
}

/// An answer without a final one.
fn prose(order: &CallOrder, text: String, rng: &mut Rng) -> Report {
    let answer = Answer {
        text: Text::from(text),
        block: None,
        usage: Usage {
            input: rng.u64(1..200),
            output: rng.u64(1..200),
            micro_usd: rng.u64(0..50),
            estimated: rng.bool(),
            ..Usage::default()
        },
        first_text: None,
    };
    let ending = Ending::Answered(answer);
    Report::Ended {
        call: order.call,
        ending,
    }
}

/// The answer. Councils mostly agree, sometimes differ, sometimes forget the final answer.
pub(crate) fn answered(order: &CallOrder, rng: &mut Rng, size: usize) -> Report {
    if let Some(inquiry) = &order.inquiry {
        return prose(order, ladder::reply(inquiry, rng), rng);
    }
    if let Some(way) = ladder::prose(order.prompt.as_str(), rng) {
        return prose(order, format!("{way} {}", "x".repeat(size)), rng);
    }
    let value = match rng.u8(0..10) {
        0..=5 => "42",
        6..=7 => "41",
        _ => "",
    };
    let typed = matches!(order.purpose, Purpose::Council | Purpose::Repair) && !value.is_empty();
    let confidence = Some(rng.f64());
    let says = match order.purpose {
        Purpose::Thought(number) | Purpose::ThoughtAgain(number) => thought(rng, number),
        Purpose::Plan | Purpose::PlanAgain => plans::answer(rng),
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Repair
        | Purpose::Conclude
        | Purpose::Gather => format!("{} says {value}", order.member),
    };
    // Of digests some are too long, and some say nothing.
    let text = match order.digest.as_ref().map(|_| rng.u8(0..4)) {
        Some(0) => says.repeat(1_000),
        Some(1) => "\n".to_owned(),
        Some(_) | None => format!("{says} {}", "x".repeat(size)),
    };
    let answer = Answer {
        text: Text::from(text),
        block: typed.then(|| final_answer(AnswerKind::Number, &json!(value), confidence)),
        usage: Usage {
            input: rng.u64(1..200),
            output: rng.u64(1..200),
            micro_usd: rng.u64(0..50),
            estimated: rng.bool(),
            ..Usage::default()
        },
        first_text: rng.bool().then_some(Span(5)),
    };
    Report::Ended {
        call: order.call,
        ending: Ending::Answered(answer),
    }
}
