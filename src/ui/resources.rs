//! The resources of a server as a list to look through: which are shown, which is selected.
//!
//! Owns the list and its filter. It asks nothing: what it shows is put into it.

use crate::core::{Offerer, ResourceEntry, Resources};
use crate::ui::line_edit::LineEdit;

/// A list of resources on the screen.
#[derive(Debug)]
pub(crate) struct Browse {
    /// Whose server's they are.
    pub(crate) from: Offerer,
    /// The wish that is to bring the list, while it is on its way.
    pub(crate) ask: Option<u64>,
    /// How often the server had said that its list changed when that was made.
    pub(crate) lists: u64,
    /// What there is, once it is known.
    pub(crate) list: Option<Resources>,
    /// Why it is not known, or not anew.
    pub(crate) failed: Option<String>,
    /// The selected row of those that pass the filter.
    pub(crate) chosen: usize,
    /// What must be in a name, an address or a description.
    pub(crate) filter: LineEdit,
    /// The filter has the keys.
    pub(crate) typing: bool,
}

impl Browse {
    /// A list that is on its way.
    pub(crate) fn new(from: Offerer, ask: u64, lists: u64) -> Self {
        Self {
            from,
            ask: Some(ask),
            lists,
            list: None,
            failed: None,
            chosen: 0,
            filter: LineEdit::default(),
            typing: false,
        }
    }

    /// Those that pass the filter.
    pub(crate) fn rows(&self) -> Vec<&ResourceEntry> {
        let wanted = self.filter.text().trim().to_lowercase();
        let passes = |entry: &&ResourceEntry| {
            let texts = [&entry.name, &entry.uri, &entry.description];
            wanted.is_empty() || texts.iter().any(|it| it.to_lowercase().contains(&wanted))
        };
        let all = self.list.iter().flat_map(|list| &list.kept);
        all.filter(passes).collect()
    }

    /// The selected one.
    pub(crate) fn selected(&self) -> Option<&ResourceEntry> {
        self.rows().get(self.chosen).copied()
    }

    /// The list came; the selection stays on its resource while that is there.
    pub(crate) fn put(&mut self, list: Resources) {
        let uri = self.selected().map(|entry| entry.uri.clone());
        self.list = Some(list);
        self.failed = None;
        let rows = self.rows();
        let at = rows
            .iter()
            .position(|entry| Some(&entry.uri) == uri.as_ref());
        self.chosen = at.unwrap_or_else(|| self.chosen.min(rows.len().saturating_sub(1)));
    }

    /// Leaves the filter; false when there is none.
    pub(crate) fn unfilter(&mut self) -> bool {
        let had = self.typing || !self.filter.text().is_empty();
        self.typing = false;
        self.filter = LineEdit::default();
        had
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Browse;
    use crate::core::{Offerer, ResourceEntry, Resources};

    fn list(names: &[&str]) -> Resources {
        let entry = |name: &&str| ResourceEntry {
            uri: format!("demo://{name}"),
            name: (*name).to_owned(),
            description: String::new(),
            mime: None,
            bytes: None,
        };
        Resources {
            kept: names.iter().map(entry).collect(),
            more: false,
        }
    }

    #[test]
    fn the_selection_stays_on_its_resource_when_the_list_changes() {
        let mut browse = Browse::new(Offerer::Hub, 1, 0);
        let selected = |browse: &Browse| browse.selected().map(|it| it.name.clone());
        assert_eq!(selected(&browse), None);
        browse.put(list(&["a", "b", "c"]));
        browse.chosen = 2;
        browse.put(list(&["c", "d"]));
        assert_eq!(selected(&browse).as_deref(), Some("c"));
        browse.chosen = 1;
        browse.put(list(&["a"]));
        assert_eq!(selected(&browse).as_deref(), Some("a"));
        browse.put(list(&[]));
        assert_eq!(selected(&browse), None);
    }

    #[test]
    fn the_filter_looks_at_names_and_addresses() {
        let mut browse = Browse::new(Offerer::Hub, 1, 0);
        browse.put(list(&["Alpha", "beta"]));
        browse.filter.paste("DEMO://b");
        assert_eq!(browse.rows().len(), 1);
        assert!(browse.unfilter() && !browse.unfilter());
        assert_eq!(browse.rows().len(), 2);
    }
}
