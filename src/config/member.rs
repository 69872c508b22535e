//! `[[member]]`: the models that take part.

use std::collections::BTreeMap;

use super::adapter::Adapter;
use super::effective::{Values, or_none, quoted, quoted_list};
use super::handed;
use super::item::Item;
use super::launch::{Launch, Timeout};
use super::lessons::characters;
use super::place::Origin;
use super::problem::Problem;
use super::read::Table;
use super::sampling::Sampling;
use super::services::{self, Service};
use super::value::{Lull, Name};

/// Which of its two APIs an OpenAI-compatible endpoint is asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Api {
    /// Chat Completions, which every such endpoint has.
    #[default]
    Chat,
    /// Responses.
    Responses,
}

impl Api {
    /// Both, with the words of the file.
    const ALL: [(&'static str, Self); 2] = [("chat", Self::Chat), ("responses", Self::Responses)];

    /// The word in the file and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
        }
    }
}

/// What a million tokens cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Tokens that go in.
    pub input_per_mtok: f64,
    /// Tokens that come out.
    pub output_per_mtok: f64,
}

/// The argument of a generic tool that takes a prompt, where nothing else is said.
const PROMPT: &str = "prompt";

/// How the generic adapter calls a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenericTool {
    /// The tool.
    pub tool: String,
    /// The argument that takes the prompt.
    pub prompt_arg: String,
    /// The argument that takes the session's handle, if the server keeps sessions.
    pub session_arg: Option<String>,
    /// JSON pointer into the structured result where a new session's handle stands.
    pub session_path: Option<String>,
    /// Whether a session goes on by its handle after the server was started anew.
    pub session_survives: bool,
    /// JSON pointer into the structured result where the answer stands; absent: the text blocks.
    pub answer_path: Option<String>,
    /// What the server puts before each answer, to be taken off.
    pub answer_prefix: Option<String>,
    /// The argument that takes the model's name.
    pub model_arg: Option<String>,
    /// The argument that takes the working directory.
    pub cwd_arg: Option<String>,
    /// How the server's own sandbox is asked for, where it has one.
    pub sandbox: Option<Sandbox>,
}

/// A sandbox that a server offers by an argument of its tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// The argument.
    pub arg: String,
    /// Its value for read-only work.
    pub read_only: String,
}

/// How the Gemini adapter asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GeminiForm {
    /// Whether tasks of kind `code` are answered by edits in the form of the server's change mode.
    pub change_mode: bool,
}

/// The modes of an agent's sessions; absent: what is known of the agent, else what a session begins in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Modes {
    /// For turns that may only read.
    pub read: Option<String>,
    /// For turns that may write.
    pub write: Option<String>,
}

/// What a rehearsal member plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// The persona's name; the rehearsal server knows which there are.
    pub persona: String,
    /// The seed of its behaviour.
    pub seed: u64,
}

/// One `[[member]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name in the room.
    pub name: Name,
    /// Which adapter talks to it.
    pub adapter: Adapter,
    /// Where it was written.
    pub origin: Origin,
    /// How its server is reached.
    pub launch: Launch,
    /// Whose model it is, so that a family does not vote on its own; absent: see [`Member::family`].
    pub family: Option<String>,
    /// The model that the server is asked for; absent: the server's own choice.
    pub model: Option<String>,
    /// For the openai adapter with a `url`: which API the endpoint is asked by.
    pub api: Api,
    /// How good it is at a kind of task, 0 to 1.
    pub strengths: BTreeMap<String, f64>,
    /// How many calls it may have in flight.
    pub parallel: u16,
    /// How patient the room is with it.
    pub timeout: Timeout,
    /// Its prices; absent: its money is not counted.
    pub cost: Option<Cost>,
    /// How long its server may be idle before it is ended until its next turn; absent: as the room
    /// says.
    pub rest_after: Option<Lull>,
    /// How many characters of lessons and earlier results its calls are told at most; absent: see
    /// [`Member::context`].
    pub context: Option<u32>,
    /// Whether it only ever works read-only.
    pub read_only: bool,
    /// For the adapters of agents: the `[[server]]` entries that it is handed.
    pub servers: Vec<Name>,
    /// For the adapters of agents: what the room does for it when it asks.
    pub services: Vec<Service>,
    /// What becomes of its server's wishes for a model's answer.
    pub sampling: Sampling,
    /// For the generic adapter: how its tool is called.
    pub generic: Option<GenericTool>,
    /// For the Gemini adapter: how it is asked.
    pub gemini: GeminiForm,
    /// For the adapters of agents: the modes that its sessions are set to.
    pub modes: Modes,
    /// For the rehearsal adapter: what it plays.
    pub rehearsal: Option<Rehearsal>,
}

impl Member {
    /// Whose model it is: what is written, else what the adapter tells, else the member's own name.
    #[must_use]
    pub fn family(&self) -> &str {
        match (&self.family, self.adapter) {
            (Some(family), _) => family,
            (None, Adapter::Codex | Adapter::CodexMcpServer | Adapter::CodexAcp) => "openai",
            (None, Adapter::Gemini | Adapter::GeminiAcp) => "google",
            (None, Adapter::Claude | Adapter::ClaudeAcp) => "anthropic",
            (
                None,
                Adapter::Pal
                | Adapter::Openai
                | Adapter::Rehearsal
                | Adapter::Generic
                | Adapter::Opencode
                | Adapter::Acp,
            ) => self.name.as_str(),
        }
    }

    /// How many characters of lessons and earlier results its calls are told at most; `None`: as
    /// `[lessons]` says. What a generic tool takes need be no text for a model, but an address or a
    /// name. Only of an argument that is called a prompt it is known; any other is given what was
    /// asked, and more where the operator says how much.
    #[must_use]
    pub fn context(&self) -> Option<u32> {
        let takes_prompts = self
            .generic
            .as_ref()
            .is_none_or(|it| it.prompt_arg == PROMPT);
        self.context.or((!takes_prompts).then_some(0))
    }

    pub(super) fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let origin = table.origin();
        let name = required(
            table,
            "name",
            "what the member is called in the room",
            Item::name,
        );
        let adapter = required(table, "adapter", "how Synod talks to it", Adapter::read);
        let launch = Launch::read(table);
        let generic = table.table("generic", GenericTool::read);
        let gemini = table.table("gemini", GeminiForm::read);
        let modes = table.table("modes", Modes::read);
        let rehearsal = table.table("rehearsal", Rehearsal::read).flatten();
        let api = table.get("api", |item| match adapter {
            Some(Adapter::Openai) | None if launch.command.is_empty() => item.word(&Api::ALL),
            Some(_) | None => {
                Err(item.bad("left out: only adapter = \"openai\" with a `url` has it"))
            }
        });
        if let Some(adapter) = adapter {
            check(table, adapter, &launch, generic.is_some());
        }
        let mut strengths = BTreeMap::new();
        table.table("strengths", |table| {
            for item in table.take_all() {
                if let Some(strength) = table.keep(item.share()) {
                    strengths.insert(item.key.to_owned(), strength);
                }
            }
        });
        let family = table.get("family", Item::text);
        let model = table.get("model", Item::text);
        let parallel = table.get("parallel", |item| item.whole(1, 64));
        let timeout = adapter.map_or_else(Timeout::default, Adapter::timeout);
        let timeout = Timeout::read(table, timeout);
        let cost = table.table("cost", Cost::read).flatten();
        let rest_after = table.get("rest_after", Item::lull);
        let context = table.get("context", characters);
        let read_only = table.get("read_only", Item::flag).unwrap_or(false);
        let sampling = table.get("sampling", Sampling::read).unwrap_or_default();
        let servers = table.get("servers", |item| handed::names(item, adapter));
        let services = table.get("services", |item| services::read(item, adapter));
        Some(Self {
            name: name?,
            adapter: adapter?,
            origin,
            launch,
            family,
            model,
            api: api.unwrap_or_default(),
            strengths,
            parallel: parallel.and_then(|n| u16::try_from(n).ok()).unwrap_or(1),
            timeout,
            cost,
            rest_after,
            context,
            read_only,
            servers: servers.unwrap_or_default(),
            services: services.unwrap_or_default(),
            sampling,
            generic: generic.flatten(),
            gemini: gemini.unwrap_or_default(),
            modes: modes.unwrap_or_default(),
            rehearsal,
        })
    }

    pub(super) fn values(&self) -> Values {
        let owner = format!("member.{}", self.name);
        let path = |key: &str| format!("{owner}.{key}");
        let mut rows = vec![(path("adapter"), quoted(self.adapter.word()))];
        rows.extend(self.launch.values(&owner));
        rows.push((path("family"), quoted(self.family())));
        let model = self.model.as_deref().map(quoted);
        rows.push((path("model"), or_none(model, "the server's own choice")));
        if self.adapter == Adapter::Openai {
            rows.push((path("api"), quoted(self.api.word())));
        }
        for (kind, strength) in &self.strengths {
            rows.push((path(&format!("strengths.{kind}")), strength.to_string()));
        }
        rows.push((path("parallel"), self.parallel.to_string()));
        rows.extend(self.timeout.values(&owner));
        if let Some(cost) = self.cost {
            rows.push((path("cost.input_per_mtok"), cost.input_per_mtok.to_string()));
            rows.push((
                path("cost.output_per_mtok"),
                cost.output_per_mtok.to_string(),
            ));
        }
        if let Some(rest_after) = self.rest_after {
            rows.push((path("rest_after"), quoted(&rest_after.text())));
        }
        if let Some(context) = self.context() {
            rows.push((path("context"), context.to_string()));
        }
        rows.push((path("read_only"), self.read_only.to_string()));
        rows.push((path("sampling"), quoted(self.sampling.word())));
        if self.adapter.is_agent() {
            let names = quoted_list(self.servers.iter().map(Name::as_str));
            rows.push((path("servers"), names));
            rows.push((path("services"), services::shown(&self.services)));
        }
        if let Some(generic) = &self.generic {
            rows.extend(generic.values(&path("generic")));
        }
        if self.adapter == Adapter::Gemini {
            let form = self.gemini.change_mode.to_string();
            rows.push((path("gemini.change_mode"), form));
        }
        for (key, mode) in [("read", &self.modes.read), ("write", &self.modes.write)] {
            if let Some(mode) = mode {
                rows.push((path(&format!("modes.{key}")), quoted(mode)));
            }
        }
        if let Some(rehearsal) = &self.rehearsal {
            rows.push((path("rehearsal.persona"), quoted(&rehearsal.persona)));
            rows.push((path("rehearsal.seed"), rehearsal.seed.to_string()));
        }
        rows
    }
}

/// What an adapter cannot do without.
fn check(table: &mut Table<'_, '_>, adapter: Adapter, launch: &Launch, generic: bool) {
    if adapter.is_agent() && launch.command.is_empty() {
        table.missing(
            "command",
            "the agent to start, such as [\"gemini\", \"--acp\"]",
        );
        return;
    }
    if !adapter.is_built_in() && launch.command.is_empty() && launch.url.is_none() {
        table.missing(
            "command",
            "the program to start, or `url` for a server that is running",
        );
    }
    match adapter {
        Adapter::Generic if !generic => table.missing(
            "generic",
            "the tool to call, such as generic = { tool = \"ask\", prompt_arg = \"prompt\" }",
        ),
        Adapter::Openai if launch.command.is_empty() && launch.url.is_none() => table.missing(
            "url",
            "the endpoint, such as \"http://127.0.0.1:11434/v1\" or \"https://api.openai.com/v1\"",
        ),
        Adapter::Generic
        | Adapter::Openai
        | Adapter::Codex
        | Adapter::CodexMcpServer
        | Adapter::Gemini
        | Adapter::Claude
        | Adapter::Pal
        | Adapter::Rehearsal
        | Adapter::GeminiAcp
        | Adapter::ClaudeAcp
        | Adapter::CodexAcp
        | Adapter::Opencode
        | Adapter::Acp => {}
    }
}

/// Reads a key that must be there.
pub(super) fn required<'a, T>(
    table: &mut Table<'a, '_>,
    key: &'static str,
    why: &'static str,
    convert: impl FnOnce(Item<'a>) -> Result<T, Problem>,
) -> Option<T> {
    let Some(item) = table.take(key) else {
        table.missing(key, why);
        return None;
    };
    table.keep(convert(item))
}

impl Cost {
    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let why = "US dollars for a million tokens";
        let input = required(table, "input_per_mtok", why, Item::money);
        let output = required(table, "output_per_mtok", why, Item::money);
        Some(Self {
            input_per_mtok: input?,
            output_per_mtok: output?,
        })
    }
}

impl GeminiForm {
    fn read(table: &mut Table<'_, '_>) -> Self {
        let change_mode = table.get("change_mode", Item::flag).unwrap_or(false);
        Self { change_mode }
    }
}

impl Modes {
    fn read(table: &mut Table<'_, '_>) -> Self {
        Self {
            read: table.get("read", Item::text),
            write: table.get("write", Item::text),
        }
    }
}

impl Rehearsal {
    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let persona = required(table, "persona", "what it plays", Item::text);
        let seed = table.get("seed", |item| item.whole(0, u64::MAX));
        Some(Self {
            persona: persona?,
            seed: seed.unwrap_or(0),
        })
    }
}

impl GenericTool {
    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let tool = required(table, "tool", "the tool that takes a prompt", Item::text);
        let prompt_arg = table.get("prompt_arg", Item::text);
        let session_arg = table.get("session_arg", Item::text);
        let session_path = table.get("session_path", pointer);
        let session_survives = table.get("session_survives", Item::flag);
        let answer_path = table.get("answer_path", pointer);
        let answer_prefix = table.get("answer_prefix", Item::text);
        let model_arg = table.get("model_arg", Item::text);
        let cwd_arg = table.get("cwd_arg", Item::text);
        let sandbox_arg = table.get("sandbox_arg", Item::text);
        let read_only = table.get("sandbox_read_only", Item::text);
        Some(Self {
            tool: tool?,
            prompt_arg: prompt_arg.unwrap_or_else(|| PROMPT.to_owned()),
            session_arg,
            session_path,
            session_survives: session_survives.unwrap_or(false),
            answer_path,
            answer_prefix,
            model_arg,
            cwd_arg,
            sandbox: sandbox_arg.map(|arg| Sandbox {
                arg,
                read_only: read_only.unwrap_or_else(|| "read-only".to_owned()),
            }),
        })
    }

    fn values(&self, owner: &str) -> Values {
        let sandbox = self.sandbox.as_ref();
        let all = [
            ("tool", Some(&self.tool)),
            ("prompt_arg", Some(&self.prompt_arg)),
            ("session_arg", self.session_arg.as_ref()),
            ("session_path", self.session_path.as_ref()),
            ("answer_path", self.answer_path.as_ref()),
            ("answer_prefix", self.answer_prefix.as_ref()),
            ("model_arg", self.model_arg.as_ref()),
            ("cwd_arg", self.cwd_arg.as_ref()),
            ("sandbox_arg", sandbox.map(|sandbox| &sandbox.arg)),
            (
                "sandbox_read_only",
                sandbox.map(|sandbox| &sandbox.read_only),
            ),
        ];
        let mut rows: Values = all
            .into_iter()
            .filter_map(|(key, value)| Some((format!("{owner}.{key}"), quoted(value?))))
            .collect();
        if self.session_arg.is_some() {
            let survives = self.session_survives.to_string();
            rows.push((format!("{owner}.session_survives"), survives));
        }
        rows
    }
}

/// A JSON pointer: empty, or parts that each start with `/`.
fn pointer(item: Item<'_>) -> Result<String, Problem> {
    match item.as_str() {
        Some(path) if path.starts_with('/') => Ok(path.to_owned()),
        _ => Err(item.bad("a JSON pointer such as \"/content\" or \"/result/text\"")),
    }
}
