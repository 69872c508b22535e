//! Which npm or PyPI package a program comes from, its version, and what it needs to run: read from
//! the files beside the program. Nothing is run.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// More folders than lie between a program and its `package.json`.
const NPM_DEPTH: usize = 6;

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// Its name in the registry.
    pub(super) name: String,
    /// Its version, where it is known before a start.
    pub(super) version: Option<String>,
    /// What it runs on.
    pub(super) runtime: Runtime,
}

/// What a package runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Runtime {
    /// Node, with the range that the package asks for.
    Node {
        /// `engines.node`.
        needs: Option<String>,
    },
    /// A Python of its own.
    Python {
        /// `Requires-Python`.
        needs: Option<String>,
        /// The version in its environment, such as `3.12`.
        has: Option<String>,
    },
}

/// The package of a command: by the file of its program, or by the name given to `npx` or `uvx`.
pub(super) fn of(command: &[String]) -> Option<Package> {
    let (program, arguments) = command.split_first()?;
    match program.rsplit('/').next() {
        Some("npx" | "bunx") => {
            let named = named(arguments, &["-p", "--package"])?;
            let (name, version) = match named.rsplit_once('@') {
                Some((name, version)) if !name.is_empty() => (name, Some(version.to_owned())),
                Some(_) | None => (named, None),
            };
            Some(Package {
                name: name.to_owned(),
                version,
                runtime: Runtime::Node { needs: None },
            })
        }
        Some("uvx" | "pipx") => {
            let named = named(arguments, &["--from", "--spec"])?;
            let (name, version) = match named.split_once("==").or_else(|| named.split_once('@')) {
                Some((name, version)) => (name, Some(version.to_owned())),
                None => (named, None),
            };
            Some(Package {
                name: name.to_owned(),
                version,
                runtime: Runtime::Python {
                    needs: None,
                    has: None,
                },
            })
        }
        // `node /path/index.js`
        Some("node") => npm(Path::new(
            arguments.iter().find(|one| !one.starts_with('-'))?,
        )),
        Some(_) | None => npm(Path::new(program)).or_else(|| pypi(Path::new(program))),
    }
}

/// The package that is to be fetched and run: after one of these flags, or the first word.
fn named<'a>(arguments: &'a [String], flags: &[&str]) -> Option<&'a str> {
    for flag in flags {
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            if word == *flag {
                return words.next();
            }
            if let Some(value) = word
                .strip_prefix(flag)
                .and_then(|rest| rest.strip_prefix('='))
            {
                return Some(value);
            }
        }
    }
    let mut words = arguments.iter().map(String::as_str);
    words.find(|word| !word.starts_with('-') && *word != "run")
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    version: Option<String>,
    engines: Option<Engines>,
}

#[derive(Deserialize)]
struct Engines {
    node: Option<String>,
}

/// The nearest `package.json` above the file that the program really is.
fn npm(program: &Path) -> Option<Package> {
    let file = program.canonicalize().ok()?;
    let folders = file.ancestors().skip(1).take(NPM_DEPTH);
    let manifest = folders
        .map(|folder| folder.join("package.json"))
        .filter_map(|path| fs::read_to_string(path).ok())
        .find_map(|text| serde_json::from_str::<Manifest>(&text).ok())?;
    Some(Package {
        name: manifest.name,
        version: manifest.version,
        runtime: Runtime::Node {
            needs: manifest.engines.and_then(|engines| engines.node),
        },
    })
}

/// The distribution that brought a program into the `bin` of a Python environment.
fn pypi(program: &Path) -> Option<Package> {
    let name = program.file_name()?.to_str()?;
    let found = [program.to_owned(), program.canonicalize().ok()?];
    let home = found.iter().find_map(|program| {
        let home = program.parent()?.parent()?;
        home.join("pyvenv.cfg").is_file().then(|| home.to_owned())
    })?;
    let lib = fs::read_dir(home.join("lib")).ok()?;
    let python = lib
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("site-packages").is_dir())?;
    let has = python.file_name()?.to_str()?.strip_prefix("python");
    let distribution = distribution(&python.join("site-packages"), name)?;
    let metadata = fs::read_to_string(distribution.join("METADATA")).ok()?;
    let field = |key: &str| {
        let mut lines = metadata.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| Some(line.strip_prefix(key)?.strip_prefix(':')?.trim().to_owned()))
    };
    Some(Package {
        name: field("Name")?,
        version: field("Version"),
        runtime: Runtime::Python {
            needs: field("Requires-Python"),
            has: has.map(str::to_owned),
        },
    })
}

/// The `.dist-info` whose entry points have this program.
fn distribution(packages: &Path, program: &str) -> Option<PathBuf> {
    let brings = |folder: &Path| {
        let points = fs::read_to_string(folder.join("entry_points.txt")).unwrap_or_default();
        points
            .lines()
            .filter_map(|line| line.split_once('='))
            .any(|(name, _)| name.trim() == program)
    };
    fs::read_dir(packages)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|kind| kind == "dist-info"))
        .find(|path| brings(path))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use pretty_assertions::assert_eq;

    use super::{Package, Runtime, of};

    fn words(command: &[&str]) -> Vec<String> {
        command.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn an_npm_program_is_a_link_into_its_package() {
        let home = tempfile::tempdir().unwrap();
        let package = home.path().join("node_modules/gemini-mcp-tool");
        fs::create_dir_all(package.join("dist")).unwrap();
        fs::create_dir_all(home.path().join("bin")).unwrap();
        // Without a name it only says how its files are read.
        fs::write(package.join("dist/package.json"), "{\"type\":\"module\"}").unwrap();
        fs::write(
            package.join("package.json"),
            "{\"name\":\"gemini-mcp-tool\",\"version\":\"1.1.8\",\"engines\":{\"node\":\">=18\"}}",
        )
        .unwrap();
        fs::write(package.join("dist/index.js"), "").unwrap();
        let program = home.path().join("bin/gemini-mcp");
        symlink("../node_modules/gemini-mcp-tool/dist/index.js", &program).unwrap();
        let found = of(&[program.display().to_string()]).unwrap();
        let expected = Package {
            name: "gemini-mcp-tool".to_owned(),
            version: Some("1.1.8".to_owned()),
            runtime: Runtime::Node {
                needs: Some(">=18".to_owned()),
            },
        };
        assert_eq!(found, expected);
        let script = package.join("dist/index.js").display().to_string();
        assert_eq!(of(&["node".to_owned(), script]), Some(expected));
    }

    #[test]
    fn a_python_program_is_known_by_its_entry_point() {
        let home = tempfile::tempdir().unwrap();
        let packages = home.path().join("lib/python3.12/site-packages");
        for (name, points) in [
            ("other-1.0", "[console_scripts]\nother = a:b\n"),
            (
                "serena_agent-2.1.0",
                "[console_scripts]\nserena = serena.cli:top\n",
            ),
        ] {
            let folder = packages.join(format!("{name}.dist-info"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("entry_points.txt"), points).unwrap();
            fs::write(folder.join("METADATA"), "Metadata-Version: 2.4\nName: serena-agent\nVersion: 2.1.0\nRequires-Python: <3.15,>=3.11\n\nName: not this\n").unwrap();
        }
        fs::create_dir_all(home.path().join("bin")).unwrap();
        fs::write(home.path().join("pyvenv.cfg"), "").unwrap();
        let program = home.path().join("bin/serena");
        fs::write(&program, "#!python").unwrap();
        let found = of(&[program.display().to_string()]).unwrap();
        assert_eq!(
            (found.name.as_str(), found.version.as_deref()),
            ("serena-agent", Some("2.1.0"))
        );
        let runtime = Runtime::Python {
            needs: Some("<3.15,>=3.11".to_owned()),
            has: Some("3.12".to_owned()),
        };
        assert_eq!(found.runtime, runtime);
    }

    #[test]
    fn what_is_fetched_to_be_run_is_named_in_the_command() {
        let named = |command: &[&str]| {
            let found = of(&words(command))?;
            Some((found.name, found.version))
        };
        let thinking = "@modelcontextprotocol/server-sequential-thinking";
        assert_eq!(
            named(&["npx", "-y", thinking]),
            Some((thinking.to_owned(), None))
        );
        assert_eq!(
            named(&["/usr/bin/npx", "-y", "@openai/codex@0.153.4", "mcp-server"]),
            Some(("@openai/codex".to_owned(), Some("0.153.4".to_owned())))
        );
        assert_eq!(
            named(&[
                "uvx",
                "--from",
                "serena-agent==2.1.0",
                "serena",
                "start-mcp-server"
            ]),
            Some(("serena-agent".to_owned(), Some("2.1.0".to_owned())))
        );
        assert_eq!(
            named(&["npx", "--package=a@1", "run-it"]),
            Some(("a".to_owned(), Some("1".to_owned())))
        );
        assert_eq!(named(&["npx"]), None);
        assert_eq!(named(&["/nowhere/at-all"]), None);
    }
}
