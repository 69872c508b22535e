//! Steps from an old version of a kind to the next one.

use serde_json::{Map, Value};

/// One step: how a body of `kind` at version `from` becomes one at `from + 1`.
#[derive(Debug, Clone, Copy)]
pub struct Upcast {
    /// The kind.
    pub kind: &'static str,
    /// The version from which it leads to the next.
    pub from: u16,
    /// The step; the error says what the body lacks.
    pub apply: fn(Value) -> Result<Value, &'static str>,
}

/// All steps that are needed to read every journal that was ever written.
pub const UPCASTS: &[Upcast] = &[
    // Version 2 says of a failed call whether it is known not to have been sent, and knows wrong
    // versions.
    Upcast {
        kind: "call_ended",
        from: 1,
        apply: |mut body| {
            let failure = body.pointer_mut("/ending/failed/failure");
            if let Some(fields) = failure.and_then(Value::as_object_mut) {
                fields.insert("unsent".to_owned(), false.into());
            }
            Ok(body)
        },
    },
    // Version 3 says how much of what was read came from a cache, and how full the window is.
    Upcast {
        kind: "call_ended",
        from: 2,
        apply: |mut body| match body.pointer_mut("/ending/answered/usage") {
            Some(usage) => {
                let unknown = [("cached", Value::Null), ("context", Value::Null)];
                *usage = with(usage.take(), unknown)?;
                Ok(body)
            }
            None => Ok(body),
        },
    },
    // Version 2 knows what a session can be set to, and the servers that its agent is handed.
    same_in_next("session_changed", 1),
    // Version 2 knows members that are not logged in.
    same_in_next("attention_raised", 1),
    // Version 3 knows servers that ask for more: an address, a model.
    same_in_next("attention_raised", 2),
    // Version 4 knows members that ask for a tool, and version 2 of the policy rules about them.
    same_in_next("attention_raised", 3),
    same_in_next("policy_set", 1),
    // Version 5 knows what others do to the shared memory, and the next the answer to it.
    same_in_next("attention_raised", 4),
    same_in_next("attention_resolved", 2),
    // Version 6 knows lessons that contradict each other, and the next the answer to it.
    same_in_next("attention_raised", 5),
    same_in_next("attention_resolved", 3),
    // Version 2 says why in figures.
    Upcast {
        kind: "task_routed",
        from: 1,
        apply: |body| with(body, [("route", Value::Null)]),
    },
    // Version 3 says whether one or several work it, where the order leaves that open, and what it is
    // expected to come to.
    Upcast {
        kind: "task_routed",
        from: 2,
        apply: |body| with(body, [("convened", Value::Null), ("forecast", Value::Null)]),
    },
    // Version 2 knows further calls, kinds about which several are asked, what kinds need and what an
    // answer may cost. Before, nobody was asked besides, and everybody came into question.
    Upcast {
        kind: "routing_set",
        from: 1,
        apply: |body| {
            let none = || Value::Object(Map::new());
            let further = [("further", 0.0.into()), ("several", none())];
            let limits = [("needs", none()), ("most_usd", Value::Null)];
            with(with(body, further)?, limits)
        },
    },
    // Version 3 weighs checks and what is replaced by hand; that weighs as it does where nothing is set.
    Upcast {
        kind: "routing_set",
        from: 2,
        apply: |mut body| {
            let rewards = body.get_mut("rewards").ok_or("it has no rewards")?;
            let usual = [("check", 1.0.into()), ("replaced", 0.5.into())];
            *rewards = with(rewards.take(), usual)?;
            Ok(body)
        },
    },
    // Version 2 names the rule that answered.
    Upcast {
        kind: "attention_resolved",
        from: 1,
        apply: |body| with(body, [("rule", Value::Null)]),
    },
    // Version 2 has more words: the strategy `think`, the purposes of its calls, the basis of its
    // result. What version 1 said is said in the same way.
    same_in_next("task_added", 1),
    same_in_next("task_reopened", 1),
    // The next also knows tasks of the room's own.
    same_in_next("task_added", 2),
    same_in_next("task_reopened", 2),
    same_in_next("task_concluded", 1),
    same_in_next("call_started", 1),
    // The next knows the strategy `debate`, a rule of a task's own, and more words for what settled a
    // conflict.
    with_rule("task_added"),
    with_rule("task_reopened"),
    Upcast {
        kind: "attention_raised",
        from: 6,
        apply: |mut body| match body.pointer_mut("/subject/proposed/order") {
            Some(order) => {
                *order = with(order.take(), [("rule", Value::Null)])?;
                Ok(body)
            }
            None => Ok(body),
        },
    },
    same_in_next("task_concluded", 2),
    same_in_next("lesson_proposed", 1),
    same_in_next("lesson_supported", 1),
    // Version 2 knows that conflicts are voted on: which candidates say nothing, and how they differ.
    Upcast {
        kind: "conflict_found",
        from: 1,
        apply: |body| with(body, [("silent", 0.into()), ("nature", "open".into())]),
    },
    // Version 2 says on which ground it was settled, and who stood for something else.
    Upcast {
        kind: "decided",
        from: 1,
        apply: |body| {
            let none = Value::Array(Vec::new());
            let ground = ("ground", "operator".into());
            with(body, [ground, ("dissent", none), ("reopen_if", "".into())])
        },
    },
    // The next knows more kinds of task, and a room's own. What was called `plan` is read as `planning`.
    same_in_next("member_enrolled", 1),
    same_in_next("task_added", 4),
    same_in_next("task_reopened", 4),
    same_in_next("ladder_set", 1),
    same_in_next("lesson_proposed", 2),
    same_in_next("attention_raised", 7),
    // The next says who said of what kind a task is, and what its text says of it. Who left the kind out
    // before had written `general`, so nothing is to be learned from those.
    Upcast {
        kind: "task_added",
        from: 5,
        apply: |body| with(by_order(body)?, [("analysis", Value::Null)]),
    },
    Upcast {
        kind: "task_reopened",
        from: 5,
        apply: by_order,
    },
    Upcast {
        kind: "attention_raised",
        from: 8,
        apply: |mut body| match body.pointer_mut("/subject/proposed/order") {
            Some(order) => {
                *order = with(order.take(), [("kind_by", "given".into())])?;
                Ok(body)
            }
            None => Ok(body),
        },
    },
    // The next knows the strategy `auto`, and a policy of a task's own.
    Upcast {
        kind: "task_added",
        from: 6,
        apply: without_policy,
    },
    Upcast {
        kind: "task_reopened",
        from: 6,
        apply: without_policy,
    },
    Upcast {
        kind: "attention_raised",
        from: 9,
        apply: |mut body| match body.pointer_mut("/subject/proposed/order") {
            Some(order) => {
                *order = with(order.take(), [("policy", Value::Null)])?;
                Ok(body)
            }
            None => Ok(body),
        },
    },
    // The next knows plans: the strategy `plan`, the purposes of its calls, the basis of its result, and the
    // item that asks for leave.
    same_in_next("task_added", 7),
    same_in_next("task_reopened", 7),
    same_in_next("task_concluded", 3),
    same_in_next("call_started", 2),
    same_in_next("attention_raised", 10),
    // The next knows a check of a task's own. Nobody named one before.
    Upcast {
        kind: "task_added",
        from: 8,
        apply: without_check,
    },
    Upcast {
        kind: "task_reopened",
        from: 8,
        apply: without_check,
    },
    Upcast {
        kind: "attention_raised",
        from: 11,
        apply: |mut body| match body.pointer_mut("/subject/proposed/order") {
            Some(order) => {
                *order = with(order.take(), [("check", Value::Null)])?;
                Ok(body)
            }
            None => Ok(body),
        },
    },
];

/// A step to a version in which more can be said, and what could be said before is unchanged.
const fn same_in_next(kind: &'static str, from: u16) -> Upcast {
    Upcast {
        kind,
        from,
        apply: Ok,
    }
}

/// Nobody named a policy.
fn without_policy(mut body: Value) -> Result<Value, &'static str> {
    let order = body.get_mut("order").ok_or("it has no order")?;
    *order = with(order.take(), [("policy", Value::Null)])?;
    Ok(body)
}

/// Nobody named a check.
fn without_check(mut body: Value) -> Result<Value, &'static str> {
    let order = body.get_mut("order").ok_or("it has no order")?;
    *order = with(order.take(), [("check", Value::Null)])?;
    Ok(body)
}

/// Whoever ordered it said of what kind it is.
fn by_order(mut body: Value) -> Result<Value, &'static str> {
    let order = body.get_mut("order").ok_or("it has no order")?;
    *order = with(order.take(), [("kind_by", "given".into())])?;
    Ok(body)
}

/// The step to version 4 of a kind with an order: nobody set a rule before.
const fn with_rule(kind: &'static str) -> Upcast {
    Upcast {
        kind,
        from: 3,
        apply: |mut body| {
            let order = body.get_mut("order").ok_or("it has no order")?;
            *order = with(order.take(), [("rule", Value::Null)])?;
            Ok(body)
        },
    }
}

/// The body with fields that say what went without saying before.
fn with<const N: usize>(
    mut body: Value,
    fields: [(&str, Value); N],
) -> Result<Value, &'static str> {
    let all = body.as_object_mut().ok_or("it is no object")?;
    for (name, value) in fields {
        all.insert(name.to_owned(), value);
    }
    Ok(body)
}
