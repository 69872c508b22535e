//! The adapters by name, and what each of them brings with it: a warning, variables for its server,
//! patience. How they speak is the work of [`members`](crate::members).

use super::item::Item;
use super::launch::Timeout;
use super::problem::Problem;

/// Which adapter talks to a member's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Adapter {
    /// The npm package `codex-mcp-server`, which drives the `codex` command.
    CodexMcpServer,
    /// `codex mcp-server`, part of `codex` up to 0.153.
    Codex,
    /// The npm package `gemini-mcp-tool`, which drives the `gemini` command.
    Gemini,
    /// The npm package `@steipete/claude-code-mcp`, which drives the `claude` command with every
    /// permission.
    Claude,
    /// The PyPI package `pal-mcp-server`, in front of many providers.
    Pal,
    /// The built-in server for any OpenAI-compatible endpoint.
    Openai,
    /// The built-in seeded rehearsal server. Never a real model.
    Rehearsal,
    /// Any MCP server with a tool that takes a prompt.
    Generic,
    /// The Gemini CLI itself, as an agent that speaks ACP.
    GeminiAcp,
    /// The npm package `@zed-industries/claude-agent-acp`, an agent that speaks ACP.
    ClaudeAcp,
    /// The npm package `@zed-industries/codex-acp`, an agent that speaks ACP.
    CodexAcp,
    /// opencode itself, as an agent that speaks ACP.
    Opencode,
    /// Any agent that speaks ACP.
    Acp,
}

/// The variable by which opencode is told what to ask leave for.
pub const OPENCODE_PERMISSION: &str = "OPENCODE_PERMISSION";

/// What opencode does without asking: looking around and its own list of things to do.
const OPENCODE_ASKS: &str = r#"{"*":"ask","read":"allow","grep":"allow","glob":"allow","list":"allow","todowrite":"allow"}"#;

impl Adapter {
    /// All adapters, with the words of the file.
    pub const ALL: [(&'static str, Self); 13] = [
        ("codex-mcp-server", Self::CodexMcpServer),
        ("codex", Self::Codex),
        ("gemini", Self::Gemini),
        ("claude", Self::Claude),
        ("pal", Self::Pal),
        ("openai", Self::Openai),
        ("rehearsal", Self::Rehearsal),
        ("generic", Self::Generic),
        ("gemini-acp", Self::GeminiAcp),
        ("claude-acp", Self::ClaudeAcp),
        ("codex-acp", Self::CodexAcp),
        ("opencode", Self::Opencode),
        ("acp", Self::Acp),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CodexMcpServer => "codex-mcp-server",
            Self::Codex => "codex",
            Self::Gemini => "gemini",
            Self::Claude => "claude",
            Self::Pal => "pal",
            Self::Openai => "openai",
            Self::Rehearsal => "rehearsal",
            Self::Generic => "generic",
            Self::GeminiAcp => "gemini-acp",
            Self::ClaudeAcp => "claude-acp",
            Self::CodexAcp => "codex-acp",
            Self::Opencode => "opencode",
            Self::Acp => "acp",
        }
    }

    /// Whether it speaks the Agent Client Protocol and not MCP.
    #[must_use]
    pub fn is_agent(self) -> bool {
        match self {
            Self::GeminiAcp | Self::ClaudeAcp | Self::CodexAcp | Self::Opencode | Self::Acp => true,
            Self::CodexMcpServer
            | Self::Codex
            | Self::Gemini
            | Self::Claude
            | Self::Pal
            | Self::Openai
            | Self::Rehearsal
            | Self::Generic => false,
        }
    }

    /// Whether Synod brings the server itself, so that no command is needed.
    #[must_use]
    pub fn is_built_in(self) -> bool {
        match self {
            Self::Openai | Self::Rehearsal => true,
            Self::CodexMcpServer
            | Self::Codex
            | Self::Gemini
            | Self::Claude
            | Self::Pal
            | Self::Generic
            | Self::GeminiAcp
            | Self::ClaudeAcp
            | Self::CodexAcp
            | Self::Opencode
            | Self::Acp => false,
        }
    }

    /// What the operator must know before a member of this kind is started, beyond its command.
    #[must_use]
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self::Claude => Some(
                "it runs `claude --dangerously-skip-permissions`: Claude may change every file and \
                 run every command that you may, and asks nobody; it works alone, in no race and no \
                 council",
            ),
            Self::CodexMcpServer
            | Self::Codex
            | Self::Gemini
            | Self::Pal
            | Self::Openai
            | Self::Rehearsal
            | Self::Generic
            | Self::GeminiAcp
            | Self::ClaudeAcp
            | Self::CodexAcp
            | Self::Opencode
            | Self::Acp => None,
        }
    }

    /// The variables that its server is given where the member's `env` does not set them: what makes
    /// it speak to the program meant, and what makes it fail instead of trying for long in silence.
    #[must_use]
    pub fn default_env(self) -> &'static [(&'static str, &'static str)] {
        match self {
            // Without it the server drives another program, by date.
            Self::Gemini => &[("GEMINI_MCP_BACKEND", "gemini")],
            Self::Claude | Self::ClaudeAcp => &[
                ("CLAUDE_CODE_MAX_RETRIES", "2"),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
                ("DISABLE_AUTOUPDATER", "1"),
            ],
            // Tokens, of which PAL grants a prompt 0.6 and takes 4 characters for one.
            Self::Pal => &[("MAX_MCP_OUTPUT_TOKENS", "1000000")],
            // It asks for leave where it is told to, and for nothing by itself.
            Self::Opencode => &[
                (OPENCODE_PERMISSION, OPENCODE_ASKS),
                ("OPENCODE_DISABLE_AUTOUPDATE", "1"),
            ],
            Self::CodexMcpServer
            | Self::Codex
            | Self::Openai
            | Self::Rehearsal
            | Self::Generic
            | Self::GeminiAcp
            | Self::CodexAcp
            | Self::Acp => &[],
        }
    }

    /// How patient the room is unless the member says otherwise.
    pub(super) fn timeout(self) -> Timeout {
        let usual = Timeout::default();
        match self {
            // Its server gives no sign of life before the answer.
            Self::Claude => Timeout {
                idle: usual.total,
                ..usual
            },
            Self::CodexMcpServer
            | Self::Codex
            | Self::Gemini
            | Self::Pal
            | Self::Openai
            | Self::Rehearsal
            | Self::Generic
            | Self::GeminiAcp
            | Self::ClaudeAcp
            | Self::CodexAcp
            | Self::Opencode
            | Self::Acp => usual,
        }
    }

    pub(super) fn read(item: Item<'_>) -> Result<Self, Problem> {
        item.word(&Self::ALL)
    }
}
