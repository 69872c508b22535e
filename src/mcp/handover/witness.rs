//! What passes between an agent and a server that it was handed, as far as it tells how they stand:
//! the handshake with its answer, and the list of tools with its.

use serde::Deserialize;
use serde_json::Value;

use super::Standing;

/// Requests for lists of tools whose answers are waited for; a later one is only passed on.
const LISTS: usize = 16;
/// The tool by which a Serena is known that writes memories.
const WRITES_MEMORIES: &str = "write_memory";
/// Why a second process that writes memories is not handed over.
const SECOND_MEMORY: &str = "it is a Serena that writes memories beside the room's own, so it was \
                             ended; take it out of `servers`";

/// Reads along.
#[derive(Debug, Default)]
pub(super) struct Witness {
    handshake: Option<Value>,
    lists: Vec<Value>,
}

/// What of a message says which one it is.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Value,
    method: Option<String>,
}

impl Witness {
    /// A message of the agent.
    pub(super) fn agent_says(&mut self, line: &[u8]) {
        let Ok(Envelope {
            id,
            method: Some(method),
        }) = serde_json::from_slice(line)
        else {
            return;
        };
        match method.as_str() {
            "initialize" => self.handshake = Some(id),
            "tools/list" if self.lists.len() < LISTS => self.lists.push(id),
            _ => {}
        }
    }

    /// A message of the server; what it comes to, where it is news.
    pub(super) fn server_says(&mut self, line: &[u8]) -> Option<Standing> {
        let Envelope { id, method } = serde_json::from_slice(line).ok()?;
        if method.is_some() || id.is_null() {
            return None;
        }
        if self.handshake.as_ref() == Some(&id) {
            self.handshake = None;
            let answer: Value = serde_json::from_slice(line).ok()?;
            return Some(match answer.get("result") {
                Some(result) if result.pointer("/capabilities/tools").is_some() => Standing::Met,
                Some(_) => Standing::There,
                None => Standing::Failed(format!("it refused the handshake: {}", said(&answer))),
            });
        }
        let at = self.lists.iter().position(|list| *list == id)?;
        self.lists.remove(at);
        let answer: Value = serde_json::from_slice(line).ok()?;
        let Some(tools) = answer.pointer("/result/tools").and_then(Value::as_array) else {
            let why = format!("it could not list its tools: {}", said(&answer));
            return Some(Standing::Failed(why));
        };
        let writes =
            |tool: &Value| tool.get("name").and_then(Value::as_str) == Some(WRITES_MEMORIES);
        Some(if tools.iter().any(writes) {
            Standing::Refused(SECOND_MEMORY.to_owned())
        } else {
            Standing::There
        })
    }
}

/// The message of an error.
fn said(answer: &Value) -> String {
    let message = answer.pointer("/error/message").and_then(Value::as_str);
    message
        .unwrap_or("it said nothing that could be read")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{SECOND_MEMORY, Standing, Witness};

    fn said(witness: &mut Witness, agent: &str, server: &str) -> Option<Standing> {
        witness.agent_says(agent.as_bytes());
        witness.server_says(server.as_bytes())
    }

    #[test]
    fn the_handshake_and_the_list_of_tools_tell_how_they_stand() {
        let mut witness = Witness::default();
        let hello = r#"{"id":0,"method":"initialize","params":{}}"#;
        let mut heard = |agent, server| said(&mut witness, agent, server);
        let met = r#"{"id":0,"result":{"capabilities":{"tools":{}}}}"#;
        assert_eq!(heard(hello, met), Some(Standing::Met));
        assert_eq!(
            heard(hello, r#"{"id":0,"result":{"capabilities":{}}}"#),
            Some(Standing::There)
        );
        let no = heard(hello, r#"{"id":0,"error":{"code":-1,"message":"too old"}}"#);
        assert_eq!(
            no,
            Some(Standing::Failed(
                "it refused the handshake: too old".to_owned()
            ))
        );

        let list = r#"{"id":"a","method":"tools/list"}"#;
        let tools = r#"{"id":"a","result":{"tools":[{"name":"echo"}]}}"#;
        assert_eq!(heard(list, tools), Some(Standing::There));
        // Answered once, so that what comes again is nothing.
        assert_eq!(heard("{}", tools), None);
        assert_eq!(heard("noise", "noise"), None);
        assert_eq!(heard(list, r#"{"id":"a","method":"ping"}"#), None);
        let memory = r#"{"id":"a","result":{"tools":[{"name":"write_memory"}]}}"#;
        assert_eq!(
            heard("{}", memory),
            Some(Standing::Refused(SECOND_MEMORY.to_owned()))
        );
    }

    #[test]
    fn what_is_never_answered_is_remembered_within_bounds() {
        let mut witness = Witness::default();
        for id in 0..1000 {
            witness.agent_says(format!(r#"{{"id":{id},"method":"tools/list"}}"#).as_bytes());
        }
        assert_eq!(witness.lists.len(), super::LISTS);
    }
}
