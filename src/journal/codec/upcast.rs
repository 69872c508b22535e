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
    // Servers came to ask for more: an address, a model.
    Upcast {
        kind: "attention_raised",
        from: 1,
        apply: Ok,
    },
    // Rules came to answer, and are named.
    Upcast {
        kind: "attention_resolved",
        from: 1,
        apply: |mut body| {
            let fields = body.as_object_mut().ok_or("it is no object")?;
            fields.insert("rule".to_owned(), Value::Null);
            Ok(body)
        },
    },
];
