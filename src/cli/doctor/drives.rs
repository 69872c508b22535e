//! The program that a server drives: is it on the server's own PATH? Such a server starts, lists its
//! tools and answers a ping without it, and then every prompt ends in `ENOENT`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::doctor::known::{GEMINI, GEMINI_TOOL, Known};
use crate::config::{EnvSource, find_program};
use crate::core::{Aspect, Check};

/// Which of two programs `gemini-mcp-tool` drives.
const BACKEND: &str = "GEMINI_MCP_BACKEND";
/// What makes it drive the Gemini CLI.
pub(super) const GEMINI_BACKEND: (&str, &str) = (BACKEND, "gemini");
/// What it drives unless it is told.
const DEFAULT_BACKEND: &str = "agy";

/// The environment and the folder of a server's process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// All its variables.
    pub(super) env: &'a BTreeMap<String, String>,
    /// Its folder.
    pub(super) cwd: &'a Path,
}

impl Surroundings<'_> {
    fn path(&self) -> &str {
        self.env.get("PATH").map_or("", String::as_str)
    }

    /// A program as the server would find it.
    pub(super) fn find(&self, program: &str) -> Option<PathBuf> {
        find_program(program, self.path(), self.cwd)
    }
}

/// Whether the server looks for a program that is not there only because nobody told it which.
pub(super) fn lacks_backend(known: &Known, around: Surroundings<'_>) -> bool {
    known.package == GEMINI_TOOL
        && !around.env.contains_key(BACKEND)
        && around.find(DEFAULT_BACKEND).is_none()
}

/// Looks for the program; `None` for a server that drives none.
pub(super) fn check(known: &Known, around: Surroundings<'_>, user: &EnvSource) -> Option<Check> {
    let (program, install) = known.drives?;
    if lacks_backend(known, around) {
        let detail = format!(
            "{GEMINI_TOOL} looks for `agy`, which is not on its PATH: every prompt ends in ENOENT"
        );
        let advice = "set env = { GEMINI_MCP_BACKEND = \"gemini\" } for it";
        return Some(Check::failed(Aspect::Drives, detail, advice).safe());
    }
    let program = match around.env.get(BACKEND) {
        Some(backend) if known.package == GEMINI_TOOL => backend.as_str(),
        None if known.package == GEMINI_TOOL => DEFAULT_BACKEND,
        Some(_) | None => program,
    };
    if let Some(found) = around.find(program) {
        return Some(Check::ok(Aspect::Drives, found.display().to_string()));
    }
    let detail = format!("`{program}` is not on the server's PATH: every prompt ends in ENOENT");
    let advice = match elsewhere(program, around, user) {
        Some(folder) => format!(
            "it is in {0}: set env = {{ PATH = \"{0}:{1}\" }} for the server",
            folder.display(),
            around.path()
        ),
        None if program == "gemini" => format!("`{GEMINI}`"),
        None => format!("`{install}`"),
    };
    Some(Check::failed(Aspect::Drives, detail, advice))
}

/// The folder of a program that the server does not find: one of the user's, or a usual one.
fn elsewhere(program: &str, around: Surroundings<'_>, user: &EnvSource) -> Option<PathBuf> {
    let home = user.home();
    let below = |path: &str| home.as_ref().map(|home| home.join(path));
    let usual = [
        below(".local/bin"),
        below(".npm-global/bin"),
        below(".volta/bin"),
        below(".bun/bin"),
        Some(PathBuf::from("/opt/homebrew/bin")),
        Some(PathBuf::from("/usr/local/bin")),
    ];
    let of_user = std::env::split_paths(user.path()).filter(|folder| folder.is_absolute());
    of_user.chain(usual.into_iter().flatten()).find(|folder| {
        let folder = folder.to_string_lossy();
        find_program(program, &folder, around.cwd).is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::{Surroundings, check};
    use crate::cli::doctor::known::by_package;
    use crate::config::EnvSource;
    use crate::core::{Check, CheckState};

    fn install(folder: &Path, name: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(name), "#!/bin/sh\n").unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn looked(package: &str, env: &[(&str, String)], user: &EnvSource) -> Check {
        let env: BTreeMap<String, String> = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let around = Surroundings {
            env: &env,
            cwd: Path::new("/"),
        };
        check(by_package(package).unwrap(), around, user).unwrap()
    }

    #[test]
    fn the_wrong_backend_of_the_gemini_tool_is_told_from_a_missing_program() {
        let home = tempfile::tempdir().unwrap();
        let bin = home.path().join("bin");
        install(&bin, "gemini");
        let path = ("PATH", bin.display().to_string());
        let user = EnvSource::default();
        let told = looked("gemini-mcp-tool", std::slice::from_ref(&path), &user);
        assert_eq!(told.state, CheckState::Failed);
        assert!(told.detail.contains("`agy`"), "{}", told.detail);
        assert!(told.fix.unwrap().safe);
        let backend = ("GEMINI_MCP_BACKEND", "gemini".to_owned());
        let told = looked("gemini-mcp-tool", &[path.clone(), backend.clone()], &user);
        assert_eq!(told.state, CheckState::Ok);
        // With the other program there, the default is what the user has.
        install(&bin, "agy");
        let told = looked("gemini-mcp-tool", &[path], &user);
        assert!(told.detail.ends_with("/agy"), "{}", told.detail);
        let told = looked(
            "gemini-mcp-tool",
            &[("PATH", "/nowhere".to_owned()), backend],
            &user,
        );
        assert!(
            told.fix
                .unwrap()
                .advice
                .contains("npm install -g @google/gemini-cli")
        );
    }

    #[test]
    fn a_program_that_only_the_user_finds_is_said_where() {
        let home = tempfile::tempdir().unwrap();
        let bin = home.path().join(".local/bin");
        install(&bin, "claude");
        let user = EnvSource::of_pairs([
            ("HOME", home.path().display().to_string()),
            ("PATH", "/nowhere".to_owned()),
        ]);
        let narrow = [("PATH", "/usr/bin".to_owned())];
        let told = looked("@steipete/claude-code-mcp", &narrow, &user);
        let advice = told.fix.unwrap();
        assert!(
            advice
                .advice
                .contains(&format!("PATH = \"{}:/usr/bin\"", bin.display())),
            "{advice:?}"
        );
        assert!(!advice.safe);
    }
}
