//! What a server says that it can do. Nothing is asked of it beyond that.

use serde_json::Value;

/// What a server offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not depend on each other"
)]
pub(crate) struct Abilities {
    /// Tools can be listed.
    pub(crate) tools: bool,
    /// A tool call can be made a remote task.
    pub(crate) tasks: bool,
    /// Resources can be listed and read.
    pub(crate) resources: bool,
    /// Resources can be subscribed to.
    pub(crate) subscriptions: bool,
    /// Prompts can be listed and had.
    pub(crate) prompts: bool,
    /// What is being typed for an argument of a prompt can be completed.
    pub(crate) completions: bool,
    /// The level of the log can be set.
    pub(crate) logging: bool,
    /// What it tells of when it is listened to; only servers of 2026-07-28 have to be.
    pub(crate) changes: Option<Changes>,
}

/// The lists of a server that it says may change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) tools: bool,
    pub(crate) prompts: bool,
    pub(crate) resources: bool,
}

impl Abilities {
    /// Reads the `capabilities` of a server that was greeted by `initialize`.
    pub(crate) fn legacy(capabilities: &Value) -> Self {
        let object = |pointer: &str| capabilities.pointer(pointer).is_some_and(Value::is_object);
        Self {
            tasks: object("/tasks/requests/tools/call"),
            logging: object("/logging"),
            changes: None,
            ..Self::modern(capabilities)
        }
    }

    /// Reads the `capabilities` of a server that was discovered (2026-07-28), which has other ways
    /// for tasks and the log, and must be listened to for its news.
    pub(crate) fn modern(capabilities: &Value) -> Self {
        let object = |key: &str| capabilities.get(key).is_some_and(Value::is_object);
        let says = |pointer: &str| capabilities.pointer(pointer) == Some(&true.into());
        Self {
            tools: object("tools"),
            resources: object("resources"),
            subscriptions: says("/resources/subscribe"),
            prompts: object("prompts"),
            completions: object("completions"),
            changes: Some(Changes {
                tools: says("/tools/listChanged"),
                prompts: says("/prompts/listChanged"),
                resources: says("/resources/listChanged"),
            }),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{Abilities, Changes};

    #[test]
    fn what_is_not_advertised_is_not_there() {
        let capabilities = json!({"tools": {"listChanged": true}, "resources": {"subscribe": true},
            "logging": {}, "completions": {}, "tasks": {"requests": {"tools": {"call": {}}}}});
        let legacy = Abilities {
            tools: true,
            tasks: true,
            resources: true,
            subscriptions: true,
            prompts: false,
            completions: true,
            logging: true,
            changes: None,
        };
        assert_eq!(Abilities::legacy(&capabilities), legacy);
        let modern = Abilities {
            tools: true,
            resources: true,
            completions: true,
            subscriptions: true,
            changes: Some(Changes {
                tools: true,
                ..Changes::default()
            }),
            ..Abilities::default()
        };
        assert_eq!(Abilities::modern(&capabilities), modern);
        assert_eq!(Abilities::legacy(&json!(null)), Abilities::default());
        let tasks_of_others = json!({"tasks": {"list": {}}, "resources": {"subscribe": false}});
        assert!(!Abilities::legacy(&tasks_of_others).tasks);
        assert!(!Abilities::legacy(&tasks_of_others).subscriptions);
    }
}
