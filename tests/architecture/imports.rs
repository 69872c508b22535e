//! Who may import whom. The layers point inwards.

use crate::sources::{Source, none, rust_files};

/// A layer and the layers that it may name. `cli`, `main.rs` and `lib.rs` may name all of them.
const LAYERS: [(&str, &[&str]); 12] = [
    ("core", &[]),
    ("config", &[]),
    ("journal", &["core"]),
    ("prompts", &["core"]),
    ("engine", &["core", "journal"]),
    ("mcp", &["core", "config"]),
    ("acp", &["core", "mcp"]),
    ("members", &["acp", "core", "mcp", "config", "prompts"]),
    ("hub", &["core", "mcp"]),
    ("link", &["core", "engine"]),
    ("servers", &["core", "hub", "link", "prompts"]),
    ("ui", &["core", "link", "config"]),
];

/// The layer that may name every other.
const OUTERMOST: &str = "cli";

fn violations(sources: &[Source]) -> Vec<String> {
    sources.iter().flat_map(violations_of).collect()
}

fn violations_of(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let layer = layer(&source.path);
    for (index, name) in crate_paths(source) {
        let known = LAYERS.iter().any(|(layer, _)| *layer == name) || name == OUTERMOST;
        let allowed = match layer {
            None => true,
            Some(layer) if layer == OUTERMOST || layer == name => true,
            Some(layer) => LAYERS
                .iter()
                .any(|(from, to)| *from == layer && to.contains(&name.as_str())),
        };
        let place = source.place(index);
        if !known {
            found.push(format!(
                "{place}: `{name}` is not a layer; name what you use by its layer"
            ));
        } else if !allowed {
            let layer = layer.unwrap_or_default();
            found.push(format!("{place}: `{layer}` may not import `{name}`"));
        }
    }
    for index in 0..source.tokens.len() {
        let text = [0, 1, 2].map(|ahead| source.word(index + ahead));
        if text == ["super", "::", "super"] {
            found.push(format!(
                "{}: write the path from `crate` instead of `super::super`",
                source.place(index)
            ));
        }
        if text == ["use", "crate", "as"] || text == ["crate", "::", "*"] {
            found.push(format!(
                "{}: this hides which layer is meant",
                source.place(index)
            ));
        }
    }
    found
}

/// `ui` of `src/ui/panes/queue.rs`; the crate's own root files have none.
fn layer(path: &str) -> Option<&str> {
    let below = path.strip_prefix("src/")?;
    let (layer, _) = below.split_once('/')?;
    Some(layer)
}

/// The first name of every path from the crate's root, with the index of its token.
fn crate_paths(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let layer_root =
        layer(&source.path).is_some_and(|layer| source.path == format!("src/{layer}/mod.rs"));
    // Braces that are open, true for those of an inline module.
    let mut braces: Vec<bool> = Vec::new();
    for index in 0..source.tokens.len() {
        match source.word(index) {
            "{" => {
                let is_module = index >= 2 && source.word(index - 2) == "mod";
                braces.push(is_module);
            }
            "}" => {
                braces.pop();
            }
            // In the root file of a layer, `super` is the crate.
            "super" if layer_root && !braces.contains(&true) => {
                first_names(source, index, &mut found);
            }
            "crate"
                if source.word(index + 1) == "::"
                    && index.checked_sub(1).is_none_or(|it| source.word(it) != "$") =>
            {
                first_names(source, index, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// The names behind `crate::`, those of a group `crate::{a::b, c}` included.
fn first_names(source: &Source, root: usize, found: &mut Vec<(usize, String)>) {
    if source.word(root + 1) != "::" {
        return;
    }
    let start = root + 2;
    match source.word(start) {
        "{" => {
            let mut depth = 1_usize;
            let mut index = start + 1;
            let mut expects_name = true;
            while depth > 0 && index < source.tokens.len() {
                match source.word(index) {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 1 => expects_name = true,
                    name if depth == 1 && expects_name => {
                        expects_name = false;
                        found.push((index, name.to_owned()));
                    }
                    _ => {}
                }
                index += 1;
            }
        }
        // Reported apart.
        "*" | "super" => {}
        name => found.push((start, name.to_owned())),
    }
}

#[test]
fn the_layers_point_inwards() {
    none(&violations(&rust_files("src")));
}

#[test]
fn every_folder_of_the_sources_is_a_layer_of_the_table() {
    let mut strangers = Vec::new();
    for source in rust_files("src") {
        let layer = layer(&source.path);
        let known = layer.is_none_or(|layer| {
            layer == OUTERMOST || LAYERS.iter().any(|(known, _)| *known == layer)
        });
        if !known {
            strangers.push(format!(
                "{}: its folder is not in the table of layers",
                source.path
            ));
        }
    }
    none(&strangers);
}

#[test]
fn the_table_has_no_circle() {
    // Each layer may only name layers that stand on a lower level.
    let mut done: Vec<&str> = Vec::new();
    while done.len() < LAYERS.len() {
        let free = LAYERS.iter().find(|(layer, to)| {
            !done.contains(layer) && to.iter().all(|inner| done.contains(inner))
        });
        let (layer, _) = free.unwrap_or_else(|| panic!("a circle among those not in {done:?}"));
        done.push(layer);
    }
}

#[test]
fn bad_imports_are_seen() {
    for (path, text, says) in [
        (
            "src/core/a.rs",
            "use crate::ui::x;",
            "src/core/a.rs:1: `core` may not import `ui`",
        ),
        (
            "src/core/a.rs",
            "\nfn f() { crate::engine::g() }",
            "src/core/a.rs:2: `core` may not import `engine`",
        ),
        (
            "src/ui/a.rs",
            "use crate::{core::X, mcp::{self, link}};",
            "`ui` may not import `mcp`",
        ),
        (
            "src/ui/a.rs",
            "use crate::{\n core::{A, B},\n hub,\n};",
            "src/ui/a.rs:3: `ui` may not import `hub`",
        ),
        (
            "src/ui/mod.rs",
            "use super::mcp::X;",
            "`ui` may not import `mcp`",
        ),
        (
            "src/ui/mod.rs",
            "mod a { fn f() {} } use super::{mcp};",
            "`ui` may not import `mcp`",
        ),
        (
            "src/ui/a/b.rs",
            "use super::super::c;",
            "instead of `super::super`",
        ),
        ("src/ui/a.rs", "use crate as c;", "hides which layer"),
        ("src/ui/a.rs", "use crate::*;", "hides which layer"),
        (
            "src/ui/a.rs",
            "use crate::helper;",
            "`helper` is not a layer",
        ),
        (
            "src/config/a.rs",
            "#[cfg(test)] mod tests { use crate::core::X; }",
            "`config` may not import `core`",
        ),
    ] {
        let found = violations(&[Source::new(path, text)]);
        assert!(
            found.len() == 1 && found[0].contains(says),
            "{text}\n{found:?}"
        );
    }
}

#[test]
fn good_imports_pass() {
    for (path, text) in [
        (
            "src/ui/a.rs",
            "use crate::{core::X, link::Y}; use crate::ui::b; use super::c;",
        ),
        (
            "src/ui/a.rs",
            "// use crate::mcp;\n/* crate::hub */ const T: &str = \"crate::mcp\";",
        ),
        (
            "src/ui/mod.rs",
            "mod mcp; #[cfg(test)] mod tests { use super::mcp::X; }",
        ),
        ("src/cli/a.rs", "use crate::{ui, mcp, core};"),
        ("src/main.rs", "use crate::mcp;"),
        (
            "src/core/a.rs",
            "pub(crate) fn f() {} pub(in crate::core) fn g() {}",
        ),
    ] {
        assert_eq!(
            violations(&[Source::new(path, text)]),
            Vec::<String>::new(),
            "{text}"
        );
    }
}
