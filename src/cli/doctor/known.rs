//! What is known of the servers that people use: their packages, the versions that were tried, the
//! programs that they drive, and the tools by which they are told apart. What a server calls itself
//! says nothing: two of them have the same name.

use crate::cli::doctor::range::is_later;

/// The last `codex` with the word `mcp-server`.
pub(super) const LAST_CODEX_WITH_SERVER: &str = "0.153.4";
/// What to do about a later one.
pub(super) const CODEX_WAYS: &str = "`npm install -g @openai/codex@0.153.4`, or `npm install -g \
    codex-mcp-server` and adapter = \"codex-mcp-server\" with command = [\"codex-mcp-server\"]";

/// One server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its package.
    pub(super) package: &'static str,
    /// The version that Synod was tried with.
    pub(super) tried: &'static str,
    /// How it is installed.
    pub(super) install: &'static str,
    /// The program that it drives, and how that is installed.
    pub(super) drives: Option<(&'static str, &'static str)>,
    /// Tools that no other server of this list has together.
    tools: &'static [&'static str],
}

const CODEX: &str = "npm install -g @openai/codex";
const CLAUDE: &str = "npm install -g @anthropic-ai/claude-code";
/// How the Gemini CLI is installed.
pub(super) const GEMINI: &str = "npm install -g @google/gemini-cli";
/// The package whose default program is not the one of its name.
pub(super) const GEMINI_TOOL: &str = "gemini-mcp-tool";

const ALL: [Known; 7] = [
    Known {
        package: "@openai/codex",
        tried: LAST_CODEX_WITH_SERVER,
        install: "npm install -g @openai/codex@0.153.4",
        drives: None,
        tools: &["codex", "codex-reply"],
    },
    Known {
        package: "codex-mcp-server",
        tried: "1.4.10",
        install: "npm install -g codex-mcp-server",
        drives: Some(("codex", CODEX)),
        tools: &["codex", "listSessions"],
    },
    Known {
        package: GEMINI_TOOL,
        tried: "1.1.8",
        install: "npm install -g gemini-mcp-tool",
        drives: Some(("gemini", GEMINI)),
        tools: &["ask-gemini", "fetch-chunk"],
    },
    Known {
        package: "@steipete/claude-code-mcp",
        tried: "1.10.12",
        install: "npm install -g @steipete/claude-code-mcp",
        drives: Some(("claude", CLAUDE)),
        tools: &["claude_code"],
    },
    Known {
        package: "pal-mcp-server",
        tried: "11.8.2",
        install: "uv tool install pal-mcp-server",
        drives: None,
        tools: &["chat", "clink", "listmodels"],
    },
    Known {
        package: "serena-agent",
        tried: "2.1.0",
        install: "uv tool install serena-agent",
        drives: None,
        tools: &["write_memory", "read_memory", "edit_memory"],
    },
    Known {
        package: "@modelcontextprotocol/server-sequential-thinking",
        tried: "2026.8.31",
        install: "npm install -g @modelcontextprotocol/server-sequential-thinking",
        drives: None,
        tools: &["sequentialthinking"],
    },
];

/// The server of a package.
pub(super) fn by_package(package: &str) -> Option<&'static Known> {
    ALL.iter().find(|known| known.package == package)
}

/// The server that has these tools.
pub(super) fn by_tools(tools: &[&str]) -> Option<&'static Known> {
    ALL.iter()
        .find(|known| known.tools.iter().all(|tool| tools.contains(tool)))
}

/// How a program that is not there, and is to be a server, is installed, where that is known: the
/// command in backticks, or what to do.
pub(super) fn install_of(program: &str) -> Option<String> {
    let name = program.rsplit('/').next().unwrap_or(program);
    let package = match name {
        "codex" => "@openai/codex",
        "gemini" => return Some(format!("`{GEMINI}`")),
        "claude" => return Some(format!("`{CLAUDE}`")),
        "npx" | "npm" | "node" => {
            return Some("install Node 20 or later, see https://nodejs.org".to_owned());
        }
        "uvx" | "uv" => return Some("install uv, see https://docs.astral.sh/uv".to_owned()),
        "gemini-mcp" => GEMINI_TOOL,
        "claude-code-mcp" => "@steipete/claude-code-mcp",
        "serena" => "serena-agent",
        "mcp-server-sequential-thinking" => "@modelcontextprotocol/server-sequential-thinking",
        other => other,
    };
    by_package(package).map(|known| format!("`{}`", known.install))
}

/// Whether a `codex` of this version has no MCP server of its own any more.
pub(super) fn is_codex_without_server(version: &str) -> bool {
    is_later(version, "0.153.999")
}

#[cfg(test)]
mod tests {
    use super::{by_package, by_tools, install_of, is_codex_without_server};

    #[test]
    fn servers_are_told_apart_by_their_tools() {
        let found = |tools: &[&str]| by_tools(tools).map(|known| known.package);
        assert_eq!(found(&["codex", "codex-reply"]), Some("@openai/codex"));
        let bridge = [
            "codex",
            "review",
            "ping",
            "help",
            "listSessions",
            "websearch",
        ];
        assert_eq!(found(&bridge), Some("codex-mcp-server"));
        assert_eq!(found(&["chat", "reset"]), None);
        assert_eq!(found(&[]), None);
        let serena = ["read_file", "write_memory", "read_memory", "edit_memory"];
        assert_eq!(found(&serena), Some("serena-agent"));
    }

    #[test]
    fn what_is_missing_is_said_how_to_get() {
        // The newest has no server any more.
        assert_eq!(
            install_of("/nowhere/codex").as_deref(),
            Some("`npm install -g @openai/codex@0.153.4`")
        );
        assert_eq!(
            install_of("npx").as_deref(),
            Some("install Node 20 or later, see https://nodejs.org")
        );
        assert_eq!(
            install_of("gemini-mcp").as_deref(),
            Some("`npm install -g gemini-mcp-tool`")
        );
        assert_eq!(install_of("my-own-server"), None);
        assert!(by_package("codex-mcp-server").is_some());
    }

    #[test]
    fn the_last_codex_with_a_server() {
        assert!(!is_codex_without_server("0.153.4"));
        assert!(is_codex_without_server("0.154.0"));
        assert!(is_codex_without_server("1.0.0"));
        assert!(!is_codex_without_server("no version"));
    }
}
