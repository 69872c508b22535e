//! `[[policy]]`: what a member may do without asking the operator.

use super::effective::{quoted, quoted_list};
use super::item::Item;
use super::member::required;
use super::place::Origin;
use super::problem::Problem;
use super::read::Table;
use super::value::Name;

/// What a member asks leave for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// To run a command.
    Exec,
    /// To change files.
    Patch,
}

impl PolicyKind {
    const WORDS: [(&'static str, Self); 2] = [("exec", Self::Exec), ("patch", Self::Patch)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::Patch => "patch",
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyAction {
    /// Yes, without asking.
    Allow,
    /// The operator is asked.
    Ask,
    /// No, without asking.
    Deny,
}

impl PolicyAction {
    const WORDS: [(&'static str, Self); 3] = [
        ("allow", Self::Allow),
        ("ask", Self::Ask),
        ("deny", Self::Deny),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// One `[[policy]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The member; absent: every member.
    pub member: Option<Name>,
    /// What is asked for.
    pub kind: PolicyKind,
    /// The words that a command must start with; empty fits everything of the kind.
    pub prefix: Vec<String>,
    /// What is answered.
    pub action: PolicyAction,
    /// Where it was written.
    pub origin: Origin,
}

impl Policy {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let origin = table.origin();
        let member = table.get("member", Item::name);
        let kind = required(
            table,
            "kind",
            "what is asked for: \"exec\" or \"patch\"",
            |item| item.word(&PolicyKind::WORDS),
        );
        let prefix = table.take("prefix");
        let prefix = match (prefix, kind) {
            (None, _) => Some(Vec::new()),
            (Some(item), Some(PolicyKind::Patch)) => {
                let problem: Result<Vec<String>, Problem> =
                    Err(item.bad("left out: only kind = \"exec\" has a prefix"));
                table.keep(problem)
            }
            (Some(item), Some(PolicyKind::Exec) | None) => table.keep(Item::command(item)),
        };
        let action = required(
            table,
            "action",
            "the answer: \"allow\", \"ask\" or \"deny\"",
            |item| item.word(&PolicyAction::WORDS),
        );
        Some(Self {
            member,
            kind: kind?,
            prefix: prefix?,
            action: action?,
            origin,
        })
    }

    /// The policy on one line.
    pub(super) fn described(&self) -> String {
        let member = self.member.as_ref().map_or("every member", Name::as_str);
        let prefix = quoted_list(self.prefix.iter().map(String::as_str));
        format!(
            "{} for {member}: {} {prefix}",
            quoted(self.action.word()),
            quoted(self.kind.word()),
        )
    }
}
