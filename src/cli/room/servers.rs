//! How the server of each configured member is started: the built-in ones are this very program.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::cli::Place;
use crate::config::{Adapter as Word, GenericTool, Member, Reach, ResolvedServer, Secret};
use crate::mcp::{GuardCommand, Transport};
use crate::members::{
    AcpAgent, AcpOptions, Adapter, ChatOptions, ClaudeOptions, CodexOptions, GeminiOptions,
    GenericOptions, PalOptions,
};
use crate::servers::rehearsal::Persona;

/// The variable under which a built-in server is given its key.
const KEY_VARIABLE: &str = "SYNOD_MEMBER_KEY";

/// How a member is spoken to.
pub(super) fn adapter(member: &Member, cwd: &Path) -> Adapter {
    let model = member.model.clone();
    match member.adapter {
        Word::Openai | Word::Rehearsal => Adapter::Chat(ChatOptions {
            model,
            system: None,
            tools: member.adapter == Word::Openai,
        }),
        Word::Codex => Adapter::Codex(codex(model, cwd)),
        Word::CodexMcpServer => Adapter::CodexMcpServer(codex(model, cwd)),
        Word::Gemini => Adapter::Gemini(GeminiOptions {
            model,
            change_mode: member.gemini.change_mode,
        }),
        Word::Claude => Adapter::Claude(ClaudeOptions {
            cwd: cwd.to_owned(),
        }),
        Word::Pal => Adapter::Pal(PalOptions {
            model,
            cwd: cwd.to_owned(),
        }),
        Word::Generic => Adapter::Generic(
            member
                .generic
                .as_ref()
                .map(|tool| generic(tool, member, cwd))
                .unwrap_or_default(),
        ),
        Word::GeminiAcp => agent(AcpAgent::Gemini, member, cwd),
        Word::ClaudeAcp => agent(AcpAgent::Claude, member, cwd),
        Word::CodexAcp => agent(AcpAgent::Codex, member, cwd),
        Word::Opencode => agent(AcpAgent::Opencode, member, cwd),
        Word::Acp => agent(AcpAgent::Other, member, cwd),
    }
}

fn agent(agent: AcpAgent, member: &Member, cwd: &Path) -> Adapter {
    let (read, write) = agent.modes();
    let mode = |set: &Option<String>, known: Option<&str>| {
        set.clone().or_else(|| known.map(str::to_owned))
    };
    Adapter::Acp(AcpOptions {
        agent,
        cwd: cwd.to_owned(),
        model: member.model.clone(),
        read_mode: mode(&member.modes.read, read),
        write_mode: mode(&member.modes.write, write),
        servers: Vec::new(),
    })
}

fn codex(model: Option<String>, cwd: &Path) -> CodexOptions {
    CodexOptions {
        model,
        cwd: cwd.to_owned(),
        ..CodexOptions::default()
    }
}

fn generic(tool: &GenericTool, member: &Member, cwd: &Path) -> GenericOptions {
    let mut arguments = Map::new();
    if let (Some(name), Some(model)) = (&tool.model_arg, &member.model) {
        arguments.insert(name.clone(), Value::from(model.as_str()));
    }
    if let Some(name) = &tool.cwd_arg {
        arguments.insert(
            name.clone(),
            Value::from(cwd.to_string_lossy().into_owned()),
        );
    }
    let mut read_only_arguments = Map::new();
    if let Some(sandbox) = &tool.sandbox {
        read_only_arguments.insert(sandbox.arg.clone(), Value::from(sandbox.read_only.as_str()));
    }
    GenericOptions {
        tool: tool.tool.clone(),
        prompt_argument: tool.prompt_arg.clone(),
        session_argument: tool.session_arg.clone(),
        session_pointer: tool.session_path.clone(),
        sessions_survive: tool.session_survives,
        arguments,
        read_only_arguments,
        answer_pointer: tool.answer_path.clone(),
        answer_prefix: tool.answer_prefix.clone(),
        ..GenericOptions::default()
    }
}

/// How a member's server is reached.
pub(super) fn launch(member: &Member, resolved: ResolvedServer, own: &GuardCommand) -> Transport {
    let ResolvedServer {
        reach,
        mut env,
        cwd,
    } = resolved;
    let command = match reach {
        Reach::Process { command } => command,
        Reach::Http { url, bearer } => {
            return Transport::Http { url, bearer };
        }
        Reach::BuiltIn { url, bearer } => built_in(member, url, bearer.as_ref(), own, &mut env),
    };
    Transport::Stdio { command, env, cwd }
}

/// What the adapter wants of its server's environment, where the operator has not said it.
pub(super) fn defaults(member: &Member, server: &mut ResolvedServer) {
    let mut set = |name: &str, value: &str| {
        let slot = server.env.entry(name.to_owned());
        slot.or_insert_with(|| value.to_owned());
    };
    for (name, value) in member.adapter.default_env() {
        set(name, value);
    }
    // Its tool has no argument for the model.
    if let (Word::Claude, Some(model)) = (member.adapter, &member.model) {
        set("ANTHROPIC_MODEL", model);
    }
}

fn built_in(
    member: &Member,
    url: Option<String>,
    bearer: Option<&Secret>,
    own: &GuardCommand,
    env: &mut BTreeMap<String, String>,
) -> Vec<String> {
    let program = own.program.to_string_lossy().into_owned();
    let mut command = vec![program, "mcp".to_owned()];
    if let Some(part) = &member.rehearsal {
        let seed = part.seed.to_string();
        command
            .extend(["rehearsal", "--persona", &part.persona, "--seed", &seed].map(str::to_owned));
        command.extend(["--name".to_owned(), member.name.to_string()]);
        return command;
    }
    command.push("openai".to_owned());
    if let Some(url) = url {
        command.extend(["--base-url".to_owned(), url]);
    }
    if let Some(model) = &member.model {
        command.extend(["--model".to_owned(), model.clone()]);
    }
    command.extend(["--api", member.api.word()].map(str::to_owned));
    if let Some(key) = bearer {
        env.insert(KEY_VARIABLE.to_owned(), key.reveal().to_owned());
        command.extend(["--key-env", KEY_VARIABLE].map(str::to_owned));
    }
    command
}

/// The server of a rehearsal member that nobody configured.
pub(super) fn rehearsal(place: &Place, persona: Persona, own: &GuardCommand) -> Transport {
    let program = own.program.to_string_lossy().into_owned();
    let words = [
        "mcp",
        "rehearsal",
        "--persona",
        persona.word(),
        "--seed",
        "1",
        "--name",
        persona.word(),
    ];
    Transport::Stdio {
        command: std::iter::once(program)
            .chain(words.map(str::to_owned))
            .collect(),
        env: BTreeMap::from([("PATH".to_owned(), place.env.path().to_owned())]),
        cwd: place.project.root.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::defaults;
    use crate::config::{EnvSource, Overrides, Reach, ResolvedServer, load};

    #[test]
    fn an_adapter_sets_what_the_operator_has_not_set() {
        let project = tempfile::tempdir().unwrap();
        let toml = "[[member]]\nname = \"g\"\nadapter = \"gemini\"\ncommand = [\"x\"]\n\
                    [[member]]\nname = \"c\"\nadapter = \"claude\"\ncommand = [\"x\"]\nmodel = \"opus\"\n";
        std::fs::write(project.path().join("synod.toml"), toml).unwrap();
        let env = EnvSource::of_pairs([("PATH", "/bin")]);
        let loaded = load(&env, project.path(), &Overrides::default()).unwrap();
        let members = &loaded.config.members;
        let server = |name: &str, value: &str| ResolvedServer {
            reach: Reach::Process {
                command: Vec::new(),
            },
            env: BTreeMap::from([(name.to_owned(), value.to_owned())]),
            cwd: PathBuf::new(),
        };
        let mut gemini = server("GEMINI_MCP_BACKEND", "agy");
        defaults(&members[0], &mut gemini);
        assert_eq!(gemini.env["GEMINI_MCP_BACKEND"], "agy");
        let mut claude = server("PATH", "/bin");
        defaults(&members[1], &mut claude);
        assert_eq!(claude.env["ANTHROPIC_MODEL"], "opus");
        assert_eq!(claude.env["CLAUDE_CODE_MAX_RETRIES"], "2");
        assert!(!claude.env.contains_key("IS_SANDBOX"));
        // Its server is silent until it answers.
        assert_eq!(members[1].timeout.idle, members[1].timeout.total);
    }
}
