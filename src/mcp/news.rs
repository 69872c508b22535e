//! What a server says has changed: counts that never run full, however much it says.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use crate::mcp::abilities::Changes;

/// How many addresses are remembered.
const URIS: usize = 64;

/// How often a server said that a list has changed, and which resources were updated last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// `notifications/tools/list_changed`.
    pub tools: u64,
    /// `notifications/prompts/list_changed`.
    pub prompts: u64,
    /// `notifications/resources/list_changed`.
    pub resources: u64,
    /// `notifications/resources/updated`.
    pub updates: u64,
    /// The last 64 resources that were updated, each with its last update, oldest first.
    pub updated: VecDeque<Update>,
}

/// An update of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Address of the resource; untrusted text.
    pub uri: String,
    /// Which of the connection's updates it was, from 1.
    pub number: u64,
}

impl News {
    /// Takes a notification in; false if it is about something else.
    pub(crate) fn hear(&mut self, method: &str, params: &Value) -> bool {
        let count = match method {
            "notifications/tools/list_changed" => &mut self.tools,
            "notifications/prompts/list_changed" => &mut self.prompts,
            "notifications/resources/list_changed" => &mut self.resources,
            "notifications/resources/updated" => {
                if let Some(uri) = params.get("uri").and_then(Value::as_str) {
                    self.updated.retain(|known| known.uri != uri);
                    self.updated.push_back(Update {
                        uri: uri.to_owned(),
                        number: self.updates + 1,
                    });
                }
                if self.updated.len() > URIS {
                    self.updated.pop_front();
                }
                &mut self.updates
            }
            _ => return false,
        };
        *count += 1;
        true
    }

    /// Counts as changed whatever may have changed while nobody could hear of it.
    pub(crate) fn missed(&mut self, lists: Changes, uris: &BTreeSet<String>) {
        self.tools += u64::from(lists.tools);
        self.prompts += u64::from(lists.prompts);
        self.resources += u64::from(lists.resources);
        for uri in uris {
            self.hear("notifications/resources/updated", &json!({ "uri": uri }));
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{News, URIS};

    #[test]
    fn changes_are_counted_and_the_last_addresses_remembered() {
        let mut news = News::default();
        assert!(news.hear("notifications/tools/list_changed", &Value::Null));
        assert!(news.hear("notifications/tools/list_changed", &Value::Null));
        assert!(!news.hear("codex/event", &Value::Null));
        for n in 0..URIS + 2 {
            let uri = json!({"uri": format!("u{n}")});
            assert!(news.hear("notifications/resources/updated", &uri));
        }
        news.hear("notifications/resources/updated", &json!({"uri": "u9"}));
        assert_eq!(
            (news.tools, news.updates, news.updated.len()),
            (2, 67, URIS)
        );
        let ends = [news.updated.front(), news.updated.back()];
        let told = ends.map(|end| end.map(|it| (it.uri.as_str(), it.number)));
        assert_eq!(told, [Some(("u2", 3)), Some(("u9", 67))]);
    }
}
