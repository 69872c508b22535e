//! `servers` of a `[[member]]`: which `[[server]]` entries an agent is handed, and whether the room's own server.
//!
//! That the hub is never handed over is decided here, so that a file that asks for it is an error with its
//! place, and not a server that is quietly missing.

use super::adapter::Adapter;
use super::item::{Item, one_of};
use super::layers::Config;
use super::member::Member;
use super::problem::{Fault, Problem};
use super::server::Server;
use super::value::Name;

/// How many servers one member is handed at most.
const MOST: usize = 16;
/// The name by which an agent is handed the room's own server, where no `[[server]]` has it.
pub const ROOM: &str = "room";
/// The program by which Serena is started, and its package.
const SERENA: [&str; 2] = ["serena", "serena-agent"];

/// Reads the list.
pub(super) fn names(item: Item<'_>, adapter: Option<Adapter>) -> Result<Vec<Name>, Problem> {
    if adapter.is_some_and(|adapter| !adapter.is_agent()) {
        return Err(item.bad(
            "left out: only agents (\"gemini-acp\", \"claude-acp\", \"codex-acp\", \"opencode\", \"acp\") \
             are handed servers; [[tools]] lends to adapter = \"openai\"",
        ));
    }
    let allowed = format!("a list of at most {MOST} names of [[server]] entries, each once");
    let items = item.list(&allowed)?;
    let mut names: Vec<Name> = Vec::new();
    for item in items {
        let name = item.name()?;
        if names.contains(&name) || names.len() == MOST {
            return Err(item.bad(allowed));
        }
        names.push(name);
    }
    Ok(names)
}

/// Names that are no server's, and servers that are not handed over.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let named = config.members.iter().flat_map(|member| {
        let names = member.servers.iter();
        names.map(move |name| (member, name))
    });
    named
        .filter_map(|(member, name)| {
            let servers = &config.servers;
            match servers.iter().find(|server| server.name == *name) {
                None if name.as_str() == ROOM => None,
                None => Some(unknown(member, name, servers)),
                Some(server) if is_hub(server, config) => Some(bad(
                    member,
                    name,
                    "left out: it is Serena, and two Serena processes on one project lose what they write; \
                     the room's own one keeps the shared memory"
                        .to_owned(),
                )),
                Some(_) => None,
            }
        })
        .collect()
}

fn unknown(member: &Member, name: &Name, servers: &[Server]) -> Problem {
    let mut known: Vec<&str> = servers.iter().map(|it| it.name.as_str()).collect();
    if !known.contains(&ROOM) {
        known.push(ROOM);
    }
    bad(
        member,
        name,
        format!("the name of a [[server]]: {}", one_of(&known)),
    )
}

fn bad(member: &Member, name: &Name, allowed: String) -> Problem {
    let fault = Fault::BadValue {
        key: "servers".to_owned(),
        found: format!("\"{name}\""),
        allowed,
    };
    Problem::new(member.origin.place.clone(), fault)
}

/// Whether a server is the hub's: by its command, or because a word of it starts Serena. One that is only
/// seen by its tools is ended when an agent asks for them.
fn is_hub(server: &Server, config: &Config) -> bool {
    let command = &server.launch.command;
    let is_serena = |word: &String| {
        let last = word.rsplit('/').next().unwrap_or(word);
        let last = last.split(['@', '=']).next().unwrap_or(last);
        SERENA.contains(&last)
    };
    !command.is_empty()
        && (config.room.hub_command.as_ref() == Some(command) || command.iter().any(is_serena))
}

#[cfg(test)]
pub(super) mod tests {
    use pretty_assertions::assert_eq;

    use crate::config::{EnvSource, Name, Overrides, load};

    /// Loads a project's file; what is wrong in words.
    pub(in crate::config) fn told(toml: &str) -> Result<crate::config::Loaded, String> {
        let project = tempfile::tempdir().unwrap();
        std::fs::write(project.path().join("synod.toml"), toml).unwrap();
        let env = EnvSource::of_pairs([("PATH", "/bin")]);
        load(&env, project.path(), &Overrides::default()).map_err(|error| error.to_string())
    }

    fn agent(adapter: &str, servers: &str) -> String {
        format!(
            "[[member]]\nname = \"a\"\nadapter = \"{adapter}\"\ncommand = [\"a\"]\nservers = {servers}\n\
             [[server]]\nname = \"files\"\ncommand = [\"f\"]\nreads = true\n"
        )
    }

    #[test]
    fn an_agent_is_handed_servers_by_their_names() {
        let config = told(&agent("gemini-acp", "[\"files\"]")).unwrap().config;
        let names = config.members[0].servers.iter();
        let names: Vec<&str> = names.map(Name::as_str).collect();
        assert_eq!(names, ["files"]);
        assert!(config.servers[0].reads);
        assert_eq!(
            told(&agent("acp", "[]")).unwrap().config.members[0].servers,
            []
        );
    }

    #[test]
    fn what_cannot_be_handed_over_is_told_with_its_reason() {
        for (text, why) in [
            (
                agent("gemini-acp", "[\"filse\"]"),
                "the name of a [[server]]: \"files\"",
            ),
            (agent("gemini-acp", "[\"files\", \"files\"]"), "each once"),
            (agent("gemini-acp", "\"files\""), "a list"),
            (agent("gemini-acp", "[\"a\"]"), "the name of a [[server]]"),
            (agent("codex", "[\"files\"]"), "only agents"),
            (
                agent("acp", "[\"files\"]").replace("\"f\"", "\"uvx\", \"serena-agent@latest\""),
                "two Serena processes",
            ),
            (
                agent("acp", "[\"files\"]")
                    .replace("\"f\"", "\"/opt/bin/serena\", \"start-mcp-server\""),
                "two Serena processes",
            ),
            (
                format!(
                    "{}[room]\nhub_command = [\"f\"]\n",
                    agent("acp", "[\"files\"]")
                ),
                "two Serena processes",
            ),
        ] {
            let error = told(&text).unwrap_err();
            assert!(
                error.contains(why) && error.contains("servers"),
                "{text}: {error}"
            );
        }
        let many: Vec<String> = (0..=super::MOST).map(|n| format!("\"s{n}\"")).collect();
        let error = told(&agent("acp", &format!("[{}]", many.join(", ")))).unwrap_err();
        assert!(error.contains("at most 16"), "{error}");
    }
}
