//! Writes the commented `synod.toml` of `synod init` from what the operator chose. Pure: a list
//! goes in, a text comes out.

use std::fmt::Write as _;

use super::adapter::Adapter;
use super::discover::{Found, Role};
use super::effective::{quoted, quoted_list};
use super::launch::Launch;
use super::room::Hub;
use super::server::ServerAdapter;
use super::value::{Name, Reference};

/// One entry that the operator chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A `[[member]]`.
    Member {
        /// Its name.
        name: Name,
        /// Its adapter.
        adapter: Adapter,
        /// How it is reached.
        launch: Launch,
        /// Its model, where one was chosen.
        model: Option<String>,
        /// Where it was found, for the comment above it.
        found_in: String,
    },
    /// A `[[server]]`.
    Server {
        /// Its name.
        name: Name,
        /// What it is.
        adapter: ServerAdapter,
        /// How it is reached.
        launch: Launch,
        /// Where it was found, for the comment above it.
        found_in: String,
    },
    /// The shared memory is Serena.
    Serena,
    /// Found and not usable yet: only a comment.
    Mention(String),
    /// `claude`, whose tools can be lent: a comment, and an entry to be taken out of its comment.
    Claude(String),
}

impl Choice {
    /// What a found thing becomes when it is chosen. An endpoint gets its first model.
    #[must_use]
    pub fn of(found: &Found) -> Self {
        let (name, launch) = (found.name.clone(), found.launch.clone());
        let found_in = found.origin.to_string();
        match found.role {
            Role::Member(adapter) => Self::Member {
                name,
                adapter,
                launch,
                model: found.models.first().cloned(),
                found_in,
            },
            Role::Tools(adapter) => Self::Server {
                name,
                adapter,
                launch,
                found_in,
            },
            Role::Hub => Self::Serena,
            Role::NotYet if found.launch.command == ["claude"] => Self::Claude(found.to_string()),
            Role::NotYet => Self::Mention(found.to_string()),
        }
    }
}

/// The file. Names that are taken get a number, so that the result can always be loaded.
#[must_use]
pub fn render(choices: &[Choice]) -> String {
    let serena = choices.contains(&Choice::Serena);
    let hub = if serena { Hub::Serena } else { Hub::Builtin };
    let mut text = head(hub);
    let mut taken: Vec<Name> = Vec::new();
    let mut mentions = Vec::new();
    let mut claude = "";
    for choice in choices {
        match choice {
            Choice::Member {
                name,
                adapter,
                launch,
                model,
                found_in,
            } => {
                let name = free_name(name, &mut taken);
                let mut entry = Entry::new("member", &name, adapter.word(), found_in);
                entry.launch(launch);
                if let Some(model) = model {
                    entry.line("model", &quoted(model));
                }
                if let Some(warning) = adapter.warning() {
                    entry.text.push_str(&comment(warning));
                }
                match adapter {
                    Adapter::Generic => entry.line("generic", "{ tool = \"ask\" }"),
                    Adapter::Gemini => {
                        entry.text.push_str(&comment(READ_ONLY));
                        entry.line("read_only", "true");
                    }
                    Adapter::CodexMcpServer
                    | Adapter::Codex
                    | Adapter::Claude
                    | Adapter::Pal
                    | Adapter::Openai
                    | Adapter::Rehearsal
                    | Adapter::GeminiAcp
                    | Adapter::ClaudeAcp
                    | Adapter::CodexAcp
                    | Adapter::Opencode
                    | Adapter::Acp => {}
                }
                text.push_str(&entry.text);
            }
            Choice::Server {
                name,
                adapter,
                launch,
                found_in,
            } => {
                let name = free_name(name, &mut taken);
                let mut entry = Entry::new("server", &name, adapter.word(), found_in);
                entry.launch(launch);
                text.push_str(&entry.text);
            }
            Choice::Serena => {}
            Choice::Mention(what) => mentions.push(what),
            Choice::Claude(what) => {
                mentions.push(what);
                claude = CLAUDE_TOOLS;
            }
        }
    }
    if taken.is_empty() {
        text.push_str(NO_MEMBERS);
    }
    if !mentions.is_empty() {
        text.push_str("\n# Found, and no member by itself:\n");
        for mention in mentions {
            text.push_str(&comment(mention));
        }
    }
    text.push_str(TAIL);
    text.push_str(claude);
    text
}

fn head(hub: Hub) -> String {
    format!(
        "\
# Synod's configuration for this project. `synod config --effective` shows every value in force
# and where it came from. Unknown keys are errors, so a typing error cannot hide.

[room]
hub = {}  # \"serena\" or \"builtin\": where the room's documents live
# budget = {{ tokens = 2_000_000, usd = 20.0, per = \"day\" }}  # hard stops; per hour, day or room
",
        quoted(hub.word())
    )
}

const NO_MEMBERS: &str = "
# No member yet: the room opens with rehearsal members. A model on this machine is added like this:
# [[member]]
# name = \"local\"
# adapter = \"openai\"
# url = \"http://127.0.0.1:11434/v1\"
# model = \"qwen2.5-coder\"
# api = \"chat\"  # or \"responses\": which API the endpoint is asked by
";

const TAIL: &str = "
# What a member may also say:
#   family = \"openai\"                       # members of one family do not judge each other
#   strengths = { code = 0.9, review = 0.8 } # 0 to 1, by kind of task
#   api = \"responses\"                      # with adapter = \"openai\"; \"chat\" where it is absent
#   parallel = 2                             # calls at the same time
#   timeout = { idle = \"90s\", total = \"30m\" }
#   sampling = \"ask\"                       # when its server wants a model: a member, ask or refuse
#   cost = { input_per_mtok = 1.25, output_per_mtok = 10.0 }  # US dollars, for the budget
#   env = { OPENAI_API_KEY = { from = \"env\" } }  # by reference, never the key itself
#   gemini = { change_mode = true }          # adapter \"gemini\": code tasks are answered by edits

# [kind.sql]  # a kind of task of your own, typed as #sql
# means = \"queries and schemas\"
# words = [\"select\", \"join\", \"index\", \"schema\"]  # that hint at it
# like = \"code\"                            # as what it counts where nothing is known of it

# [[server]]  # /think has each thought recorded by it; without one Synod alone keeps them
# name = \"thinking\"
# adapter = \"sequential-thinking\"
# command = [\"npx\", \"-y\", \"@modelcontextprotocol/server-sequential-thinking\"]

# [[tools]]  # lent to members with adapter = \"openai\"; Serena's reading tools, from the hub itself
# name = \"serena\"
# server = \"hub\"
# kinds = [\"analysis\", \"review\"]

# [conflict]
# ladder = [\"vote\", \"consensus\", \"expert\", \"operator\"]
# rule = { default = \"schulze\", factual = \"majority\" }
# quorum = \"2 of 3\"
# jury = \"room\"                            # who votes: the council, or all members of the room
# rounds = 2                               # of consensus, at most
# patience = \"5m\"                          # for a vote, a round or the expert
# operator = \"1h\"                          # how long you are waited for; \"never\" stops waiting
# fallback = { default = \"fail\", creative = \"best-record\" }  # also status-quo, ask-later
# expert = \"codex\"                         # else the member with the best record

# [[policy]]  # what is answered without asking you: allow, ask, deny or block
# member = \"codex\"
# kind = \"exec\"
# prefix = [\"cargo\", \"test\"]
# action = \"allow\"
";

/// What follows where `claude` was found.
const CLAUDE_TOOLS: &str = "
# [[tools]]  # Claude's tools and not its model: each command and change waits for your yes
# name = \"claude-tools\"
# command = [\"claude\", \"mcp\", \"serve\"]
# allow = [\"Read\", \"Bash\", \"Edit\", \"Write\"]
# reads = [\"Read\"]  # runs without asking, on every file that you can read
# kinds = [\"code\"]
";

/// One table of an array, line by line.
struct Entry {
    text: String,
}

impl Entry {
    fn new(kind: &str, name: &Name, adapter: &str, found_in: &str) -> Self {
        let mut entry = Self {
            text: format!("\n{}[[{kind}]]\n", comment(&format!("found in {found_in}"))),
        };
        entry.line("name", &quoted(name.as_str()));
        entry.line("adapter", &quoted(adapter));
        entry
    }

    fn line(&mut self, key: &str, value: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{key} = {value}");
    }

    fn launch(&mut self, launch: &Launch) {
        let Launch {
            command,
            env,
            cwd,
            url,
            bearer,
        } = launch;
        if !command.is_empty() {
            self.line("command", &quoted_list(command.iter().map(String::as_str)));
        }
        if let Some(url) = url {
            self.line("url", &quoted(url));
        }
        if let Some(cwd) = cwd {
            self.line("cwd", &quoted(&cwd.to_string_lossy()));
        }
        if let Some(bearer) = bearer {
            let value = match bearer {
                Reference::Plain(_) => "{ from = \"env\", name = \"SET_ME\" }".to_owned(),
                Reference::Env { .. } | Reference::File { .. } => reference(bearer, None),
            };
            if matches!(bearer, Reference::Plain(_)) {
                self.text.push_str(NOT_COPIED);
            }
            self.line("bearer", &value);
        }
        if env.is_empty() {
            return;
        }
        if env.iter().any(|(name, value)| hides(name, value)) {
            self.text.push_str(NOT_COPIED);
        }
        let pairs: Vec<String> = env
            .iter()
            .map(|(name, value)| format!("{name} = {}", reference(value, Some(name))))
            .collect();
        self.line("env", &format!("{{ {} }}", pairs.join(", ")));
    }
}

const READ_ONLY: &str = "it looks and changes nothing, so it may sit in councils; without this line it \
                         acts by your own Gemini settings, and works alone";

const NOT_COPIED: &str =
    "# A key stood there in plain text. It was not copied: set the variable named here instead.\n";

/// A value as TOML. Plain values that may be secrets become references to a variable, because
/// this file is likely to be shared.
fn reference(value: &Reference, variable: Option<&str>) -> String {
    match value {
        Reference::Plain(_) if variable.is_none_or(|name| hides(name, value)) => {
            "{ from = \"env\" }".to_owned()
        }
        Reference::Plain(text) => quoted(text.reveal()),
        Reference::Env { name, optional } => {
            let name = match variable {
                Some(variable) if variable == name => String::new(),
                Some(_) | None => format!(", name = {}", quoted(name)),
            };
            format!("{{ from = \"env\"{name}{} }}", optional_text(*optional))
        }
        Reference::File { path, optional } => {
            let path = quoted(&path.to_string_lossy());
            format!(
                "{{ from = \"file\", path = {path}{} }}",
                optional_text(*optional)
            )
        }
    }
}

fn optional_text(optional: bool) -> &'static str {
    if optional { ", optional = true" } else { "" }
}

/// Whether a plain value may be a secret: by its name, by its length, by the looks of a URL with a
/// password.
fn hides(name: &str, value: &Reference) -> bool {
    const TELLING: [&str; 7] = ["KEY", "TOKEN", "SECRET", "PASS", "AUTH", "CRED", "PRIVATE"];
    const LONG: usize = 32;
    let Reference::Plain(text) = value else {
        return false;
    };
    let name = name.to_ascii_uppercase();
    let one_long_word = text.reveal().len() >= LONG && !text.reveal().contains(['/', ' ', ',']);
    TELLING.iter().any(|part| name.contains(part)) || one_long_word || text.reveal().contains('@')
}

/// Text as comment lines; nothing in it can end the comment.
fn comment(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("# {shown}\n")
}

/// `codex`, then `codex-2`, `codex-3` …
fn free_name(wanted: &Name, taken: &mut Vec<Name>) -> Name {
    const LONGEST_STEM: usize = 26;
    let stem: String = wanted.as_str().chars().take(LONGEST_STEM).collect();
    let mut name = wanted.clone();
    for number in 2..u16::MAX {
        if !taken.contains(&name) {
            break;
        }
        if let Some(next) = Name::new(&format!("{stem}-{number}")) {
            name = next;
        }
    }
    taken.push(name.clone());
    name
}

#[cfg(test)]
mod tests;
