//! The shape of the repository: what lies at the top, how long files are, how they open, and that
//! every file is part of a build.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::sources::{Source, none, root, rust_files};

/// All that may lie at the top, beside files whose name starts with a dot.
const TOP_LEVEL: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE",
    "src",
    "themes",
    "tests",
    "screenshots",
];

/// The longest file, tests apart.
const MOST_LINES: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["utils.rs", "util.rs", "helpers.rs", "common.rs", "types.rs"];

fn strangers<'a>(top: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    top.into_iter()
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name))
        .map(|name| format!("{name}: nothing else lies at the top level"))
        .collect()
}

#[test]
fn the_top_level_is_what_it_should_be() {
    // Git knows which files are ours; a source archive has nothing else in it.
    let git = Command::new("git")
        .arg("ls-files")
        .current_dir(root())
        .output();
    let ours: BTreeSet<String> = match git {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let listed = String::from_utf8(output.stdout).unwrap();
            let first = |line: &str| line.split('/').next().unwrap_or(line).to_owned();
            listed.lines().map(first).collect()
        }
        Ok(_) | Err(_) => std::fs::read_dir(root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "target")
            .collect(),
    };
    assert!(
        ours.contains("Cargo.toml"),
        "the list cannot be right: {ours:?}"
    );
    none(&strangers(ours.iter().map(String::as_str)));
    assert_eq!(strangers(["src", ".ci", "docs", "Makefile"]).len(), 2);
}

/// Lines that are not tests: an inline `mod tests` and whole test files do not count.
fn counted_lines(source: &Source) -> usize {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    if file == "tests.rs" || source.path.contains("/tests/") {
        return 0;
    }
    let total = source.text.lines().count();
    let tests = (0..source.tokens.len()).find(|index| {
        let words = [0, 1, 2].map(|ahead| source.word(index + ahead));
        words == ["mod", "tests", "{"]
    });
    tests.map_or(total, |index| source.tokens[index].line)
}

fn shape(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let (path, lines) = (&source.path, counted_lines(source));
    if lines > MOST_LINES {
        found.push(format!(
            "{path}: {lines} lines without tests, {MOST_LINES} is the most: split it"
        ));
    }
    if !source.text.starts_with("//!") {
        found.push(format!(
            "{path}: does not open with `//!` that says what it owns"
        ));
    }
    if path
        .rsplit('/')
        .next()
        .is_some_and(|file| EMPTY_NAMES.contains(&file))
    {
        found.push(format!("{path}: name the file after the noun that it owns"));
    }
    found
}

#[test]
fn files_are_short_and_say_what_they_own() {
    let sources = rust_files("src").into_iter().chain(rust_files("tests"));
    none(
        &sources
            .flat_map(|source| shape(&source))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn bad_shapes_are_seen() {
    let long = format!("//! Doc.\n{}", "fn f() {}\n".repeat(MOST_LINES));
    assert_eq!(shape(&Source::new("src/a.rs", &long)).len(), 1);
    assert_eq!(shape(&Source::new("src/a/tests.rs", &long)).len(), 0);
    let tested = format!(
        "//! Doc.\nmod tests {{\n{}}}",
        "fn f() {}\n".repeat(MOST_LINES)
    );
    assert_eq!(shape(&Source::new("src/a.rs", &tested)).len(), 0);
    assert_eq!(shape(&Source::new("src/a.rs", "// Doc.")).len(), 1);
    assert_eq!(shape(&Source::new("src/utils.rs", "//! Doc.")).len(), 1);
}

/// The root files of all targets: the library, and every `path` of the manifest.
fn roots() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut roots = vec!["src/lib.rs".to_owned()];
    for kind in ["bin", "test", "bench", "example"] {
        let targets = manifest.get(kind).and_then(toml::Value::as_array);
        for target in targets.into_iter().flatten() {
            roots.push(target["path"].as_str().unwrap().to_owned());
        }
    }
    roots
}

/// The files that no root reaches by `mod name;`.
fn forgotten(roots: &[String], sources: &[Source]) -> Vec<String> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = roots.iter().map(String::as_str).collect();
    while let Some(path) = open.pop() {
        let Some(source) = sources.iter().find(|source| source.path == path) else {
            continue;
        };
        if !reached.insert(&source.path) {
            continue;
        }
        open.extend(by_path(source, sources));
        let folder = module_folder(path, roots);
        for index in 0..source.tokens.len() {
            let words = [0, 2].map(|ahead| source.word(index + ahead));
            if words == ["mod", ";"] {
                let name = source.word(index + 1);
                let wanted = [
                    format!("{folder}/{name}.rs"),
                    format!("{folder}/{name}/mod.rs"),
                ];
                let found = sources
                    .iter()
                    .filter(|source| wanted.contains(&source.path));
                open.extend(found.map(|source| source.path.as_str()));
            }
        }
    }
    sources
        .iter()
        .filter(|source| !reached.contains(source.path.as_str()))
        .map(|source| {
            format!(
                "{}: no `mod` leads to this file, so it is never built",
                source.path
            )
        })
        .collect()
}

/// The files that a file names by `#[path = "…"]`, which is taken from the file's own folder.
fn by_path<'a>(source: &Source, sources: &'a [Source]) -> Vec<&'a str> {
    let folder = Path::new(&source.path).parent().unwrap();
    let named = source
        .text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]"));
    let mut found = Vec::new();
    for name in named {
        let mut path = folder.to_owned();
        for part in Path::new(name) {
            if part == ".." {
                path.pop();
            } else {
                path.push(part);
            }
        }
        found.extend(
            sources
                .iter()
                .map(|source| source.path.as_str())
                .filter(|one| Path::new(one) == path),
        );
    }
    found
}

/// Where the modules of a file lie.
fn module_folder(path: &str, roots: &[String]) -> String {
    let path = Path::new(path);
    let is_root = roots.iter().any(|root| Path::new(root) == path);
    let folder = if is_root || path.ends_with("mod.rs") {
        path.parent().unwrap().to_owned()
    } else {
        path.with_extension("")
    };
    folder.to_str().unwrap().to_owned()
}

#[test]
fn no_file_is_forgotten() {
    let sources: Vec<Source> = rust_files("src")
        .into_iter()
        .chain(rust_files("tests"))
        .collect();
    none(&forgotten(&roots(), &sources));
}

#[test]
fn forgotten_files_are_seen() {
    let sources = [
        Source::new(
            "src/lib.rs",
            "mod a; mod b; // mod e;\n#[path = \"../tests/f.rs\"]\nmod f;",
        ),
        Source::new("tests/f.rs", ""),
        Source::new("src/a.rs", "mod c;"),
        Source::new("src/a/c.rs", ""),
        Source::new("src/b/mod.rs", "mod d;"),
        Source::new("src/b/d.rs", ""),
        Source::new("src/e.rs", ""),
        Source::new("src/c.rs", ""),
    ];
    let found = forgotten(&["src/lib.rs".to_owned()], &sources);
    let paths: Vec<&str> = found.iter().filter_map(|it| it.split(':').next()).collect();
    assert_eq!(paths, ["src/e.rs", "src/c.rs"]);
}
