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
    // Version 2 has more words: the strategy `think`, the purposes of its calls, the basis of its
    // result. What version 1 said is said in the same way.
    same_in_next("task_added", 1),
    same_in_next("task_reopened", 1),
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
