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
    /// To fill in a form.
    Form,
    /// To open an address in a browser.
    Url,
    /// To call a tool of a `[[tools]]` server.
    Tool,
}

impl PolicyKind {
    const WORDS: [(&'static str, Self); 5] = [
        ("exec", Self::Exec),
        ("patch", Self::Patch),
        ("form", Self::Form),
        ("url", Self::Url),
        ("tool", Self::Tool),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::Patch => "patch",
            Self::Form => "form",
            Self::Url => "url",
            Self::Tool => "tool",
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
    /// No, and no other rule counts.
    Block,
}

impl PolicyAction {
    const WORDS: [(&'static str, Self); 4] = [
        ("allow", Self::Allow),
        ("ask", Self::Ask),
        ("deny", Self::Deny),
        ("block", Self::Block),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
            Self::Block => "block",
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
    /// The words that a command must start with, or the names of a tool server and its tool; empty
    /// fits everything of the kind.
    pub prefix: Vec<String>,
    /// The file or folder it is about: where a command runs, what a change touches. Relative to the
    /// project or absolute; absent: anywhere.
    pub path: Option<String>,
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
            "what is asked for: \"exec\", \"patch\", \"form\", \"url\" or \"tool\"",
            |item| item.word(&PolicyKind::WORDS),
        );
        let prefix = table.take("prefix");
        let prefix = match (prefix, kind) {
            (None, _) => Some(Vec::new()),
            (Some(item), Some(PolicyKind::Patch | PolicyKind::Form | PolicyKind::Url)) => {
                let problem: Result<Vec<String>, Problem> =
                    Err(item.bad("left out: only the kinds \"exec\" and \"tool\" have a prefix"));
                table.keep(problem)
            }
            (Some(item), Some(PolicyKind::Tool)) => table.keep(tool(item)),
            (Some(item), Some(PolicyKind::Exec) | None) => table.keep(Item::command(item)),
        };
        let path = table.get("path", |item| match kind {
            Some(PolicyKind::Form | PolicyKind::Url | PolicyKind::Tool) => {
                Err(item.bad("left out: only commands and changes have a place"))
            }
            Some(PolicyKind::Exec | PolicyKind::Patch) | None => item.text(),
        });
        let action = required(
            table,
            "action",
            "the answer: \"allow\", \"ask\", \"deny\" or \"block\"",
            |item| {
                let action = item.word(&PolicyAction::WORDS)?;
                if action == PolicyAction::Allow && kind == Some(PolicyKind::Url) {
                    return Err(item.bad(
                        "\"ask\", \"deny\" or \"block\": what an address asks for only you can see",
                    ));
                }
                Ok(action)
            },
        );
        Some(Self {
            member,
            kind: kind?,
            prefix: prefix?,
            path,
            action: action?,
            origin,
        })
    }

    /// The policy on one line.
    pub(super) fn described(&self) -> String {
        let member = self.member.as_ref().map_or("every member", Name::as_str);
        let prefix = quoted_list(self.prefix.iter().map(String::as_str));
        let path = self.path.as_deref();
        let path = path.map_or_else(String::new, |path| format!(" in {}", quoted(path)));
        format!(
            "{} for {member}: {} {prefix}{path}",
            quoted(self.action.word()),
            quoted(self.kind.word()),
        )
    }

    /// How the rule is called where it answers: what it says, and where it stands.
    #[must_use]
    pub fn name(&self) -> String {
        let mut words = vec![self.action.word(), self.kind.word()];
        words.extend(self.prefix.iter().map(String::as_str));
        words.extend(self.path.as_deref());
        format!("{} ({})", words.join(" "), self.origin.place)
    }
}

/// The name of a `[[tools]]` server, and of one of its tools.
fn tool(item: Item<'_>) -> Result<Vec<String>, Problem> {
    let words = item.command()?;
    if words.len() <= 2 {
        return Ok(words);
    }
    Err(item
        .bad("the name of a [[tools]] server and of its tool, such as [\"claude\", \"WebFetch\"]"))
}
