//! How each real server is started so that nobody's home is touched and the scripted model API
//! answers in the place of the vendor's.
//!
//! What a server is asked, and what is made of its answers, is the business of those who start it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use super::model_api::ModelApi;
use super::provision::{self, Driven};

/// The scripted API, and a home that nobody else has.
#[derive(Debug)]
pub(crate) struct Ground {
    home: TempDir,
    pub(crate) model: ModelApi,
}

/// A server as it is started: the program with its arguments, and its whole environment.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) command: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("work")).unwrap();
        Self {
            home,
            model: ModelApi::start().await,
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The folder in which the program works.
    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// Puts a file into the home.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.home().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// HOME, PATH with `bin` first, and `more`.
    pub(crate) fn env(&self, bin: &Path, more: &[(&str, String)]) -> BTreeMap<String, String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "npm's programs need the node on PATH"
        )]
        let inherited = std::env::var("PATH").unwrap();
        let mut env = BTreeMap::from([
            ("HOME".to_owned(), self.home().display().to_string()),
            ("PATH".to_owned(), format!("{}:{inherited}", bin.display())),
        ]);
        extend(&mut env, more);
        env
    }

    /// `codex mcp-server`. `settings` stand before everything else in its configuration.
    pub(crate) async fn codex(&self, settings: &str) -> Option<Launch> {
        let program = installed(provision::codex_with_mcp_server).await?;
        Some(Launch {
            command: vec![program.display().to_string(), "mcp-server".to_owned()],
            env: self.codex_env(program.parent()?, settings),
        })
    }

    /// `codex-mcp-server` with the latest Codex.
    pub(crate) async fn codex_mcp_server(&self, settings: &str) -> Option<Launch> {
        let Driven { server, bin } = installed(provision::codex_mcp_server).await?;
        Some(Launch {
            command: vec![server.display().to_string()],
            env: self.codex_env(&bin, settings),
        })
    }

    fn codex_env(&self, bin: &Path, settings: &str) -> BTreeMap<String, String> {
        self.codex_env_with("stub-model", bin, settings)
    }

    fn codex_env_with(&self, model: &str, bin: &Path, settings: &str) -> BTreeMap<String, String> {
        let settings = format!(
            "{settings}model = \"{model}\"\nmodel_provider = \"stub\"\n\
             [model_providers.stub]\nname = \"stub\"\nbase_url = \"{}\"\nenv_key = \"STUB_KEY\"\n\
             wire_api = \"responses\"\nrequest_max_retries = 1\nstream_max_retries = 1\n",
            self.model.base_url()
        );
        self.write("config.toml", &settings);
        self.env(
            bin,
            &[
                ("CODEX_HOME", self.home().display().to_string()),
                ("STUB_KEY", "test".to_owned()),
                ("CODEX_DEFAULT_MODEL", "stub-model".to_owned()),
            ],
        )
    }

    /// `gemini-mcp-tool` with the Gemini CLI.
    pub(crate) async fn gemini(&self, more: &[(&str, String)]) -> Option<Launch> {
        let Driven { server, bin } = installed(provision::gemini_mcp_tool).await?;
        let mut env = self.gemini_env(&bin);
        extend(&mut env, &[("GEMINI_MCP_BACKEND", "gemini".to_owned())]);
        extend(&mut env, more);
        let command = vec![server.display().to_string()];
        Some(Launch { command, env })
    }

    fn gemini_env(&self, bin: &Path) -> BTreeMap<String, String> {
        let settings = json!({"security": {"auth": {"selectedType": "gemini-api-key"}},
            "general": {"maxAttempts": 1},
            "privacy": {"usageStatisticsEnabled": false}});
        self.write(".gemini/settings.json", &settings.to_string());
        self.env(
            bin,
            &[
                ("GEMINI_CLI_TRUST_WORKSPACE", "true".to_owned()),
                ("GEMINI_API_KEY", "test".to_owned()),
                ("GOOGLE_GEMINI_BASE_URL", self.model.root_url()),
            ],
        )
    }

    /// `claude-code-mcp` with Claude Code, which is first on its PATH.
    pub(crate) async fn claude(&self, more: &[(&str, String)]) -> Option<Launch> {
        let Driven { server, bin } = installed(provision::claude_code_mcp).await?;
        let mut env = self.claude_env(&bin);
        extend(&mut env, more);
        let command = vec![server.display().to_string()];
        Some(Launch { command, env })
    }

    fn claude_env(&self, bin: &Path) -> BTreeMap<String, String> {
        self.env(
            bin,
            &[
                ("ANTHROPIC_BASE_URL", self.model.root_url()),
                ("ANTHROPIC_API_KEY", "test".to_owned()),
                ("CLAUDE_CODE_MAX_RETRIES", "1".to_owned()),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1".to_owned()),
                ("DISABLE_AUTOUPDATER", "1".to_owned()),
                // The tests may run as root.
                ("IS_SANDBOX", "1".to_owned()),
            ],
        )
    }

    /// `gemini` as an agent. The settings hold it to one try; `more` comes over its environment.
    pub(crate) async fn gemini_acp(&self, more: &[(&str, String)]) -> Option<Launch> {
        let program = installed(provision::gemini_cli).await?;
        let mut env = self.gemini_env(program.parent()?);
        extend(&mut env, more);
        let command = vec![program.display().to_string(), "--acp".to_owned()];
        Some(Launch { command, env })
    }

    /// `codex-acp`. `settings` stand before everything else in its configuration.
    ///
    /// It says in each answer that it knows nothing of a model that it does not know.
    pub(crate) async fn codex_acp(&self, settings: &str) -> Option<Launch> {
        let program = installed(provision::codex_acp).await?;
        Some(Launch {
            command: vec![program.display().to_string()],
            env: self.codex_env_with("gpt-5.4", program.parent()?, settings),
        })
    }

    /// `claude-agent-acp` with the Claude Code that it brings.
    pub(crate) async fn claude_acp(&self, more: &[(&str, String)]) -> Option<Launch> {
        let program = installed(provision::claude_agent_acp).await?;
        let mut env = self.claude_env(program.parent()?);
        extend(&mut env, more);
        let command = vec![program.display().to_string()];
        Some(Launch { command, env })
    }

    /// An agent on the protocol's own library, as Claude's adapter brings it, that does what a prompt says.
    pub(crate) async fn served_agent(&self) -> Option<Launch> {
        let program = installed(provision::claude_agent_acp).await?;
        let library = program
            .parent()?
            .join("../@agentclientprotocol/sdk/dist/acp.js");
        let library = library.canonicalize().unwrap();
        self.write("served_agent.mjs", include_str!("served_agent.mjs"));
        let script = self.home().join("served_agent.mjs");
        let library = ("ACP_LIBRARY", format!("file://{}", library.display()));
        Some(Launch {
            command: vec!["node".to_owned(), script.display().to_string()],
            env: self.env(program.parent()?, &[library]),
        })
    }

    /// `opencode` as an agent. Nothing says what it has to ask for, so it asks for nothing in its own folder.
    ///
    /// It has the way to speak to the API built in; what it would fetch beside that is kept from it.
    pub(crate) async fn opencode_acp(&self, more: &[(&str, String)]) -> Option<Launch> {
        let program = installed(provision::opencode).await?;
        let model =
            |name: &str| json!({"name": name, "limit": {"context": 200_000, "output": 8192}});
        let settings = json!({
            "autoupdate": false,
            "share": "disabled",
            "model": "stub/stub-model",
            "small_model": "stub/stub-model",
            "enabled_providers": ["stub"],
            "provider": {"stub": {
                "npm": "@ai-sdk/openai-compatible",
                "name": "stub",
                "options": {"baseURL": self.model.base_url(), "apiKey": "test"},
                "models": {"stub-model": model("Stub"), "other-model": model("Other")},
            }},
        });
        self.write(".config/opencode/opencode.json", &settings.to_string());
        let mut env = self.env(
            program.parent()?,
            &[
                ("OPENCODE_DISABLE_AUTOUPDATE", "1".to_owned()),
                ("OPENCODE_DISABLE_MODELS_FETCH", "1".to_owned()),
                ("npm_config_offline", "true".to_owned()),
            ],
        );
        extend(&mut env, more);
        let command = vec![program.display().to_string(), "acp".to_owned()];
        Some(Launch { command, env })
    }

    /// `pal-mcp-server`.
    pub(crate) async fn pal(&self, more: &[(&str, String)]) -> Option<Launch> {
        let program = installed(provision::pal).await?;
        let mut env = self.env(
            program.parent()?,
            &[
                ("CUSTOM_API_URL", self.model.base_url()),
                ("CUSTOM_API_KEY", "test".to_owned()),
                ("DEFAULT_MODEL", "local-llama".to_owned()),
            ],
        );
        extend(&mut env, more);
        let command = vec![program.display().to_string()];
        Some(Launch { command, env })
    }

    /// A server that is one program and knows no model.
    pub(crate) async fn program(
        &self,
        provisioned: fn() -> Option<PathBuf>,
        arguments: &[&str],
    ) -> Option<Launch> {
        let program = installed(provisioned).await?;
        let mut command = vec![program.display().to_string()];
        command.extend(arguments.iter().map(|word| (*word).to_owned()));
        let env = self.env(program.parent()?, &[]);
        Some(Launch { command, env })
    }
}

/// Installing takes long and is done beside the loop.
async fn installed<T: Send + 'static>(provisioned: fn() -> Option<T>) -> Option<T> {
    tokio::task::spawn_blocking(provisioned).await.unwrap()
}

fn extend(env: &mut BTreeMap<String, String>, more: &[(&str, String)]) {
    let more = more.iter();
    env.extend(more.map(|(key, value)| ((*key).to_owned(), value.clone())));
}
