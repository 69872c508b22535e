//! What the documents that the room keeps are called in the hub.
//!
//! Only names in [`canonical`] form are ever used.

pub use crate::core::document::DocumentName;
use crate::core::note::name::BadName;
pub use crate::core::note::name::{NAME_MAX, canonical};

/// Where foreign texts are kept.
const KEPT: &str = "conflicts/memory/";

/// What stands before every name, so that several rooms can share one hub; empty or ends with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefix(String);

impl Prefix {
    /// Checks a prefix such as `synod`; empty or only slashes gives none.
    pub fn new(prefix: &str) -> Result<Self, BadName> {
        let bare = prefix.trim_matches('/');
        if bare.is_empty() {
            return Ok(Self::default());
        }
        let name = canonical(bare)?;
        if name.len() > NAME_MAX / 2 {
            return Err(BadName::new(prefix, "it is too long for a prefix"));
        }
        Ok(Self(format!("{name}/")))
    }

    /// The name of a document in the hub.
    #[must_use]
    pub fn name(&self, document: &DocumentName) -> String {
        format!("{}{document}", self.0)
    }

    /// The document of the room that has this name in the hub, if it can be one.
    #[must_use]
    pub fn document(&self, name: &str) -> Option<DocumentName> {
        DocumentName::parse(name.strip_prefix(&self.0)?)
    }

    /// Whether a foreign text is kept under this name.
    #[must_use]
    pub fn is_kept(&self, name: &str) -> bool {
        name.strip_prefix(&self.0)
            .is_some_and(|name| name.starts_with(KEPT))
    }

    /// Where the `n`th foreign text of a document is kept.
    #[must_use]
    pub fn kept_name(&self, document: &DocumentName, n: u32) -> String {
        format!("{}{KEPT}{document}-{n}", self.0)
    }
}

/// How many of some documents with their sizes are results and conflicts, and how many bytes these have.
pub(in crate::hub) fn results<'a>(
    documents: impl Iterator<Item = (&'a DocumentName, u64)>,
) -> (usize, u64) {
    let of_results = documents.filter(|(name, _)| name.is_of_results());
    of_results.fold((0, 0), |(count, sum): (usize, u64), (_, bytes)| {
        (count + 1, sum.saturating_add(bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::{DocumentName, Prefix, canonical};
    use crate::core::{LessonId, MemberName, SessionId, TaskId, TaskKind};

    fn documents() -> Vec<DocumentName> {
        vec![
            DocumentName::State,
            DocumentName::Queue,
            DocumentName::QueuePage(3),
            DocumentName::Context {
                member: MemberName::new(&"m".repeat(32)).unwrap(),
                session: SessionId(u64::MAX),
            },
            DocumentName::Result(TaskId(7)),
            DocumentName::Archive(3),
            DocumentName::Conflict(TaskId(7)),
            DocumentName::Lesson {
                topic: TaskKind::Code,
                lesson: LessonId(12),
                words: "-login-retrie".to_owned(),
            },
            DocumentName::Part {
                of: Box::new(DocumentName::Conflict(TaskId(7))),
                number: 12,
            },
        ]
    }

    #[test]
    fn documents_are_named_as_the_first_design_names_them() {
        let plain = Prefix::default();
        let names: Vec<String> = documents().iter().map(|name| plain.name(name)).collect();
        assert_eq!(
            names,
            [
                "orchestration_state.json",
                "task_queue.json",
                "task_queue/3.json",
                "model_contexts/mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm/s18446744073709551615.json",
                "results/7",
                "results/archive/3",
                "conflicts/7.json",
                "knowledge/code/12-login-retrie",
                "conflicts/7.json/part-12"
            ]
        );
        let prefixed = Prefix::new("team/synod/").unwrap();
        assert_eq!(
            prefixed.name(&DocumentName::Queue),
            "team/synod/task_queue.json"
        );
    }

    #[test]
    fn every_name_of_ours_is_canonical() {
        for prefix in ["", "synod"] {
            let prefix = Prefix::new(prefix).unwrap();
            for document in documents() {
                for name in [prefix.name(&document), prefix.kept_name(&document, 99)] {
                    assert_eq!(canonical(&name).as_ref(), Ok(&name));
                }
                let kept = prefix.kept_name(&document, 99);
                assert!(prefix.is_kept(&kept) && prefix.document(&kept).is_none());
                let name = prefix.name(&document);
                assert!(!prefix.is_kept(&name));
                assert_eq!(prefix.document(&name), Some(document));
            }
        }
    }
}
