//! Steps from an old version of a kind to the next one.

use serde_json::Value;

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
    // Version 2 names the rule that answered.
    Upcast {
        kind: "attention_resolved",
        from: 1,
        apply: |mut body| {
            let fields = body.as_object_mut().ok_or("it is no object")?;
            fields.insert("rule".to_owned(), Value::Null);
            Ok(body)
        },
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
];

/// A step to a version in which more can be said, and what could be said before is unchanged.
const fn same_in_next(kind: &'static str, from: u16) -> Upcast {
    Upcast {
        kind,
        from,
        apply: Ok,
    }
}
