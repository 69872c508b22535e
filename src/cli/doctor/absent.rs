//! Who is configured and cannot be started as written, and what of that is mended without a start.

use std::path::PathBuf;

use crate::cli::Place;
use crate::cli::doctor::drives::{GEMINI_BACKEND, Surroundings, lacks_backend};
use crate::cli::doctor::fix::Remedy;
use crate::cli::doctor::known::{by_package, install_of};
use crate::cli::doctor::package;
use crate::config::{
    Launch, Loaded, Name, Origin, Owner, Place as Written, Reach, ResolveError, ResolvedServer,
};
use crate::core::{Aspect, Check};

/// One finding from the sentence that says why somebody is left out.
pub(super) fn told(why: &str, safe: bool) -> Check {
    const BY_HAND: &str = "correct its entry in the configuration";
    const CONFIRM: &str = ": run `synod init`";
    if let Some(detail) = why.strip_suffix(CONFIRM) {
        return Check::failed(Aspect::Found, detail, "run `synod init` and confirm it");
    }
    let (detail, advice) = why.split_once("; ").unwrap_or((why, BY_HAND));
    if safe {
        let advice = "make that folder, or correct `cwd`";
        return Check::failed(Aspect::Found, detail, advice).safe();
    }
    let advice = match missing_program(why).and_then(install_of) {
        Some(install) => format!("{install}, or put its full path into `command`"),
        None => advice.to_owned(),
    };
    Check::failed(Aspect::Found, detail, advice)
}

/// The program that somebody needs and that is not there.
fn missing_program(why: &str) -> Option<&str> {
    let (_, rest) = why.split_once("needs the program `")?;
    Some(rest.split_once('`')?.0)
}

/// What the configuration of members and servers needs and can be given without asking.
pub(super) fn remedies(place: &Place, loaded: &Loaded) -> Vec<(Owner, Remedy)> {
    let root = &place.project.root;
    let members = loaded.config.members.iter().map(|member| Entry {
        owner: Owner::Member(member.name.clone()),
        table: "member",
        name: &member.name,
        origin: &member.origin,
        launch: &member.launch,
        resolved: member.resolve(&place.env, root),
    });
    let servers = loaded.config.servers.iter().map(|server| Entry {
        owner: Owner::Server(server.name.clone()),
        table: "server",
        name: &server.name,
        origin: &server.origin,
        launch: &server.launch,
        resolved: server.resolve(&place.env, root),
    });
    members
        .chain(servers)
        .filter_map(|entry| {
            let remedy = entry.folder(place).or_else(|| entry.backend())?;
            Some((entry.owner, remedy))
        })
        .collect()
}

/// A member or a server as it is written, and what came of it.
struct Entry<'a> {
    owner: Owner,
    table: &'static str,
    name: &'a Name,
    origin: &'a Origin,
    launch: &'a Launch,
    resolved: Result<ResolvedServer, ResolveError>,
}

impl Entry<'_> {
    /// A working folder inside the project that is not there.
    fn folder(&self, place: &Place) -> Option<Remedy> {
        let Err(ResolveError::NoFolder { cwd, .. }) = &self.resolved else {
            return None;
        };
        self.launch.cwd.as_ref()?;
        let plain = !cwd.components().any(|part| part.as_os_str() == "..");
        let inside = plain && cwd.starts_with(&place.project.root);
        (inside && !cwd.exists()).then(|| Remedy::MakeFolder { path: cwd.clone() })
    }

    /// A `gemini-mcp-tool` that nobody told to drive the Gemini CLI.
    fn backend(&self) -> Option<Remedy> {
        let resolved = self.resolved.as_ref().ok()?;
        let Reach::Process { command } = &resolved.reach else {
            return None;
        };
        let known = by_package(&package::of(command)?.name)?;
        let around = Surroundings {
            env: &resolved.env,
            cwd: &resolved.cwd,
        };
        let Written::File { path, .. } = &self.origin.place else {
            return None;
        };
        lacks_backend(known, around).then(|| Remedy::SetVariable {
            file: PathBuf::from(&**path),
            table: self.table,
            owner: self.name.clone(),
            variable: GEMINI_BACKEND,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_reason_becomes_a_finding_with_its_fix() {
        let check = told(
            "you have not confirmed how `a` is started: run `synod init`",
            false,
        );
        assert_eq!(check.detail, "you have not confirmed how `a` is started");
        assert_eq!(check.fix.unwrap().advice, "run `synod init` and confirm it");
        let check = told(
            "`a` needs the program `codex`, which is not on PATH; install it, or put its full path into `command`",
            false,
        );
        assert_eq!(
            check.detail,
            "`a` needs the program `codex`, which is not on PATH"
        );
        assert!(
            check
                .fix
                .unwrap()
                .advice
                .starts_with("`npm install -g @openai/codex@0.153.4`, or put")
        );
        let check = told(
            "`a` needs the program `my-own`, which is not there; install it",
            false,
        );
        assert_eq!(check.fix.unwrap().advice, "install it");
        let check = told("`a` is to work in /p/x, which is not a folder", true);
        assert!(check.fix.unwrap().safe);
    }
}
