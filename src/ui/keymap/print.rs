//! The keymap as a text: what is in force, for reading, and a file of keys to begin with.

use super::load::EVERYWHERE;
use super::{Binding, Keymap};
use crate::ui::action::{Action, Context};
use crate::ui::text::width;

/// Columns between two columns of text.
const GAP: usize = 2;

/// Every key that means something, by section, with what it does and which line of the file set it.
#[must_use]
pub fn printed(keymap: &Keymap, file: &str) -> String {
    let mut out = String::new();
    for context in Context::ALL {
        let bindings = in_order(keymap, context);
        let keys = bindings.iter().map(|it| width(&it.keys.to_string())).max();
        let names = bindings.iter().map(|it| width(name(it.action))).max();
        let gap = if out.is_empty() { "" } else { "\n" };
        line(&mut out, &format!("{gap}[{}]", context.title()));
        for binding in bindings {
            let key = padded(&binding.keys.to_string(), keys.unwrap_or_default());
            let action = padded(name(binding.action), names.unwrap_or_default());
            let mut text = format!("{key}{action}{}", doc(binding.action));
            if let Some(line) = binding.line {
                text = format!("{text} ({file}:{line})");
            }
            line(&mut out, &text);
        }
    }
    out
}

/// A file of keys that says what is built in, each line of it a comment, to be changed.
#[must_use]
pub fn commented() -> String {
    let mut out = String::new();
    for text in HEAD {
        line(&mut out, text);
    }
    let keymap = Keymap::default();
    line(&mut out, &format!("\n[{EVERYWHERE}]"));
    for context in Context::ALL {
        line(&mut out, &format!("\n[{}]", context.title()));
        let bindings = in_order(&keymap, context);
        let said = |it: &Binding| {
            format!(
                "# {} = \"{}\"",
                quoted(&it.keys.to_string()),
                name(it.action)
            )
        };
        let widest = bindings.iter().map(|it| width(&said(it))).max();
        for binding in bindings {
            let text = padded(&said(binding), widest.unwrap_or_default());
            line(&mut out, &format!("{text}# {}", doc(binding.action)));
        }
    }
    out
}

const HEAD: [&str; 12] = [
    "# Keys of Synod, for keys.toml beside config.toml: which key does what, section by section. Each line",
    "# below says what is built in; take its `# ` away and change it. What is not said here stays as it is.",
    "#",
    "#   \"ctrl-x\" = \"zoom\"     a key, and the name of an action",
    "#   \"g g\" = \"top\"         two keys, one after the other; the first must mean nothing by itself",
    "#   \"g\" = \"none\"          the key means nothing any more",
    "#",
    "# Keys are written q, G, ?, ctrl-p, alt-enter, shift-tab, f1, space, minus. Where text is typed (composer,",
    "# inputs, editor) a character alone cannot be bound. What stands in [everywhere] holds in each section in",
    "# which the action works, unless that says otherwise.",
    "#",
    "# `synod keys` shows what is in force, or what is wrong with this file.",
];

/// What is bound in a context: actions in the order of the table, keys as they are bound.
fn in_order(keymap: &Keymap, context: Context) -> Vec<&Binding> {
    let all = keymap.bindings.iter();
    let mut bindings: Vec<&Binding> = all.filter(|it| it.context == context).collect();
    let places = crate::ui::action::TABLE.iter().map(|entry| entry.action);
    let places: Vec<Action> = places.collect();
    bindings.sort_by_key(|it| places.iter().position(|action| *action == it.action));
    bindings
}

fn name(action: Action) -> &'static str {
    action.entry().map_or("", |entry| entry.name)
}

fn doc(action: Action) -> &'static str {
    action.entry().map_or("", |entry| entry.doc)
}

/// A key as a key of TOML.
fn quoted(keys: &str) -> String {
    let escaped = keys.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn padded(text: &str, columns: usize) -> String {
    let gap = " ".repeat(columns.saturating_sub(width(text)) + GAP);
    format!("{text}{gap}")
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}
