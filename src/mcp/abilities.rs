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
}

impl Abilities {
    /// Reads the `capabilities` of a server that was greeted by `initialize`.
    pub(crate) fn legacy(capabilities: &Value) -> Self {
        let object = |pointer: &str| capabilities.pointer(pointer).is_some_and(Value::is_object);
        Self {
            tasks: object("/tasks/requests/tools/call"),
            subscriptions: capabilities.pointer("/resources/subscribe") == Some(&true.into()),
            logging: object("/logging"),
            ..Self::modern(capabilities)
        }
    }

    /// Reads the `capabilities` of a server that was discovered (2026-07-28), which has other ways
    /// for tasks, subscriptions and the log.
    pub(crate) fn modern(capabilities: &Value) -> Self {
        let object = |key: &str| capabilities.get(key).is_some_and(Value::is_object);
        Self {
            tools: object("tools"),
            resources: object("resources"),
            prompts: object("prompts"),
            completions: object("completions"),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Abilities;

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
        };
        assert_eq!(Abilities::legacy(&capabilities), legacy);
        let modern = Abilities {
            tools: true,
            resources: true,
            completions: true,
            ..Abilities::default()
        };
        assert_eq!(Abilities::modern(&capabilities), modern);
        assert_eq!(Abilities::legacy(&json!(null)), Abilities::default());
        let tasks_of_others = json!({"tasks": {"list": {}}, "resources": {"subscribe": false}});
        assert!(!Abilities::legacy(&tasks_of_others).tasks);
        assert!(!Abilities::legacy(&tasks_of_others).subscriptions);
    }
}
