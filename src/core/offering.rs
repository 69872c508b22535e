//! What servers offer beside their tools: prompts to choose from, resources to read and to follow.
//! A server is a member's, one of the operator's own, or the hub. Data that crosses the socket; it can be asked for again and is never journalled.
//!
//! Owns the words and their bounds. Who asks the servers, and how it is shown, is the business of
//! others. All names, descriptions and addresses are untrusted text.

use std::collections::BTreeMap;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::MemberName;
use crate::core::form::{Field, FieldKind, Form};

/// How many prompts of a server are shown.
pub const PROMPTS_MAX: usize = 100;
/// How many resources of a server can be followed at once.
pub const FOLLOWED_MAX: usize = 64;
/// How many bytes of a prompt's text, or of a resource, are taken.
pub const TEXT_MAX: usize = 256 * 1024;

/// What all servers offer. A server that rests or is down keeps what it offered last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offerings {
    servers: BTreeMap<Offerer, Offering>,
    /// How often it changed, so that a console can wait for news.
    revision: u64,
}

/// Whose server offers something. Ordered as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Offerer {
    /// A member.
    Member(MemberName),
    /// Nobody: a server of tools, by the name that the operator gave it.
    Server(String),
    /// The room: the server that keeps its documents.
    Hub,
}

/// What one server offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offering {
    /// Its prompts in its own order, at most [`PROMPTS_MAX`].
    pub prompts: Vec<PromptOffer>,
    /// It has more prompts than those.
    pub more: bool,
    /// It completes what is typed for their arguments.
    pub completes: bool,
    /// What is known of its resources; `None` when it offers none, or was never connected.
    pub resources: Option<ResourceOffer>,
    /// Why it could not be started, or went down, unless it is there again; untrusted.
    pub trouble: Option<String>,
}

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptOffer {
    /// Name to ask for it by.
    pub name: String,
    /// What it is called; empty when not said.
    pub title: String,
    /// What it is for; empty when not said.
    pub description: String,
    /// What it wants to know, in the server's order.
    pub arguments: Vec<PromptQuestion>,
}

/// What a prompt wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptQuestion {
    /// Its name.
    pub name: String,
    /// What it means; empty when not said.
    pub description: String,
    /// The prompt cannot be had without it.
    pub required: bool,
}

/// What is known of a server's resources without listing them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceOffer {
    /// Whether they can be followed.
    pub can_follow: bool,
    /// How often the server said that its list has changed.
    pub lists: u64,
    /// Those that are followed, by address, and how often each was updated since.
    pub followed: BTreeMap<String, u64>,
}

/// The resources of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// In the server's order.
    pub kept: Vec<ResourceEntry>,
    /// It may have more than those.
    pub more: bool,
}

/// A resource as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceEntry {
    /// Address to read it by.
    pub uri: String,
    /// Name for people; empty when not said.
    pub name: String,
    /// What it is; empty when not said.
    pub description: String,
    /// MIME type, if said.
    pub mime: Option<String>,
    /// Size in bytes, if said.
    pub bytes: Option<u64>,
}

/// What somebody wants of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// The text of a prompt.
    Prompt {
        /// Its name.
        name: String,
        /// What it wants to know.
        arguments: BTreeMap<String, String>,
    },
    /// What could be filled in for an argument of a prompt.
    Complete {
        /// The prompt's name.
        name: String,
        /// The argument.
        argument: String,
        /// What was typed so far.
        typed: String,
        /// What else was filled in.
        others: BTreeMap<String, String>,
    },
    /// The list of resources.
    Resources,
    /// What is in a resource.
    Read {
        /// Its address.
        uri: String,
    },
    /// News of a resource from now on, for all consoles.
    Follow {
        /// Its address.
        uri: String,
    },
    /// No more news of a resource.
    Unfollow {
        /// Its address.
        uri: String,
    },
}

/// What a wish brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granted {
    /// A text, at most [`TEXT_MAX`] bytes; what is no text is a label in it.
    Text(String),
    /// Texts that could be filled in, best first.
    Words(Vec<String>),
    /// The resources.
    Resources(Resources),
    /// It is followed.
    Followed,
    /// It is followed no more.
    Unfollowed,
}

impl Offerings {
    /// How often it changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Who offers what, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Offerer, &Offering)> {
        self.servers.iter()
    }

    /// What a server offers; `None` when there is none.
    #[must_use]
    pub fn of(&self, from: &Offerer) -> Option<&Offering> {
        self.servers.get(from)
    }

    /// A server is there, and offers nothing yet.
    pub fn enter(&mut self, from: Offerer) {
        self.servers.entry(from).or_default();
        self.revision += 1;
    }

    /// A server is gone for good.
    pub fn leave(&mut self, from: &Offerer) {
        self.servers.remove(from);
        self.revision += 1;
    }

    /// Changes what a server offers; false when nothing is different.
    pub fn change(&mut self, from: &Offerer, change: impl FnOnce(&mut Offering)) -> bool {
        let Some(offering) = self.servers.get_mut(from) else {
            return false;
        };
        let before = offering.clone();
        change(offering);
        let changed = *offering != before;
        self.revision += u64::from(changed);
        changed
    }

    /// How often a resource that is followed was updated; `None` when it is not followed.
    #[must_use]
    pub fn updates(&self, from: &Offerer, uri: &str) -> Option<u64> {
        let resources = self.of(from)?.resources.as_ref()?;
        resources.followed.get(uri).copied()
    }
}

impl Offerer {
    /// The member to whom a prompt of this server is put, where there is one.
    #[must_use]
    pub fn member(&self) -> Option<&MemberName> {
        match self {
            Self::Member(member) => Some(member),
            Self::Server(_) | Self::Hub => None,
        }
    }

    /// The server in a sentence.
    #[must_use]
    pub fn server(&self) -> String {
        match self {
            Self::Member(member) => format!("the server of @{member}"),
            Self::Server(name) => format!("the server {name}"),
            Self::Hub => "the shared memory".to_owned(),
        }
    }
}

impl fmt::Display for Offerer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => write!(f, "@{member}"),
            Self::Server(name) => f.write_str(name),
            Self::Hub => f.write_str("the hub"),
        }
    }
}

impl From<MemberName> for Offerer {
    fn from(member: MemberName) -> Self {
        Self::Member(member)
    }
}

/// As it is shown. A server's name has neither blanks nor `@`, so the three cannot be mistaken.
impl From<Offerer> for String {
    fn from(from: Offerer) -> Self {
        from.to_string()
    }
}

impl From<String> for Offerer {
    fn from(text: String) -> Self {
        let member = text
            .strip_prefix('@')
            .and_then(|name| MemberName::new(name).ok());
        match member {
            Some(member) => Self::Member(member),
            None if text == Self::Hub.to_string() => Self::Hub,
            None => Self::Server(text),
        }
    }
}

impl PromptOffer {
    /// What people call it.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.title.is_empty() {
            &self.name
        } else {
            &self.title
        }
    }

    /// A form for what it wants to know, required things first.
    #[must_use]
    pub fn form(&self) -> Form {
        let field = |question: &PromptQuestion| Field {
            name: question.name.clone(),
            title: question.name.clone(),
            about: question.description.clone(),
            required: question.required,
            kind: FieldKind::Text {
                format: None,
                min: None,
                max: None,
            },
            default: None,
        };
        let mut fields: Vec<Field> = self.arguments.iter().map(field).collect();
        fields.sort_by_key(|field| !field.required);
        Form { fields }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Offerer, Offerings, PromptOffer, PromptQuestion, ResourceOffer};
    use crate::core::fixture::name;

    #[test]
    fn only_what_is_different_is_news() {
        let (codex, gpt) = (name("codex").into(), name("gpt").into());
        let mut all = Offerings::default();
        all.enter(Offerer::clone(&codex));
        let first = all.revision();
        assert!(!all.change(&codex, |_| {}));
        assert!(!all.change(&gpt, |offering| offering.more = true));
        assert_eq!(all.revision(), first);
        let followed = [("demo://a".to_owned(), 2)].into();
        assert!(all.change(&codex, |offering| {
            offering.resources = Some(ResourceOffer {
                followed,
                ..ResourceOffer::default()
            });
        }));
        assert_eq!(all.revision(), first + 1);
        assert_eq!(all.updates(&codex, "demo://a"), Some(2));
        assert_eq!(all.updates(&codex, "demo://b"), None);
        all.leave(&codex);
        assert_eq!((all.of(&codex), all.revision()), (None, first + 2));
    }

    #[test]
    fn all_that_offers_crosses_the_socket_and_comes_back_as_it_was() {
        let all = [
            Offerer::Member(name("hub")),
            Offerer::Server("hub".to_owned()),
            Offerer::Hub,
        ];
        let mut offerings = Offerings::default();
        for from in all {
            offerings.enter(from);
        }
        let sent = serde_json::to_string(&offerings).unwrap();
        assert_eq!(serde_json::from_str::<Offerings>(&sent).unwrap(), offerings);
        assert_eq!(offerings.iter().count(), 3);
    }

    #[test]
    fn a_prompt_asks_for_what_it_requires_first() {
        let question = |name: &str, required| PromptQuestion {
            name: name.to_owned(),
            description: String::new(),
            required,
        };
        let prompt = PromptOffer {
            name: "weather".to_owned(),
            title: String::new(),
            description: String::new(),
            arguments: vec![
                question("state", false),
                question("when", true),
                question("city", true),
            ],
        };
        let form = prompt.form();
        let fields = form
            .fields
            .iter()
            .map(|it| (it.name.as_str(), it.fault(None)));
        let fields: Vec<(&str, bool)> = fields.map(|(n, f)| (n, f.is_some())).collect();
        assert_eq!(fields, [("when", true), ("city", true), ("state", false)]);
        assert_eq!(prompt.called(), "weather");
    }
}
