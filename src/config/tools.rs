//! `[[tools]]`: servers whose tools are lent to members, and what is lent of them.
//!
//! What of Serena is never lent is decided here, so that a file that asks for it is an error with
//! its place, and not a tool that is quietly missing.

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::{Item, one_of};
use super::kind::kind;
use super::launch::{Launch, Timeout};
use super::member::required;
use super::place::Origin;
use super::problem::{Problem, nearest};
use super::read::Table;
use super::value::Name;

/// The tools of the hub that are lent when nothing else is said: they look at the project's files.
pub const HUB_DEFAULT: [&str; 7] = [
    "get_symbols_overview",
    "find_symbol",
    "find_referencing_symbols",
    "search_for_pattern",
    "list_dir",
    "find_file",
    "read_file",
];

/// Further tools of the hub that may be lent.
const HUB_MORE: [&str; 3] = [
    "find_implementations",
    "find_declaration",
    "get_diagnostics_for_file",
];

/// Tools of Serena that are never lent from the hub, with the reason.
const HUB_NEVER: [(&[&str], &str); 4] = [
    (
        &[
            "write_memory",
            "read_memory",
            "list_memories",
            "delete_memory",
            "rename_memory",
            "edit_memory",
        ],
        "the hub's memories are the room's documents, and only the room's own gateway touches them",
    ),
    (
        &[
            "create_text_file",
            "replace_content",
            "replace_in_files",
            "replace_symbol_body",
            "insert_after_symbol",
            "insert_before_symbol",
            "rename_symbol",
            "safe_delete_symbol",
        ],
        "it changes files, and the hub's process only looks at them",
    ),
    (
        &["execute_shell_command", "serena_repl"],
        "it runs commands in the process that holds the room's documents",
    ),
    (
        &[
            "activate_project",
            "get_current_config",
            "onboarding",
            "initial_instructions",
        ],
        "it is about Serena itself, whose project is the room's",
    ),
];

/// Where the tools are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolsFrom {
    /// In the room's own hub: the process and the connection that keep the documents.
    Hub,
    /// In a server of their own.
    Own(Launch),
}

/// One `[[tools]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// What the server is called in the room.
    pub name: Name,
    /// Where it is.
    pub from: ToolsFrom,
    /// The tools that are lent, by the server's exact names.
    pub allow: Vec<String>,
    /// Those of them that only read, by the operator's word; a server may say it of more.
    pub reads: Vec<String>,
    /// The kinds of tasks for which they are offered.
    pub kinds: Vec<String>,
    /// To whom; absent: to every member that can use tools.
    pub members: Option<Vec<Name>>,
    /// How patient the room is with one call.
    pub timeout: Timeout,
    /// Where it was written.
    pub origin: Origin,
}

impl Tools {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let origin = table.origin();
        let name = required(
            table,
            "name",
            "what the tool server is called in the room",
            Item::name,
        );
        let server = table.take("server");
        let launch = Launch::read(table);
        let from = match server {
            None if launch.command.is_empty() && launch.url.is_none() => {
                table.missing(
                    "command",
                    "the program to start, `url` for a server that is running, or \
                     `server = \"hub\"` for the room's own Serena",
                );
                None
            }
            None => Some(ToolsFrom::Own(launch)),
            Some(item) => table.keep(hub(item, &launch)),
        };
        let is_hub = matches!(from, Some(ToolsFrom::Hub));
        let allow = match (table.take("allow"), &from) {
            (Some(item), _) => table.keep(allow(item, is_hub)),
            (None, Some(ToolsFrom::Hub)) => Some(HUB_DEFAULT.map(str::to_owned).to_vec()),
            (None, Some(ToolsFrom::Own(_))) => {
                table.missing("allow", "the names of the tools that members may call");
                None
            }
            (None, None) => None,
        };
        let allowed = allow.clone().unwrap_or_default();
        let reads = table.get("reads", |item| reads(item, is_hub, &allowed));
        let own = table.kinds().to_vec();
        let kinds = table.get("kinds", |item| kinds(item, &own));
        let members = table.get("members", |item| {
            let names = item.list("a list of names of members")?;
            names.into_iter().map(Item::name).collect()
        });
        let timeout = Timeout::read(table, Timeout::of_tools());
        Some(Self {
            name: name?,
            from: from?,
            allow: allow?,
            reads: reads.unwrap_or_default(),
            kinds: kinds.unwrap_or_else(|| vec!["analysis".to_owned()]),
            members,
            timeout,
            origin,
        })
    }

    /// How it is started, where it has a process of its own.
    #[must_use]
    pub fn launch(&self) -> Option<&Launch> {
        match &self.from {
            ToolsFrom::Hub => None,
            ToolsFrom::Own(launch) => Some(launch),
        }
    }

    pub(super) fn values(&self) -> Values {
        let owner = format!("tools.{}", self.name);
        let path = |key: &str| format!("{owner}.{key}");
        let list = |words: &[String]| quoted_list(words.iter().map(String::as_str));
        let mut rows = match &self.from {
            ToolsFrom::Hub => vec![(path("server"), quoted("hub"))],
            ToolsFrom::Own(launch) => launch.values(&owner),
        };
        rows.push((path("allow"), list(&self.allow)));
        rows.push((path("reads"), list(&self.reads)));
        rows.push((path("kinds"), list(&self.kinds)));
        let members = self.members.as_ref();
        let members = members.map(|names| quoted_list(names.iter().map(Name::as_str)));
        rows.push((path("members"), or_none(members, "every member")));
        rows.extend(self.timeout.values(&owner));
        rows
    }
}

fn hub(item: Item<'_>, launch: &Launch) -> Result<ToolsFrom, Problem> {
    if item.as_str() != Some("hub") {
        return Err(item.bad("\"hub\", or left out beside a `command` or a `url`"));
    }
    if *launch != Launch::default() {
        return Err(item.bad(
            "left out beside `command`, `url`, `env`, `cwd` or `bearer`: the hub is started once, by \
             [room]",
        ));
    }
    Ok(ToolsFrom::Hub)
}

fn allow(item: Item<'_>, is_hub: bool) -> Result<Vec<String>, Problem> {
    const ALLOWED: &str = "a list of names of tools, not empty";
    let items = item.list(ALLOWED)?;
    if items.is_empty() {
        return Err(item.bad(ALLOWED));
    }
    let names = items.into_iter().map(|item| {
        let name = item.text()?;
        if is_hub {
            lendable(&item, &name)?;
        }
        Ok(name)
    });
    names.collect()
}

/// Whether a tool of the hub may be lent; the problem says why not.
fn lendable(item: &Item<'_>, name: &str) -> Result<(), Problem> {
    let may: Vec<&str> = HUB_DEFAULT.into_iter().chain(HUB_MORE).collect();
    if may.contains(&name) {
        return Ok(());
    }
    let never = HUB_NEVER.iter().find(|(names, _)| names.contains(&name));
    if let Some((_, why)) = never {
        return Err(item.bad(format!("left out: {why}")));
    }
    let mut allowed = format!("a tool of Serena that only looks: {}", one_of(&may));
    if let Some(near) = nearest(name, &may) {
        allowed = format!("{allowed}; did you mean \"{near}\"?");
    }
    Err(item.bad(allowed))
}

fn reads(item: Item<'_>, is_hub: bool, allowed: &[String]) -> Result<Vec<String>, Problem> {
    if is_hub {
        return Err(item.bad("left out: all that the hub lends only reads"));
    }
    let names = item.list("a list of names of tools")?;
    let names = names.into_iter().map(|item| {
        let name = item.text()?;
        if allowed.contains(&name) {
            return Ok(name);
        }
        let among: Vec<&str> = allowed.iter().map(String::as_str).collect();
        Err(item.bad(format!("one of those in `allow`: {}", one_of(&among))))
    });
    names.collect()
}

fn kinds(item: Item<'_>, own: &[String]) -> Result<Vec<String>, Problem> {
    let items = item.list("a list of kinds of tasks, such as [\"analysis\", \"review\"]")?;
    items.into_iter().map(|item| kind(item, own)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;

    use super::{HUB_DEFAULT, HUB_MORE, HUB_NEVER, Tools, ToolsFrom};
    use crate::config::place::{Layer, SourceFile};
    use crate::config::read::{Notes, Table, parse};

    fn read(text: &str) -> (Vec<Tools>, String) {
        let file = SourceFile::new(Layer::Project, PathBuf::from("synod.toml"), text.to_owned());
        let mut notes = Notes::default();
        let parsed = parse(&file, &mut notes.problems).unwrap();
        let mut top = Table::of_file(parsed.get_ref(), &file, &mut notes);
        let tools = top.tables("tools", Tools::read);
        top.finish();
        let told: Vec<String> = notes.problems.iter().map(ToString::to_string).collect();
        (tools, told.join("\n"))
    }

    #[test]
    fn the_hub_lends_what_looks_and_only_for_analysis_unless_told_otherwise() {
        let (tools, told) = read("[[tools]]\nname = \"serena\"\nserver = \"hub\"\n");
        assert_eq!(told, "");
        assert_eq!(tools[0].from, ToolsFrom::Hub);
        assert_eq!(tools[0].allow, HUB_DEFAULT);
        assert_eq!(tools[0].kinds, ["analysis"]);
        assert_eq!(tools[0].members, None);
    }

    #[test]
    fn what_the_hub_never_lends_is_an_error_with_its_place_and_reason() {
        for (names, why) in HUB_NEVER {
            for name in names {
                let (tools, told) = read(&format!(
                    "[[tools]]\nname = \"serena\"\nserver = \"hub\"\nallow = [\"find_symbol\",\n  \"{name}\"]\n"
                ));
                assert_eq!(tools, []);
                assert!(told.starts_with("synod.toml:5:3: "), "{told}");
                assert!(told.contains(name) && told.contains(why), "{told}");
                assert!(!HUB_DEFAULT.contains(name) && !HUB_MORE.contains(name));
            }
        }
    }

    #[test]
    fn a_strange_tool_of_the_hub_is_told_the_nearest() {
        let (_, told) =
            read("[[tools]]\nname = \"s\"\nserver = \"hub\"\nallow = [\"find_symbols\"]\n");
        assert!(told.contains("did you mean \"find_symbol\"?"), "{told}");
    }

    #[test]
    fn a_server_of_its_own_says_what_it_lends() {
        let text = "[[tools]]\nname = \"claude\"\ncommand = [\"claude\", \"mcp\", \"serve\"]\n\
                    allow = [\"Bash\", \"Read\"]\nreads = [\"Read\"]\nkinds = [\"code\"]\n\
                    members = [\"gpt\"]\ntimeout = { idle = \"10s\" }\n";
        let (tools, told) = read(text);
        assert_eq!(told, "");
        assert_eq!(
            tools[0].launch().unwrap().command,
            ["claude", "mcp", "serve"]
        );
        assert_eq!((tools[0].reads.len(), tools[0].kinds.len()), (1, 1));
        let told_of = |text: &str| read(text).1;
        let none = told_of("[[tools]]\nname = \"x\"\ncommand = [\"x\"]\n");
        assert!(none.contains("[[tools]] needs `allow`"), "{none}");
        let nowhere = told_of("[[tools]]\nname = \"x\"\nallow = [\"a\"]\n");
        assert!(nowhere.contains("server = \"hub\""), "{nowhere}");
        let both = told_of("[[tools]]\nname = \"x\"\nserver = \"hub\"\ncommand = [\"x\"]\n");
        assert!(both.contains("started once"), "{both}");
        let other = told_of(&text.replace("reads = [\"Read\"]", "reads = [\"Write\"]"));
        assert!(other.contains("one of those in `allow`"), "{other}");
        let kind = told_of(&text.replace("\"code\"", "\"coding\""));
        assert!(kind.contains("did you mean \"code\"?") || kind.contains("\"code\""));
        let key = told_of(&text.replace("kinds", "kind"));
        assert!(key.contains("did you mean `kinds`?"), "{key}");
    }
}
