//! From the configuration to the tool servers that are lent to members.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Weak;

use crate::cli::room::kinds;
use crate::cli::{Place, confirm};
use crate::config::{Layer, Loaded, Name, Owner, Reach, ResolvedServer, Tools, ToolsFrom, Trust};
use crate::core::{HubKind, Kinds, MemberName};
use crate::mcp::{Limits, ServerSpec, Supervisor, Transport};
use crate::members::{ToolHome, ToolServer};

/// The hub that a room keeps.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) server: Weak<Supervisor>,
    pub(super) kind: HubKind,
}

/// The tools of the hub that its server must have besides the memory tools.
pub(in crate::cli) fn of_hub(place: &Place, loaded: &Loaded, trust: &Trust) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for tools in confirmed(place, loaded, trust) {
        if tools.from == ToolsFrom::Hub {
            all.extend(tools.allow.iter().cloned());
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The entries that may be used: those of the project's file only once they were confirmed.
pub(in crate::cli) fn confirmed<'a>(
    place: &Place,
    loaded: &'a Loaded,
    trust: &Trust,
) -> Vec<&'a Tools> {
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    let is_waiting = |tools: &Tools| {
        let owner = Owner::Tools(tools.name.clone());
        tools.origin.layer == Layer::Project && unconfirmed.iter().any(|item| item.owner == owner)
    };
    let all = loaded.config.tools.iter();
    all.filter(|tools| !is_waiting(tools)).collect()
}

/// Whether what is lent to a member may change something. What a server says of its tools is not
/// known before it runs, so only the operator's word counts here.
pub(super) fn lets_act(lent: &[&Tools], member: &Name) -> bool {
    lent.iter().any(|tools| {
        let fits = tools.members.as_ref();
        let fits = fits.is_none_or(|names| names.contains(member));
        let acts = tools.allow.iter().any(|tool| !tools.reads.contains(tool));
        fits && acts && tools.from != ToolsFrom::Hub
    })
}

/// All tool servers; those that cannot be used say why.
pub(super) fn servers(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    hub: &Kept,
) -> Vec<ToolServer> {
    let usable = confirmed(place, loaded, trust);
    let known = kinds::kinds(loaded);
    let all = loaded.config.tools.iter();
    let all = all.map(|tools| {
        let home = if usable.contains(&tools) {
            home(place, tools, hub)
        } else {
            ToolHome::Absent(unconfirmed(&tools.name))
        };
        server(place, tools, &known, home)
    });
    all.collect()
}

/// What is said of an entry that waits for a yes.
pub(in crate::cli) fn unconfirmed(name: &Name) -> String {
    format!("you have not confirmed what `{name}` lends: run `synod init`")
}

/// Why the built-in memory has no tools to lend, and what to do.
pub(in crate::cli) fn no_serena(name: &Name) -> String {
    format!(
        "`{name}` is lent from Serena, and the shared memory of this room is the built-in one; \
         install Serena (`uv tool install serena-agent`), write hub = \"serena\" under [room], and \
         run `synod init`"
    )
}

/// How a tool server of its own is reached.
pub(in crate::cli) fn spec(tools: &Tools, resolved: ResolvedServer) -> ServerSpec {
    let ResolvedServer { reach, env, cwd } = resolved;
    let transport = match reach {
        Reach::Process { command } => Transport::Stdio { command, env, cwd },
        Reach::Http { url, bearer } => Transport::Http { url, bearer },
        // Only members can be built in.
        Reach::BuiltIn { url, .. } => Transport::Http {
            url: url.unwrap_or_default(),
            bearer: None,
        },
    };
    ServerSpec {
        name: tools.name.to_string(),
        transport,
        limits: limits(tools),
    }
}

fn limits(tools: &Tools) -> Limits {
    Limits {
        idle: tools.timeout.idle,
        total: tools.timeout.total,
    }
}

fn home(place: &Place, tools: &Tools, hub: &Kept) -> ToolHome {
    match tools.resolve(&place.env, &place.project.root) {
        Ok(Some(resolved)) => ToolHome::Own(spec(tools, resolved)),
        Ok(None) => match hub.kind {
            HubKind::Serena => ToolHome::Hub(Weak::clone(&hub.server)),
            HubKind::Builtin => ToolHome::Absent(no_serena(&tools.name)),
        },
        Err(error) => ToolHome::Absent(error.to_string()),
    }
}

fn server(place: &Place, tools: &Tools, known: &Kinds, home: ToolHome) -> ToolServer {
    let root = &place.project.root;
    let folder = tools.launch().and_then(|launch| launch.cwd.as_ref());
    let folder = folder.map_or_else(|| root.clone(), |cwd| root.join(cwd));
    let reads = match tools.from {
        ToolsFrom::Hub => &tools.allow,
        ToolsFrom::Own(_) => &tools.reads,
    };
    let kinds = tools.kinds.iter();
    let members = tools.members.as_ref();
    ToolServer {
        name: tools.name.to_string(),
        home,
        allow: tools.allow.clone(),
        reads: reads.iter().cloned().collect(),
        kinds: kinds.filter_map(|kind| known.read(kind).ok()).collect(),
        members: members.map(|names| {
            let names = names.iter();
            let names = names.filter_map(|name| MemberName::new(name.as_str()).ok());
            names.collect::<BTreeSet<_>>()
        }),
        // Rules tell paths without links.
        folder: folder.canonicalize().unwrap_or(folder),
        limits: limits(tools),
        remarks: remarks(place, tools),
    }
}

/// What Serena does not say itself: its tools for symbols then answer with nothing.
fn remarks(place: &Place, tools: &Tools) -> BTreeMap<String, String> {
    const NO_LANGUAGE: &str = "(Symbols are not found here: .serena/project.yml names no language \
                               server. Search for text instead.)";
    let mut remarks = BTreeMap::new();
    if tools.from == ToolsFrom::Hub && has_no_language(&place.project.root) {
        let blind = tools.allow.iter().filter(|tool| is_of_symbols(tool));
        remarks.extend(blind.map(|tool| (tool.clone(), NO_LANGUAGE.to_owned())));
    }
    remarks
}

/// Whether some of these tools say nothing while Serena has no language server for the project.
pub(in crate::cli) fn needs_languages(tools: &Tools) -> bool {
    tools.from == ToolsFrom::Hub && tools.allow.iter().any(|tool| is_of_symbols(tool))
}

fn is_of_symbols(tool: &str) -> bool {
    const LOOK_AT_TEXT: [&str; 4] = ["search_for_pattern", "list_dir", "find_file", "read_file"];
    !LOOK_AT_TEXT.contains(&tool)
}

/// Whether the project names no language server, as where the room itself writes the file.
pub(in crate::cli) fn has_no_language(root: &Path) -> bool {
    const NONE: &str = "language_servers: []";
    let settings = std::fs::read_to_string(root.join(".serena/project.yml"));
    settings.map_or(true, |text| text.lines().any(|line| line.trim() == NONE))
}

#[cfg(test)]
mod tests {
    use super::has_no_language;

    #[test]
    fn a_project_without_language_servers_is_known_by_its_file() {
        let dir = tempfile::tempdir().unwrap();
        assert!(has_no_language(dir.path()));
        std::fs::create_dir(dir.path().join(".serena")).unwrap();
        let file = dir.path().join(".serena/project.yml");
        for (text, none) in [
            ("language_servers: []\n", true),
            ("language_servers: [rust]\n", false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(has_no_language(dir.path()), none);
        }
    }
}
