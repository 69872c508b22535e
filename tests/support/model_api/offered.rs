//! The tools that a client offers, in whatever shape its API has for them.

use serde_json::Value;

/// A tool by the name under which it is to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offered<'b> {
    /// The group it is in, where the API knows groups.
    pub(super) namespace: Option<&'b str>,
    /// Its name there.
    pub(super) name: &'b str,
}

/// The tool that is meant by `name`; with `*` before it, the first that is offered whose name ends so.
pub(super) fn meant<'b>(body: &'b Value, name: &'b str) -> Offered<'b> {
    let (end, any) = match name.strip_prefix('*') {
        Some(end) => (end, true),
        None => (name, false),
    };
    let mut all = Vec::new();
    gather(&body["tools"], None, &mut all);
    let fits = |tool: &&Offered<'_>| any && tool.name.ends_with(end);
    let found = all.iter().find(fits);
    found.cloned().unwrap_or(Offered {
        namespace: None,
        name: end,
    })
}

/// The first of these tools that is offered.
pub(super) fn first_of<'n>(body: &Value, names: &[&'n str]) -> Option<&'n str> {
    let mut all = Vec::new();
    gather(&body["tools"], None, &mut all);
    let offered = |name: &&&str| all.iter().any(|tool| tool.name == **name);
    names.iter().find(offered).copied()
}

fn gather<'b>(tools: &'b Value, namespace: Option<&'b str>, into: &mut Vec<Offered<'b>>) {
    for tool in tools.as_array().into_iter().flatten() {
        let name = [&tool["function"]["name"], &tool["name"]];
        let name = name.into_iter().find_map(Value::as_str);
        if tool["tools"].is_array() {
            gather(&tool["tools"], name, into);
        } else if tool["functionDeclarations"].is_array() {
            gather(&tool["functionDeclarations"], None, into);
        } else if let Some(name) = name {
            into.push(Offered { namespace, name });
        }
    }
}
