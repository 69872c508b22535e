//! How a server is asked for its sessions, and how its list is read. Not every server has one.

use serde_json::{Map, Value};

use super::ToolRequest;
use crate::core::ListedSession;
use crate::core::listing::LISTED_MAX;
use crate::mcp::ToolReply;
use crate::members::setup::Adapter;

/// The longest name of a session that is kept, in characters.
const NAME_MAX: usize = 256;

/// A server's way to list its sessions.
#[derive(Debug)]
pub(crate) struct SessionList {
    /// The request for the list.
    pub(crate) request: ToolRequest,
    /// Reads the list, at most [`LISTED_MAX`] of it; the error says what is wrong with it.
    pub(crate) read: fn(&ToolReply) -> Result<Vec<ListedSession>, &'static str>,
}

/// How servers of this family list their sessions, if they can.
pub(crate) fn session_list(adapter: &Adapter) -> Option<SessionList> {
    let list = |tool: &str, read| SessionList {
        request: ToolRequest {
            tool: tool.to_owned(),
            arguments: Map::new(),
        },
        read,
    };
    match adapter {
        Adapter::CodexMcpServer(_) => Some(list("listSessions", codex_mcp_server)),
        Adapter::Chat(_) => Some(list("list_sessions", chat)),
        Adapter::Codex(_)
        | Adapter::Gemini(_)
        | Adapter::Claude(_)
        | Adapter::Pal(_)
        | Adapter::Generic(_)
        // An agent is asked by its own protocol, not by a tool.
        | Adapter::Acp(_) => None,
    }
}

/// `No active sessions`, or a JSON array in the text.
fn codex_mcp_server(reply: &ToolReply) -> Result<Vec<ListedSession>, &'static str> {
    let text = reply.text();
    let text = text.trim();
    if text == "No active sessions" {
        return Ok(Vec::new());
    }
    match serde_json::from_str(text) {
        Ok(Value::Array(all)) => Ok(rows(&all, "id", "turnCount")),
        Ok(_) | Err(_) => Err("its list of sessions is no list"),
    }
}

/// `{"sessions": […]}` in the structured content.
fn chat(reply: &ToolReply) -> Result<Vec<ListedSession>, &'static str> {
    let facts = reply.structured.as_ref();
    let all = facts.and_then(|facts| facts.get("sessions")?.as_array());
    all.map(|all| rows(all, "session_id", "turns"))
        .ok_or("its list of sessions is no list")
}

fn rows(all: &[Value], name: &str, turns: &str) -> Vec<ListedSession> {
    let named = all.iter().filter_map(|one| {
        let handle = one.get(name)?.as_str()?;
        Some(ListedSession {
            handle: handle.chars().take(NAME_MAX).collect(),
            turns: one.get(turns).and_then(Value::as_u64),
        })
    });
    named.take(LISTED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{chat, codex_mcp_server};
    use crate::core::ListedSession;
    use crate::mcp::{Block, ToolReply};

    fn reply(text: &str, structured: Option<Value>) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured,
            is_error: false,
        }
    }

    fn listed(handle: &str, turns: Option<u64>) -> ListedSession {
        ListedSession {
            handle: handle.to_owned(),
            turns,
        }
    }

    #[test]
    fn the_list_of_codex_mcp_server_is_text() {
        let read = |text| codex_mcp_server(&reply(text, None));
        assert_eq!(read("No active sessions\n"), Ok(Vec::new()));
        let text = r#"[{"id":"s1","createdAt":"2026-08-01T00:00:00.000Z","turnCount":2},{"x":1}]"#;
        assert_eq!(read(text), Ok(vec![listed("s1", Some(2))]));
        for broken in ["", "{}", "[", "Sessions: s1"] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_list_of_the_chat_servers_is_structured() {
        let facts = json!({"sessions": [{"session_id": "a", "turns": 1, "busy": false}]});
        assert_eq!(
            chat(&reply("a", Some(facts))),
            Ok(vec![listed("a", Some(1))])
        );
        assert!(chat(&reply("no sessions", None)).is_err());
    }
}
