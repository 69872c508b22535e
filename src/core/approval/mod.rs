//! What a member may do without the operator: rules, and what they come to for one question.
//!
//! The decision is pure, and the strictest answer wins: the block list (built in, or rules whose
//! action is `block`) before `deny`, before what the operator allowed for the session, before
//! `ask`, before `allow`. So no file that is read later can loosen an earlier one, and the order of
//! rules means nothing. What no rule fits is asked.
//!
//! A **prefix** allows (or asks) only where the command is one simple command of plain words; see
//! [`simple_command`]. To block and to deny it is enough that such a command is somewhere in the line.

mod ban;
mod place;
mod shell;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use shell::simple_command;

use crate::core::form::Form;
use crate::core::{MemberName, Reply, Request, Span, Text};
use place::Folder;

/// How long a question waits when nothing else is configured.
pub const PATIENCE: Span = Span::secs(15 * 60);

/// All that decides questions in the place of the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalPolicy {
    /// The rules; their order means nothing.
    pub rules: Vec<Rule>,
    /// The project's folder, absolute; empty when there is none.
    pub project: String,
    /// How long a question waits before it is denied.
    pub patience: Span,
    /// What becomes of a server's wish for a model, by member; absent: it is refused.
    pub sampling: BTreeMap<MemberName, Sampling>,
}

impl Default for ApprovalPolicy {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            project: String::new(),
            patience: PATIENCE,
            sampling: BTreeMap::new(),
        }
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// How it is called in the journal: where it was written and what it says.
    pub name: String,
    /// For whom; absent: for every member.
    pub member: Option<MemberName>,
    /// For which questions.
    pub kind: RequestKind,
    /// The words that a command must begin with; empty: any command. For tools the server's name and
    /// the tool's.
    pub prefix: Vec<String>,
    /// The file or folder that it is about, relative to the project or absolute: for commands where
    /// they run, for changes every file (to block, deny or ask: any file). Absent: anywhere.
    pub path: Option<String>,
    /// What is answered.
    pub action: RuleAction,
}

/// What a rule answers, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleAction {
    /// Yes.
    Allow,
    /// The operator is asked.
    Ask,
    /// No.
    Deny,
    /// No, and nothing else counts.
    Block,
}

/// The sorts of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// To run a command.
    Exec,
    /// To change files.
    Patch,
    /// To fill in a form.
    Form,
    /// To open an address.
    Url,
    /// To have a model answer.
    Sampling,
    /// To call a tool of a tool server.
    Tool,
}

impl RequestKind {
    /// The kind of a question.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        match request {
            Request::Exec { .. } => Self::Exec,
            Request::Patch { .. } => Self::Patch,
            Request::Form { .. } => Self::Form,
            Request::Url { .. } => Self::Url,
            Request::Sampling { .. } => Self::Sampling,
            Request::Tool { .. } => Self::Tool,
        }
    }

    /// Whether a yes may hold for the rest of a session. A form or an address differs each time.
    #[must_use]
    pub fn lasts(self) -> bool {
        match self {
            Self::Exec | Self::Patch | Self::Sampling | Self::Tool => true,
            Self::Form | Self::Url => false,
        }
    }
}

/// What becomes of a server's wish that a model answers something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// It is refused.
    Refuse,
    /// The operator is asked; on a yes the room chooses the member.
    Ask,
    /// This member answers.
    Member(MemberName),
}

/// What the operator allowed for the rest of a session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Allowed {
    kinds: BTreeSet<RequestKind>,
    /// `server/tool`: a yes to one tool is none to another.
    tools: BTreeSet<String>,
}

impl Allowed {
    /// Notes a yes that lasts to questions like `request`, where one can last.
    pub fn add(&mut self, request: &Request) {
        match request {
            Request::Tool { server, tool, .. } => {
                self.tools.insert(format!("{server}/{tool}"));
            }
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. } => {
                let kind = RequestKind::of(request);
                if kind.lasts() {
                    self.kinds.insert(kind);
                }
            }
        }
    }

    /// Whether `request` is like one that had a yes.
    #[must_use]
    pub fn covers(&self, request: &Request) -> bool {
        match request {
            Request::Tool { server, tool, .. } => self.tools.contains(&format!("{server}/{tool}")),
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. } => self.kinds.contains(&RequestKind::of(request)),
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The member whose server asks.
    pub member: &'a MemberName,
    /// What the operator allowed for the rest of its session.
    pub allowed: &'a Allowed,
}

/// What the policy says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The operator is asked.
    Ask,
    /// It is answered.
    Settle {
        /// What.
        reply: Reply,
        /// By which rule, for the journal.
        rule: String,
    },
    /// A member shall answer it.
    Lend {
        /// Who; absent: whom the room chooses.
        to: Option<MemberName>,
    },
}

/// What the policy says to `request`.
#[must_use]
pub fn judge(policy: &ApprovalPolicy, asker: Asker<'_>, request: &Request) -> Verdict {
    match request {
        Request::Sampling { .. } => sampling(policy, asker, request),
        Request::Exec { .. }
        | Request::Patch { .. }
        | Request::Form { .. }
        | Request::Url { .. }
        | Request::Tool { .. } => ruled(policy, asker, request),
    }
}

fn ruled(policy: &ApprovalPolicy, asker: Asker<'_>, request: &Request) -> Verdict {
    let folder = folder(policy, request);
    let line = match request {
        Request::Exec { command, .. } => Some(ban::read(command)),
        Request::Patch { .. }
        | Request::Form { .. }
        | Request::Url { .. }
        | Request::Sampling { .. }
        | Request::Tool { .. } => None,
    };
    let banned = match (request, &line) {
        (Request::Patch { files, .. }, _) => ban::files(files, &folder),
        (_, Some(line)) => ban::command(line, &folder),
        (_, None) => None,
    };
    if let Some(name) = banned {
        return refused(
            format!("block list: {name}"),
            format!("{name} is on the block list of this room"),
        );
    }
    let kind = RequestKind::of(request);
    let fits = |rule: &&Rule| {
        rule.kind == kind
            && rule
                .member
                .as_ref()
                .is_none_or(|member| member == asker.member)
            && prefix_fits(rule, request, line.as_ref())
            && path_fits(rule, request, &folder)
    };
    let strictest = policy
        .rules
        .iter()
        .filter(fits)
        .max_by_key(|rule| rule.action);
    let action = strictest.map(|rule| rule.action);
    let name = strictest.map(|rule| rule.name.clone()).unwrap_or_default();
    if matches!(action, Some(RuleAction::Deny | RuleAction::Block)) {
        let why = format!("a rule of this room forbids it ({name})");
        return refused(name, why);
    }
    if asker.allowed.covers(request) {
        return for_the_session();
    }
    match (action, request) {
        (Some(RuleAction::Allow), Request::Form { schema, .. }) => by_defaults(schema, name),
        (
            Some(RuleAction::Allow),
            Request::Exec { .. } | Request::Patch { .. } | Request::Tool { .. },
        ) => Verdict::Settle {
            reply: Reply::Allow,
            rule: name,
        },
        // That the server is lent is the operator's yes to reading.
        (None, Request::Tool { server, reads, .. }) if *reads => Verdict::Settle {
            reply: Reply::Allow,
            rule: format!("{server} is lent for reading"),
        },
        // What an address asks for nobody knows but the operator.
        (Some(_) | None, _) => Verdict::Ask,
    }
}

fn for_the_session() -> Verdict {
    Verdict::Settle {
        reply: Reply::Allow,
        rule: "allowed for the session".to_owned(),
    }
}

fn refused(rule: String, reason: String) -> Verdict {
    Verdict::Settle {
        reply: Reply::Deny { reason },
        rule,
    }
}

/// A form is allowed by sending it with its defaults, where those are complete.
fn by_defaults(schema: &Text, rule: String) -> Verdict {
    let content = Form::read(schema.as_str())
        .ok()
        .and_then(|form| form.by_defaults());
    match content {
        Some(content) => Verdict::Settle {
            reply: Reply::Fill {
                content: Text::from(serde_json::Value::Object(content).to_string()),
            },
            rule,
        },
        None => Verdict::Ask,
    }
}

fn sampling(policy: &ApprovalPolicy, asker: Asker<'_>, request: &Request) -> Verdict {
    let name = asker.member;
    match policy.sampling.get(name) {
        None | Some(Sampling::Refuse) => refused(
            "sampling is refused".to_owned(),
            format!("this room answers no sampling requests of {name}"),
        ),
        Some(Sampling::Ask) if asker.allowed.covers(request) => Verdict::Lend { to: None },
        Some(Sampling::Ask) => Verdict::Ask,
        Some(Sampling::Member(member)) => Verdict::Lend {
            to: Some(member.clone()),
        },
    }
}

fn folder<'a>(policy: &'a ApprovalPolicy, request: &'a Request) -> Folder<'a> {
    let cwd = match request {
        Request::Exec { cwd, .. } => cwd.as_str(),
        Request::Patch { .. }
        | Request::Form { .. }
        | Request::Url { .. }
        | Request::Sampling { .. }
        | Request::Tool { .. } => "",
    };
    Folder {
        project: &policy.project,
        cwd,
    }
}

fn prefix_fits(rule: &Rule, request: &Request, line: Option<&shell::Line>) -> bool {
    if rule.prefix.is_empty() {
        return true;
    }
    match (request, rule.action) {
        (Request::Tool { server, tool, .. }, _) => {
            let words = [server.as_str(), tool.as_str()];
            let mut wanted = rule.prefix.iter().map(String::as_str);
            rule.prefix.len() <= words.len()
                && words
                    .iter()
                    .all(|word| wanted.next().is_none_or(|it| it == *word))
        }
        (Request::Exec { command, .. }, RuleAction::Allow | RuleAction::Ask) => {
            simple_command(command).is_some_and(|words| words.starts_with(&rule.prefix))
        }
        (Request::Exec { .. }, RuleAction::Deny | RuleAction::Block) => {
            line.is_some_and(|line| ban::begins_with(line, &rule.prefix))
        }
        (
            Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. },
            _,
        ) => false,
    }
}

fn path_fits(rule: &Rule, request: &Request, folder: &Folder<'_>) -> bool {
    let Some(path) = &rule.path else {
        return true;
    };
    match (request, rule.action) {
        (Request::Exec { .. }, _) => place::is_under(".", path, folder),
        (Request::Patch { files, .. }, RuleAction::Allow) => {
            !files.is_empty() && files.iter().all(|file| place::is_under(file, path, folder))
        }
        (Request::Patch { files, .. }, RuleAction::Ask | RuleAction::Deny | RuleAction::Block) => {
            files.iter().any(|file| place::is_under(file, path, folder))
        }
        (
            Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. }
            | Request::Tool { .. },
            _,
        ) => false,
    }
}

#[cfg(test)]
mod tests;
