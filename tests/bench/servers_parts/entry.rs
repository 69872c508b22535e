//! Which servers there are, how each is started and what it is asked: one line of text, or the
//! smallest thing that its tool does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use synod::core::{MemberName, MemberSpec, Reach};
use synod::hub::{builtin, serena};
use synod::mcp::{Limits, ServerSpec, Transport};
use synod::members::{
    AcpAgent, AcpOptions, Adapter, ChatOptions, ClaudeOptions, CodexOptions, GeminiOptions,
    GenericOptions, PalOptions, Prices, Setup,
};

use crate::support::ground::{Ground, Launch};
use crate::support::provision;

const SYNOD: &str = env!("CARGO_BIN_EXE_synod");
const GEMINI_MODEL: &str = "gemini-2.5-flash";
const PAL_MODEL: &str = "local-llama";
/// What models are told; they say `ok`.
pub(crate) const PROMPT: &str = "[[say:ok]]";

/// Those that answer without a model API behind them.
pub(crate) const MODELLESS: [&str; 2] = ["server-everything", "synod mcp rehearsal"];

/// The rows, in the order of the table.
pub(crate) const NAMES: [&str; 17] = [
    "codex-mcp-server",
    "codex mcp-server",
    "gemini-mcp-tool",
    "claude-code-mcp",
    "claude mcp serve",
    "synod mcp openai (chat)",
    "synod mcp openai (responses)",
    "pal-mcp-server",
    "server-sequential-thinking",
    "serena",
    "synod mcp memory",
    "server-everything",
    "synod mcp rehearsal",
    "gemini --acp",
    "claude-agent-acp",
    "codex-acp",
    "opencode acp",
];

/// A server that can be started and asked.
pub(crate) struct Entry {
    pub(crate) server: ServerSpec,
    /// How the room speaks to it; none: it has tools and no model.
    pub(crate) adapter: Option<Adapter>,
    /// The tool that the room would call.
    pub(crate) tool: &'static str,
    /// Its arguments, by the number of the call.
    arguments: Box<dyn Fn(u32) -> Value + Send + Sync>,
}

impl Entry {
    /// `None` when it cannot be installed here.
    pub(crate) async fn of(name: &str, ground: &Ground) -> Option<Self> {
        let work = ground.work();
        let folder = work.display().to_string();
        Some(match name {
            "codex-mcp-server" => Self::model(
                ground.codex_mcp_server("").await?,
                work.clone(),
                Adapter::CodexMcpServer(codex(work)),
                "codex",
                move |number| {
                    json!({"prompt": PROMPT, "sessionId": format!("bare-{number}"),
                        "resetSession": true, "sandbox": "read-only", "workingDirectory": folder})
                },
            ),
            "codex mcp-server" => Self::model(
                ground.codex("").await?,
                work.clone(),
                Adapter::Codex(codex(work)),
                "codex",
                move |_| {
                    json!({"prompt": PROMPT, "sandbox": "read-only", "approval-policy": "never",
                        "cwd": folder})
                },
            ),
            "gemini-mcp-tool" => Self::model(
                ground.gemini(&[]).await?,
                work,
                Adapter::Gemini(GeminiOptions {
                    model: Some(GEMINI_MODEL.to_owned()),
                    change_mode: false,
                }),
                "ask-gemini",
                |_| json!({"prompt": PROMPT, "model": GEMINI_MODEL}),
            ),
            "claude-code-mcp" => Self::model(
                ground.claude(&[]).await?,
                work.clone(),
                Adapter::Claude(ClaudeOptions { cwd: work }),
                "claude_code",
                move |_| json!({"prompt": PROMPT, "workFolder": folder}),
            ),
            "synod mcp openai (chat)" => openai(ground, "chat"),
            "synod mcp openai (responses)" => openai(ground, "responses"),
            "pal-mcp-server" => Self::model(
                ground.pal(&[]).await?,
                work.clone(),
                Adapter::Pal(PalOptions {
                    model: Some(PAL_MODEL.to_owned()),
                    cwd: work,
                }),
                "chat",
                move |_| {
                    json!({"prompt": PROMPT, "model": PAL_MODEL,
                        "working_directory_absolute_path": folder})
                },
            ),
            "server-everything" => Self::model(
                ground.program(provision::everything, &[]).await?,
                work,
                Adapter::Generic(GenericOptions {
                    tool: "echo".to_owned(),
                    prompt_argument: "message".to_owned(),
                    answer_prefix: Some("Echo: ".to_owned()),
                    ..GenericOptions::default()
                }),
                "echo",
                |_| json!({"message": PROMPT}),
            ),
            "synod mcp rehearsal" => {
                let options = ["--persona", "streaming", "--seed", "1", "--pace", "0"];
                ours("rehearsal", &options, work)
            }
            "gemini --acp" => Self::agent(ground.gemini_acp(&[]).await?, work, AcpAgent::Gemini),
            "claude-agent-acp" => {
                Self::agent(ground.claude_acp(&[]).await?, work, AcpAgent::Claude)
            }
            "codex-acp" => Self::agent(ground.codex_acp("").await?, work, AcpAgent::Codex),
            "opencode acp" => {
                Self::agent(ground.opencode_acp(&[]).await?, work, AcpAgent::Opencode)
            }
            other => return Self::without_model(other, ground).await,
        })
    }

    /// An agent, which has no tool that a bare client of MCP could call.
    fn agent(launch: Launch, work: PathBuf, agent: AcpAgent) -> Self {
        let (read, write) = agent.modes();
        let adapter = Adapter::Acp(AcpOptions {
            agent,
            cwd: work.clone(),
            model: None,
            read_mode: read.map(str::to_owned),
            write_mode: write.map(str::to_owned),
            servers: Vec::new(),
        });
        Self::model(launch, work, adapter, "", |_| json!({}))
    }

    async fn without_model(name: &str, ground: &Ground) -> Option<Self> {
        let work = ground.work();
        Some(match name {
            "claude mcp serve" => {
                let mut launch = ground.claude(&[]).await?;
                launch.command = words(["claude", "mcp", "serve"]);
                let note = work.join("note.txt");
                fs::write(&note, "a note\n").unwrap();
                Self::tools(
                    spec(launch, work),
                    "Read",
                    move |_| json!({"file_path": note}),
                )
            }
            "server-sequential-thinking" => {
                let mut launch = ground.program(provision::sequential_thinking, &[]).await?;
                let quiet = ("DISABLE_THOUGHT_LOGGING", "true");
                launch.env.insert(quiet.0.to_owned(), quiet.1.to_owned());
                Self::tools(spec(launch, work), "sequentialthinking", |number| {
                    json!({"thought": "ok", "nextThoughtNeeded": true, "thoughtNumber": number,
                        "totalThoughts": number})
                })
            }
            "serena" => {
                let launch = ground.program(provision::serena, &[]).await?;
                let setup = serena::Setup {
                    command: launch.command,
                    room: work.join(".synod"),
                    project: work,
                    env: launch.env,
                    lent: Vec::new(),
                };
                Self::tools(serena::prepare(&setup).unwrap(), "write_memory", memory)
            }
            "synod mcp memory" => {
                let server = builtin::spec(Path::new(SYNOD), &work, BTreeMap::new());
                Self::tools(server, "write_memory", memory)
            }
            other => panic!("no server is called {other}"),
        })
    }

    fn model(
        launch: Launch,
        work: PathBuf,
        adapter: Adapter,
        tool: &'static str,
        arguments: impl Fn(u32) -> Value + Send + Sync + 'static,
    ) -> Self {
        Self {
            adapter: Some(adapter),
            ..Self::tools(spec(launch, work), tool, arguments)
        }
    }

    fn tools(
        server: ServerSpec,
        tool: &'static str,
        arguments: impl Fn(u32) -> Value + Send + Sync + 'static,
    ) -> Self {
        Self {
            server,
            adapter: None,
            tool,
            arguments: Box::new(arguments),
        }
    }

    /// What the tool is given at the call of this number.
    pub(crate) fn arguments(&self, number: u32) -> Map<String, Value> {
        (self.arguments)(number).as_object().cloned().unwrap()
    }

    /// The member that the room would enrol.
    pub(crate) fn member(&self) -> Option<Setup> {
        let adapter = self.adapter.clone()?;
        Some(Setup {
            spec: MemberSpec {
                name: MemberName::new(&self.server.name).unwrap(),
                family: "bench".to_owned(),
                strengths: BTreeMap::new(),
                parallel: 1,
                // Nothing is added to the prompt of one that is never held to reading.
                reach: Reach::Text,
                rehearsal: false,
                model: None,
            },
            adapter,
            server: self.server.clone(),
            prices: Prices::default(),
        })
    }
}

fn codex(cwd: PathBuf) -> CodexOptions {
    CodexOptions {
        cwd,
        ..CodexOptions::default()
    }
}

fn openai(ground: &Ground, api: &str) -> Entry {
    let url = ground.model.base_url();
    let options = ["--base-url", &url, "--model", "stub-model", "--api", api];
    ours("openai", &options, ground.work())
}

/// A chat server inside our own binary.
fn ours(server: &str, options: &[&str], work: PathBuf) -> Entry {
    let mut command = words([SYNOD, "mcp", server]);
    command.extend(options.iter().map(|word| (*word).to_owned()));
    let env = BTreeMap::from([("OPENAI_API_KEY".to_owned(), "test".to_owned())]);
    let adapter = Adapter::Chat(ChatOptions::default());
    Entry::model(
        Launch { command, env },
        work,
        adapter,
        "chat",
        |number| json!({"prompt": PROMPT, "session_id": format!("bare-{number}")}),
    )
}

fn spec(launch: Launch, cwd: PathBuf) -> ServerSpec {
    ServerSpec {
        name: "server".to_owned(),
        transport: Transport::Stdio {
            command: launch.command,
            env: launch.env,
            cwd,
        },
        limits: Limits::default(),
    }
}

/// Ours and the bare client's process share the folder, so each call writes a document of its own.
fn memory(number: u32) -> Value {
    json!({"memory_name": format!("bench-{number}"), "content": "ok"})
}

fn words<const N: usize>(of: [&str; N]) -> Vec<String> {
    of.map(str::to_owned).to_vec()
}
