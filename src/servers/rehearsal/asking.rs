//! Asking the client for permission in the middle of a call, in the two shapes that servers use.

use rmcp::model::{ClientResult, CustomRequest, ElicitationAction, RequestId, ServerRequest};
use rmcp::service::{Peer, RoleServer};
use serde_json::{Value, json};

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// Go on.
    Granted,
    /// Do without.
    Denied,
    /// The client cannot be asked, or answered with something else.
    NoAnswer,
}

/// Asks whether `command` may run, with the parameters that Codex adds to the standard ones.
pub(super) async fn approval(
    peer: &Peer<RoleServer>,
    call: &RequestId,
    session: &str,
    command: &str,
) -> Permission {
    let cwd = std::env::current_dir().unwrap_or_default();
    let params = json!({
        "message": format!("Allow the rehearsal to run `{command}` in `{}`?", cwd.display()),
        "requestedSchema": {"type": "object", "properties": {}},
        "threadId": session,
        "codex_elicitation": "exec-approval",
        "codex_mcp_tool_call_id": call.to_string(),
        "codex_event_id": call.to_string(),
        "codex_call_id": format!("rehearsal-{call}"),
        "codex_command": ["bash", "-lc", command],
        "codex_cwd": cwd,
        "codex_parsed_cmd": [{"type": "unknown", "cmd": command}],
    });
    ask(peer, params).await
}

/// Asks a yes-or-no question in the standard form.
pub(super) async fn form(peer: &Peer<RoleServer>, question: &str) -> Permission {
    let params = json!({
        "message": question,
        "requestedSchema": {
            "type": "object",
            "properties": {"proceed": {"type": "boolean", "title": "Go on?", "default": true}},
            "required": ["proceed"],
        },
    });
    ask(peer, params).await
}

async fn ask(peer: &Peer<RoleServer>, params: Value) -> Permission {
    // A raw request, since the typed one would drop the parameters that are not standard.
    let request = CustomRequest::new("elicitation/create", Some(params));
    match peer
        .send_request(ServerRequest::CustomRequest(request))
        .await
    {
        Ok(ClientResult::ElicitResult(reply)) => judged(&reply.action, reply.content.as_ref()),
        Ok(ClientResult::CustomResult(reply)) => decided(reply.0.get("decision")),
        // Any other result is of no use here, and so is an error.
        Ok(_) | Err(_) => Permission::NoAnswer,
    }
}

fn judged(action: &ElicitationAction, content: Option<&Value>) -> Permission {
    let withdrawn = content.and_then(|content| content.get("proceed")) == Some(&json!(false));
    if *action == ElicitationAction::Accept && !withdrawn {
        Permission::Granted
    } else {
        Permission::Denied
    }
}

/// Reads the `decision` that Codex takes instead of an action.
fn decided(decision: Option<&Value>) -> Permission {
    match decision {
        Some(Value::String(word)) if word.starts_with("approved") => Permission::Granted,
        Some(Value::String(_) | Value::Object(_)) => Permission::Denied,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => {
            Permission::NoAnswer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_reply_are_understood() {
        use ElicitationAction::{Accept, Cancel, Decline};
        assert_eq!(judged(&Accept, None), Permission::Granted);
        assert_eq!(
            judged(&Accept, Some(&json!({"proceed": false}))),
            Permission::Denied
        );
        assert_eq!(judged(&Decline, None), Permission::Denied);
        assert_eq!(judged(&Cancel, None), Permission::Denied);
        for (decision, permission) in [
            (json!("approved"), Permission::Granted),
            (json!("approved_for_session"), Permission::Granted),
            (json!("denied"), Permission::Denied),
            (json!({"denied": {"rejection": "no"}}), Permission::Denied),
            (json!(7), Permission::NoAnswer),
        ] {
            assert_eq!(decided(Some(&decision)), permission, "{decision}");
        }
        assert_eq!(decided(None), Permission::NoAnswer);
    }
}
