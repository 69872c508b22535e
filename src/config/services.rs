//! `services` of a `[[member]]`: what the room does for an agent that asks for it. Whether a single request is
//! allowed is the business of `[[policy]]`.

use super::adapter::Adapter;
use super::effective::quoted_list;
use super::item::Item;
use super::problem::Problem;

/// Something that the room can do for an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Read a text file in the session's folder.
    Read,
    /// Write one.
    Write,
    /// Run a command there.
    Terminal,
}

impl Service {
    const WORDS: [(&'static str, Self); 3] = [
        ("read", Self::Read),
        ("write", Self::Write),
        ("terminal", Self::Terminal),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Terminal => "terminal",
        }
    }
}

/// Reads the list.
pub(super) fn read(item: Item<'_>, adapter: Option<Adapter>) -> Result<Vec<Service>, Problem> {
    if adapter.is_some_and(|adapter| !adapter.is_agent()) {
        return Err(item.bad(
            "left out: only agents (\"gemini-acp\", \"claude-acp\", \"codex-acp\", \"opencode\", \"acp\") \
             ask the room to do something",
        ));
    }
    let mut services: Vec<Service> = Vec::new();
    for word in item.list("a list of \"read\", \"write\" and \"terminal\"")? {
        let service = word.word(&Service::WORDS)?;
        // Seen in 0.61.0: an error, also this one of the protocol, reaches it as an object that it cannot read.
        if adapter == Some(Adapter::GeminiAcp) && service == Service::Read {
            return Err(word.bad(
                "left out: Gemini then makes no new files, as it does not understand that one is missing; it \
                 reads by itself",
            ));
        }
        if !services.contains(&service) {
            services.push(service);
        }
    }
    Ok(services)
}

/// The list as the effective configuration shows it.
pub(super) fn shown(services: &[Service]) -> String {
    quoted_list(services.iter().map(|service| service.word()))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Service;
    use crate::config::handed::tests::told;

    fn member(adapter: &str, services: &str) -> String {
        format!(
            "[[member]]\nname = \"a\"\nadapter = \"{adapter}\"\ncommand = [\"a\"]\nservices = {services}\n"
        )
    }

    #[test]
    fn an_agent_has_the_services_that_are_named_and_no_others() {
        let of = |services: &str| {
            told(&member("acp", services)).unwrap().config.members[0]
                .services
                .clone()
        };
        assert_eq!(of("[]"), []);
        assert_eq!(
            of("[\"terminal\", \"read\", \"read\"]"),
            [Service::Terminal, Service::Read]
        );
    }

    #[test]
    fn what_is_no_service_or_for_no_agent_is_told_with_its_place() {
        for (adapter, services) in [
            ("acp", "\"read\""),
            ("acp", "[\"delete\"]"),
            ("codex", "[\"read\"]"),
            ("gemini-acp", "[\"write\", \"read\"]"),
        ] {
            let error = told(&member(adapter, services)).unwrap_err();
            assert!(
                error.contains("services") && error.contains("synod.toml"),
                "{error}"
            );
        }
    }
}
