//! What the composition root says of each member. Data only.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::core::{Access, MemberSpec};
use crate::mcp::{ServerSpec, ToHand};
use crate::members::cost::Prices;

/// A member as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// What the core knows of it.
    pub spec: MemberSpec,
    /// How its server is spoken to.
    pub adapter: Adapter,
    /// How its server is reached. Its name must be that of the member.
    pub server: ServerSpec,
    /// What its model costs.
    pub prices: Prices,
}

/// The server families that are spoken to, with what is particular to them.
#[derive(Debug, Clone, PartialEq)]
pub enum Adapter {
    /// The built-in chat servers: `synod mcp openai` and `synod mcp rehearsal`.
    Chat(ChatOptions),
    /// `codex mcp-server`, up to 0.153.4.
    Codex(CodexOptions),
    /// The npm package `codex-mcp-server`.
    CodexMcpServer(CodexOptions),
    /// The npm package `gemini-mcp-tool`, which drives the `gemini` command.
    Gemini(GeminiOptions),
    /// The npm package `@steipete/claude-code-mcp`, which drives the `claude` command.
    Claude(ClaudeOptions),
    /// The PyPI package `pal-mcp-server`.
    Pal(PalOptions),
    /// Any server with a tool that takes a prompt.
    Generic(GenericOptions),
    /// An agent that speaks the Agent Client Protocol instead of MCP.
    Acp(AcpOptions),
}

/// Particulars of an agent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcpOptions {
    /// Which one it is.
    pub agent: AcpAgent,
    /// The folder in which it works.
    pub cwd: PathBuf,
    /// Model, instead of the agent's own default.
    pub model: Option<String>,
    /// The mode for turns that may only read; absent: the one that a session begins in.
    pub read_mode: Option<String>,
    /// The mode for turns that may write; absent: the one that a session begins in.
    pub write_mode: Option<String>,
    /// The MCP servers that it is handed.
    pub servers: Vec<HandedOver>,
}

/// An MCP server that an agent is handed.
#[derive(Debug, Clone, PartialEq)]
pub struct HandedOver {
    /// How the room reaches it.
    pub server: ToHand,
    /// Whether it only reads, by the operator's word: then turns that may only read have it, too.
    pub reads: bool,
}

impl AcpOptions {
    /// The servers that a turn has.
    pub(crate) fn servers(&self, access: Access) -> impl Iterator<Item = &HandedOver> {
        let all = self.servers.iter();
        all.filter(move |one| one.reads || access == Access::Write)
    }
}

/// The agents whose ways are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AcpAgent {
    /// The Gemini CLI itself, `gemini --acp`.
    Gemini,
    /// The npm package `@zed-industries/claude-agent-acp`.
    Claude,
    /// The npm package `@zed-industries/codex-acp`.
    Codex,
    /// opencode itself, `opencode acp`.
    Opencode,
    /// Any other.
    #[default]
    Other,
}

impl AcpAgent {
    /// What its own tools are called by in questions and rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gemini => "gemini",
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Opencode => "opencode",
            Self::Other => "agent",
        }
    }

    /// The modes for turns that may only read and for those that may write, where the agent has such.
    #[must_use]
    pub fn modes(self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Gemini => (Some("plan"), Some("default")),
            // In its own mode for plans it runs every command, and asks nobody.
            Self::Claude => (Some("default"), Some("default")),
            Self::Codex => (Some("read-only"), Some("auto")),
            // It asks for leave in either, as it is told to by its environment.
            Self::Opencode | Self::Other => (None, None),
        }
    }

    /// What a session is begun and taken up with, in the agent's own words, where that is what holds
    /// it to reading.
    #[must_use]
    pub fn settings(self, access: Access) -> Value {
        match (self, access) {
            // Its settings may let it do more without asking; a tool that is not there does nothing, be it
            // its own or that of a server in its settings.
            (Self::Claude, Access::Read) => {
                let tools = ["Read", "Grep", "Glob"];
                json!({"claudeCode": {"options": {"tools": tools, "strictMcpConfig": true}}})
            }
            (Self::Claude, Access::Write)
            | (Self::Gemini | Self::Codex | Self::Opencode | Self::Other, _) => Value::Null,
        }
    }
}

impl AcpOptions {
    /// Whether turns that may only read are held to it: by the mode that is known for it, by settings, or
    /// because the agent `asks` leave for everything else and is told no. Of an agent that is not known
    /// the mode that the configuration names is taken for one.
    #[must_use]
    pub fn is_held(&self, asks: bool) -> bool {
        match self.agent {
            AcpAgent::Gemini | AcpAgent::Codex => self.read_mode.as_deref() == self.agent.modes().0,
            AcpAgent::Claude => true,
            AcpAgent::Opencode => asks,
            AcpAgent::Other => self.read_mode.is_some(),
        }
    }
}

/// Particulars of the built-in chat servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatOptions {
    /// Model, instead of the server's own default.
    pub model: Option<String>,
    /// System prompt.
    pub system: Option<String>,
    /// Whether its model can be lent tools: that of `synod mcp openai` can.
    pub tools: bool,
}

/// Particulars of both Codex servers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CodexOptions {
    /// Model, instead of Codex's own default.
    pub model: Option<String>,
    /// The folder in which Codex works.
    pub cwd: PathBuf,
    /// Dotted overrides of Codex's configuration; `codex mcp-server` only.
    pub config: Map<String, Value>,
}

/// Particulars of `gemini-mcp-tool`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeminiOptions {
    /// Model, instead of the Gemini CLI's own default.
    pub model: Option<String>,
    /// Whether tasks of kind `code` are answered by edits in the server's own form.
    pub change_mode: bool,
}

/// Particulars of `claude-code-mcp`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaudeOptions {
    /// The folder in which Claude works.
    pub cwd: PathBuf,
}

/// Particulars of `pal-mcp-server`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PalOptions {
    /// Model, one of those that the server knows; without it the server's own default.
    pub model: Option<String>,
    /// The folder into which the server writes what a model generates.
    pub cwd: PathBuf,
}

/// How a generic server is called.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GenericOptions {
    /// Name of the tool.
    pub tool: String,
    /// Name of the argument that takes the prompt.
    pub prompt_argument: String,
    /// Name of the argument that takes the session, if the server keeps sessions.
    pub session_argument: Option<String>,
    /// JSON Pointer to the session that the server handed out. Without it, sessions are named by
    /// the room.
    pub session_pointer: Option<String>,
    /// Whether a session goes on by its name after the server's process was started anew.
    pub sessions_survive: bool,
    /// Arguments that are always given: model, folder and the like.
    pub arguments: Map<String, Value>,
    /// Arguments that hold the server to reading; given with calls that may only read.
    pub read_only_arguments: Map<String, Value>,
    /// JSON Pointer to the answer, inside the structured content or else inside the text read as
    /// JSON. Without it the text is the answer.
    pub answer_pointer: Option<String>,
    /// Decoration that the server puts before each answer.
    pub answer_prefix: Option<String>,
    /// Whether a call goes on after a cancel unless its processes are ended.
    pub on_cancel: OnCancel,
}

/// What makes a server stop working on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnCancel {
    /// It heeds `notifications/cancelled`.
    #[default]
    Notify,
    /// It goes on, and bills, until its processes are ended.
    EndProcesses,
}

impl Adapter {
    /// Whether a conversation may be taken up again by its handle. Resuming in `codex-mcp-server`
    /// drops the sandbox and the folder that were asked for: with a permissive setting of the user a
    /// call that may only read would write. There every turn is told what was said before.
    #[must_use]
    pub fn resumes(&self) -> bool {
        match self {
            Self::CodexMcpServer(_) => false,
            Self::Chat(_)
            | Self::Codex(_)
            | Self::Gemini(_)
            | Self::Claude(_)
            | Self::Pal(_)
            | Self::Generic(_)
            | Self::Acp(_) => true,
        }
    }

    /// Whether a conversation has one name at the server, which later turns begin anew. Otherwise
    /// each new one gets a name of its own.
    #[must_use]
    pub fn renews_by_name(&self) -> bool {
        match self {
            Self::CodexMcpServer(_) => true,
            Self::Chat(_)
            | Self::Codex(_)
            | Self::Gemini(_)
            | Self::Claude(_)
            | Self::Pal(_)
            | Self::Generic(_)
            | Self::Acp(_) => false,
        }
    }

    /// Whether a handle still works after the server's process was started anew.
    #[must_use]
    pub fn handles_survive(&self) -> bool {
        match self {
            Self::Generic(options) => options.sessions_survive,
            // Gemini deletes a session that it has loaded once, at the start after that.
            Self::Acp(options) => options.agent != AcpAgent::Gemini,
            Self::Chat(_)
            | Self::Codex(_)
            | Self::CodexMcpServer(_)
            | Self::Gemini(_)
            | Self::Claude(_)
            | Self::Pal(_) => false,
        }
    }

    /// Whether another handle than that of the turn before always means another conversation.
    #[must_use]
    pub fn keeps_handles(&self) -> bool {
        match self {
            Self::Chat(_) | Self::Codex(_) | Self::CodexMcpServer(_) | Self::Acp(_) => true,
            // Some hand out a new one with every turn, or none.
            Self::Gemini(_) | Self::Claude(_) | Self::Pal(_) | Self::Generic(_) => false,
        }
    }

    /// Whether the handle in an answer comes from the server and so proves that it went on.
    #[must_use]
    pub fn proves_handles(&self) -> bool {
        match self {
            Self::Chat(_)
            | Self::Codex(_)
            | Self::CodexMcpServer(_)
            | Self::Pal(_)
            | Self::Acp(_) => true,
            Self::Gemini(_) | Self::Claude(_) => false,
            Self::Generic(options) => options.session_pointer.is_some(),
        }
    }

    /// Whether the model behind the server can be lent tools: where the room holds the loop.
    #[must_use]
    pub fn takes_tools(&self) -> bool {
        match self {
            Self::Chat(options) => options.tools,
            Self::Codex(_)
            | Self::CodexMcpServer(_)
            | Self::Gemini(_)
            | Self::Claude(_)
            | Self::Pal(_)
            | Self::Generic(_)
            | Self::Acp(_) => false,
        }
    }

    /// Whether each turn is held to reading or let write by itself, so that a conversation goes on
    /// whichever it was begun with. Other servers fix that with the conversation.
    #[must_use]
    pub fn holds_each_turn(&self) -> bool {
        self.takes_tools() || self.is_agent()
    }

    /// Whether it is an agent, which is spoken to by the Agent Client Protocol.
    #[must_use]
    pub fn is_agent(&self) -> bool {
        matches!(self, Self::Acp(_))
    }

    /// The tools that the server must have to be spoken to like this.
    #[must_use]
    pub fn tools(&self) -> Vec<&str> {
        match self {
            Self::Chat(_) | Self::Pal(_) => vec!["chat"],
            Self::Gemini(options) if options.change_mode => {
                vec!["ask-gemini", "brainstorm", "fetch-chunk"]
            }
            Self::Gemini(_) => vec!["ask-gemini", "brainstorm"],
            Self::Claude(_) => vec!["claude_code"],
            Self::Codex(_) => vec!["codex", "codex-reply"],
            Self::CodexMcpServer(_) => vec!["codex"],
            Self::Generic(options) => vec![options.tool.as_str()],
            Self::Acp(_) => Vec::new(),
        }
    }

    /// The command that logs in to what is behind the server, where there is one.
    #[must_use]
    pub fn login(&self) -> Option<&'static str> {
        match self {
            Self::Codex(_) | Self::CodexMcpServer(_) => Some("codex login"),
            Self::Gemini(_) => Some("gemini"),
            Self::Claude(_) => Some("claude /login"),
            Self::Acp(options) => match options.agent {
                AcpAgent::Gemini => Some("gemini"),
                AcpAgent::Claude => Some("claude /login"),
                AcpAgent::Codex => Some("codex login"),
                AcpAgent::Opencode => Some("opencode auth login"),
                AcpAgent::Other => None,
            },
            Self::Chat(_) | Self::Pal(_) | Self::Generic(_) => None,
        }
    }

    /// What makes the server stop working on a call.
    #[must_use]
    pub fn on_cancel(&self) -> OnCancel {
        match self {
            Self::Chat(_) | Self::Codex(_) | Self::Pal(_) | Self::Acp(_) => OnCancel::Notify,
            Self::CodexMcpServer(_) | Self::Gemini(_) | Self::Claude(_) => OnCancel::EndProcesses,
            Self::Generic(options) => options.on_cancel,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AcpAgent, AcpOptions};

    #[test]
    fn an_agent_is_held_to_reading_by_what_is_known_to_hold_it() {
        let held = |agent, read_mode: Option<&str>, asks| {
            let options = AcpOptions {
                agent,
                read_mode: read_mode.map(str::to_owned),
                ..AcpOptions::default()
            };
            options.is_held(asks)
        };
        assert!(held(AcpAgent::Gemini, Some("plan"), true));
        assert!(!held(AcpAgent::Gemini, Some("yolo"), true));
        assert!(held(AcpAgent::Codex, Some("read-only"), true));
        assert!(!held(AcpAgent::Codex, Some("auto"), true));
        assert!(held(AcpAgent::Claude, Some("acceptEdits"), true));
        assert!(held(AcpAgent::Opencode, None, true));
        assert!(!held(AcpAgent::Opencode, Some("plan"), false));
        assert!(held(AcpAgent::Other, Some("ask"), true));
        assert!(!held(AcpAgent::Other, None, true));
    }
}
