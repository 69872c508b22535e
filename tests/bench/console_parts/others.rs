//! What others open in a terminal, each with a home of its own and a model API that nobody answers:
//! `codex`, `gemini` and `opencode`, as their registries have them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::terminal::Program;
use crate::support::provision;

/// A program of others, and how to tell that it can be typed into.
pub(crate) struct Other {
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    /// Stands on the screen from its first whole frame on.
    pub(crate) ready: &'static str,
    home: TempDir,
}

impl Other {
    /// The folder in which it works.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("work")
    }
}

/// Those that can be installed here.
pub(crate) fn all() -> Vec<Other> {
    [codex(), gemini(), opencode()]
        .into_iter()
        .flatten()
        .collect()
}

fn codex() -> Option<Other> {
    let bin = provision::codex_mcp_server()?.bin;
    let home = home();
    let settings = format!(
        "model = \"stub-model\"\nmodel_provider = \"stub\"\n\
         [model_providers.stub]\nname = \"stub\"\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         env_key = \"STUB_KEY\"\nwire_api = \"responses\"\n\
         [projects.\"{}\"]\ntrust_level = \"trusted\"\n",
        home.path().join("work").display()
    );
    write(home.path(), "config.toml", &settings);
    let folder = home.path().display().to_string();
    let more = [("CODEX_HOME", folder.as_str()), ("STUB_KEY", "test")];
    Some(Other {
        name: "codex",
        program: program(&bin, "codex", &home, &more),
        ready: "stub-model default",
        home,
    })
}

fn gemini() -> Option<Other> {
    let bin = provision::gemini_mcp_tool()?.bin;
    let home = home();
    let settings = "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}},\
                    \"general\":{\"maxAttempts\":1,\"disableAutoUpdate\":true}}";
    write(home.path(), ".gemini/settings.json", settings);
    let more = [
        ("GEMINI_API_KEY", "test"),
        ("GEMINI_CLI_TRUST_WORKSPACE", "true"),
        ("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9"),
    ];
    Some(Other {
        name: "gemini",
        program: program(&bin, "gemini", &home, &more),
        ready: "Type your message",
        home,
    })
}

fn opencode() -> Option<Other> {
    let bin = provision::opencode()?.parent()?.to_owned();
    let home = home();
    let settings = serde_json::json!({
        "autoupdate": false,
        "share": "disabled",
        "model": "stub/stub-model",
        "small_model": "stub/stub-model",
        "enabled_providers": ["stub"],
        "provider": {"stub": {
            "npm": "@ai-sdk/openai-compatible",
            "name": "stub",
            "options": {"baseURL": "http://127.0.0.1:9/v1", "apiKey": "test"},
            "models": {"stub-model": {
                "name": "Stub",
                "limit": {"context": 200_000, "output": 8192},
            }},
        }},
    });
    write(
        home.path(),
        ".config/opencode/opencode.json",
        &settings.to_string(),
    );
    let more = [("OPENCODE_DISABLE_AUTOUPDATE", "1")];
    Some(Other {
        name: "opencode",
        program: program(&bin, "opencode", &home, &more),
        ready: "Ask anything",
        home,
    })
}

fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("work")).unwrap();
    home
}

fn write(home: &Path, name: &str, text: &str) {
    let file = home.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn program(bin: &Path, name: &str, home: &TempDir, more: &[(&str, &str)]) -> Program {
    let inherited = std::env::var("PATH").unwrap();
    let env = [
        ("HOME", home.path().display().to_string()),
        ("PATH", format!("{}:{inherited}", bin.display())),
        ("TERM", "xterm-256color".to_owned()),
        ("COLORTERM", "truecolor".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value));
    let more = more.iter();
    let more = more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Program {
        command: vec![bin.join(name).display().to_string()],
        env: env.into_iter().chain(more).collect(),
    }
}
