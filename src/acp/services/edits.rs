//! The edits that an agent asked leave for in a turn and was given: it may carry each out once, just as it was
//! shown. What was shown as a patch alone, or is written otherwise, is asked for again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::folder::Folder;

/// Edits that are remembered, the last ones.
const MOST: usize = 32;
/// The longest texts that are remembered, in bytes: longer ones are not shown with a question.
const TEXT_MAX: usize = 128 * 1024;

/// Edits of one turn that had a yes.
#[derive(Debug, Default)]
pub(super) struct Edits {
    allowed: Mutex<Vec<Edit>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Edit {
    path: String,
    old: String,
    new: String,
}

impl Edits {
    /// Notes the edits of a request for leave, where its answer is a yes.
    pub(super) fn note(&self, asked: &Value, answer: &Value) {
        // Of anything else the operator is shown no edits.
        let kind = asked.pointer("/toolCall/kind").and_then(Value::as_str);
        let is_of_server = asked.pointer("/toolCall/rawInput/request").is_some();
        if kind != Some("edit") || is_of_server || !is_yes(asked, answer) {
            return;
        }
        let parts = asked.pointer("/toolCall/content").and_then(Value::as_array);
        let text =
            |part: &Value, key: &str| part.get(key).and_then(Value::as_str).map(str::to_owned);
        let edits = parts.into_iter().flatten().take(MOST).filter_map(|part| {
            if text(part, "type")? != "diff" {
                return None;
            }
            let path = text(part, "path")?;
            // A file that is not there yet has none.
            let old = text(part, "oldText").unwrap_or_default();
            let new = text(part, "newText")?;
            (old.len().max(new.len()) <= TEXT_MAX).then_some(Edit { path, old, new })
        });
        let mut allowed = self.allowed();
        allowed.extend(edits);
        let surplus = allowed.len().saturating_sub(MOST);
        allowed.drain(..surplus);
    }

    /// Whether just this edit had a yes and was not made since.
    pub(super) fn take(&self, folder: &Folder, below: &Path, old: Option<&str>, new: &str) -> bool {
        let mut allowed = self.allowed();
        let at = allowed.iter().position(|edit| {
            edit.new == new
                && edit.old == old.unwrap_or_default()
                && folder.below(&edit.path).is_ok_and(|path| path == below)
        });
        at.map(|at| allowed.remove(at)).is_some()
    }

    fn allowed(&self) -> MutexGuard<'_, Vec<Edit>> {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an answer chose an option that allows.
fn is_yes(asked: &Value, answer: &Value) -> bool {
    let Some(chosen) = answer.pointer("/outcome/optionId") else {
        return false;
    };
    let options = asked.get("options").and_then(Value::as_array);
    let options = options.into_iter().flatten();
    let mut named = options.filter(|option| option.get("optionId") == Some(chosen));
    let allows = |option: &Value| {
        let kind = option.get("kind").and_then(Value::as_str);
        matches!(kind, Some("allow_once" | "allow_always"))
    };
    // One name for a yes and a no says neither.
    named.next().is_some_and(allows) && named.all(allows)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::Edits;
    use crate::acp::services::folder::Folder;

    fn asked(path: &str) -> Value {
        json!({
            "toolCall": {"kind": "edit", "content": [
                {"type": "diff", "path": path, "oldText": "old", "newText": "new"},
            ]},
            "options": [
                {"optionId": "y", "kind": "allow_once"},
                {"optionId": "n", "kind": "reject_once"},
                {"optionId": "both", "kind": "reject_once"},
                {"optionId": "both", "kind": "allow_once"},
            ],
        })
    }

    fn chose(option: &str) -> Value {
        json!({"outcome": {"outcome": "selected", "optionId": option}})
    }

    #[test]
    fn an_edit_that_had_a_yes_is_made_once_and_just_as_it_was_shown() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        let take = |edits: &Edits, path: &str, text| {
            edits.take(&folder, Path::new(path), Some("old"), text)
        };
        let path = place.path().join("a");
        let edits = Edits::default();
        edits.note(&asked(path.to_str().unwrap()), &chose("y"));
        assert!(!take(&edits, "a", "other"));
        assert!(!take(&edits, "b", "new"));
        assert!(!edits.take(&folder, Path::new("a"), Some("older"), "new"));
        assert!(take(&edits, "a", "new"));
        assert!(!take(&edits, "a", "new"));
    }

    #[test]
    fn a_no_allows_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        let edits = Edits::default();
        let cancelled = json!({"outcome": {"outcome": "cancelled"}});
        for answer in [chose("n"), chose("x"), chose("both"), cancelled, json!({})] {
            edits.note(&asked("a"), &answer);
        }
        // Nor does a yes to something else with an edit in it that nobody was shown.
        let mut tool = asked("a");
        tool["toolCall"]["rawInput"] = json!({"server_name": "room", "request": {}});
        edits.note(&tool, &chose("y"));
        let mut command = asked("a");
        command["toolCall"]["kind"] = json!("execute");
        edits.note(&command, &chose("y"));
        assert!(!edits.take(&folder, Path::new("a"), Some("old"), "new"));
    }
}
