//! The edits that an agent asked leave for in a turn and was given: it may carry each out once, just as it was
//! shown. What was shown as a patch alone, or is written otherwise, is asked for again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::folder::Folder;

/// Edits that are remembered, the last ones.
const MOST: usize = 32;
/// The longest text that is remembered, in bytes.
const TEXT_MAX: usize = 1024 * 1024;

/// Edits of one turn that had a yes.
#[derive(Debug, Default)]
pub(super) struct Edits {
    allowed: Mutex<Vec<Edit>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Edit {
    path: String,
    text: String,
}

impl Edits {
    /// Notes the edits of a request for leave, where its answer is a yes.
    pub(super) fn note(&self, asked: &Value, answer: &Value) {
        if !is_yes(asked, answer) {
            return;
        }
        let parts = asked.pointer("/toolCall/content").and_then(Value::as_array);
        let text = |part: &Value, key: &str| part.get(key)?.as_str().map(str::to_owned);
        let edits = parts.into_iter().flatten().filter_map(|part| {
            let path = text(part, "path")?;
            let text = text(part, "newText").filter(|text| text.len() <= TEXT_MAX)?;
            Some(Edit { path, text })
        });
        let mut allowed = self.allowed();
        allowed.extend(edits);
        let surplus = allowed.len().saturating_sub(MOST);
        allowed.drain(..surplus);
    }

    /// Whether just this edit had a yes and was not made since.
    pub(super) fn take(&self, folder: &Folder, below: &Path, text: &str) -> bool {
        let mut allowed = self.allowed();
        let at = allowed.iter().position(|edit| {
            edit.text == text && folder.below(&edit.path).is_ok_and(|path| path == below)
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
    let mut options = options.into_iter().flatten();
    options.any(|option| {
        let kind = option.get("kind").and_then(Value::as_str);
        option.get("optionId") == Some(chosen)
            && matches!(kind, Some("allow_once" | "allow_always"))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::Edits;
    use crate::acp::services::folder::Folder;

    fn asked(path: &str) -> Value {
        json!({
            "toolCall": {"content": [{"type": "diff", "path": path, "newText": "new"}]},
            "options": [
                {"optionId": "y", "kind": "allow_once"},
                {"optionId": "n", "kind": "reject_once"},
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
        let take = |edits: &Edits, path: &str, text| edits.take(&folder, Path::new(path), text);
        let path = place.path().join("a");
        let edits = Edits::default();
        edits.note(&asked(path.to_str().unwrap()), &chose("y"));
        assert!(!take(&edits, "a", "other"));
        assert!(!take(&edits, "b", "new"));
        assert!(take(&edits, "a", "new"));
        assert!(!take(&edits, "a", "new"));
    }

    #[test]
    fn a_no_allows_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        let edits = Edits::default();
        let cancelled = json!({"outcome": {"outcome": "cancelled"}});
        for answer in [chose("n"), chose("x"), cancelled, json!({})] {
            edits.note(&asked("a"), &answer);
        }
        assert!(!edits.take(&folder, Path::new("a"), "new"));
    }
}
