//! What an agent says of itself in the handshake. Data, and reading it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::mcp::Services;

/// The version of the protocol that is spoken here.
const PROTOCOL: u64 = 1;

/// An agent as it introduced itself. Names are untrusted text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agent {
    /// Its name for itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it can do with sessions.
    pub abilities: BTreeSet<Ability>,
    /// The ways to log in.
    pub logins: Vec<Login>,
}

/// What an agent may be able to do with sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ability {
    /// To load one and tell its history again.
    Load,
    /// To go on with one without telling its history.
    Resume,
    /// To close one.
    Close,
    /// To list them.
    List,
    /// To begin one that knows what was said in another.
    Fork,
}

/// A way to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// What the agent calls it.
    pub id: String,
    /// The environment variables that it takes the key from, where it is such a way.
    pub variables: Vec<String>,
}

/// The parameters of the handshake with an agent for which these services are done.
pub(super) fn hello(services: Services) -> Value {
    json!({
        "protocolVersion": PROTOCOL,
        "clientCapabilities": {
            "fs": {"readTextFile": services.reads, "writeTextFile": services.writes},
            "terminal": services.terminals,
        },
        "clientInfo": {"name": "synod", "title": "Synod", "version": env!("CARGO_PKG_VERSION")},
    })
}

impl Agent {
    /// Whether it can do something.
    #[must_use]
    pub fn can(&self, ability: Ability) -> bool {
        self.abilities.contains(&ability)
    }

    /// Whether it can take up a session that it has not open.
    #[must_use]
    pub fn takes_up(&self) -> bool {
        self.can(Ability::Resume) || self.can(Ability::Load)
    }

    /// Reads the answer to [`hello`]. The error says what is wrong.
    pub(super) fn of(answer: &Value) -> Result<Self, String> {
        match answer.get("protocolVersion").map(Value::as_u64) {
            Some(Some(PROTOCOL)) => {}
            Some(Some(other)) => {
                return Err(format!(
                    "it speaks version {other} of the Agent Client Protocol, and Synod version \
                     {PROTOCOL}: install a version of either that fits"
                ));
            }
            Some(None) | None => {
                return Err("its answer names no version of the Agent Client Protocol".to_owned());
            }
        }
        let can = answer.get("agentCapabilities").unwrap_or(&Value::Null);
        let abilities = [
            (Ability::Load, "/loadSession"),
            (Ability::Resume, "/sessionCapabilities/resume"),
            (Ability::Close, "/sessionCapabilities/close"),
            (Ability::List, "/sessionCapabilities/list"),
            (Ability::Fork, "/sessionCapabilities/fork"),
        ];
        let abilities = abilities
            .into_iter()
            .filter(|(_, place)| can.pointer(place).is_some_and(is_there));
        let info = |key: &str| {
            let info = answer.get("agentInfo");
            let text = info.and_then(|info| info.get(key)?.as_str());
            text.unwrap_or_default().to_owned()
        };
        let logins = answer.get("authMethods").and_then(Value::as_array);
        Ok(Self {
            name: info("name"),
            version: info("version"),
            abilities: abilities.map(|(ability, _)| ability).collect(),
            logins: logins.into_iter().flatten().filter_map(login).collect(),
        })
    }
}

/// Whether an ability is there: `true` or an object.
fn is_there(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn login(method: &Value) -> Option<Login> {
    let variables = method.get("vars").and_then(Value::as_array);
    let name = |variable: &Value| Some(variable.get("name")?.as_str()?.to_owned());
    Some(Login {
        id: method.get("id")?.as_str()?.to_owned(),
        variables: variables.into_iter().flatten().filter_map(name).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{Ability, Agent, Login};

    #[test]
    fn an_agent_tells_what_it_can() {
        let codex = json!({
            "protocolVersion": 1,
            "agentCapabilities": {
                "loadSession": true,
                "sessionCapabilities": {"list": {}, "resume": {}, "close": null},
            },
            "authMethods": [
                {"id": "chatgpt", "name": "Login with ChatGPT"},
                {"type": "env_var", "id": "openai-api-key", "vars": [{"name": "OPENAI_API_KEY"}]},
                {"name": "nameless"},
            ],
            "agentInfo": {"name": "codex-acp", "version": "0.16.0"},
        });
        let login = |id: &str, variables: &[&str]| Login {
            id: id.to_owned(),
            variables: variables.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            Agent::of(&codex),
            Ok(Agent {
                name: "codex-acp".to_owned(),
                version: "0.16.0".to_owned(),
                abilities: BTreeSet::from([Ability::Load, Ability::Resume, Ability::List]),
                logins: vec![
                    login("chatgpt", &[]),
                    login("openai-api-key", &["OPENAI_API_KEY"])
                ],
            })
        );
    }

    #[test]
    fn another_version_is_named() {
        let told = Agent::of(&json!({"protocolVersion": 2})).unwrap_err();
        assert!(told.contains("version 2"), "{told}");
        assert!(Agent::of(&json!({})).is_err());
        assert_eq!(
            Agent::of(&json!({"protocolVersion": 1})),
            Ok(Agent::default())
        );
    }
}
