//! What a member may call in one turn: names that every endpoint takes, and what stands behind them.
//! Pure.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::ToolServer;
use crate::core::Access;
use crate::core::text::{clipped, one_line};
use crate::mcp::{Limits, ToolInfo};
use crate::members::dialect::LentTool;

/// The longest name that endpoints take.
const NAME_MAX: usize = 64;
/// The longest description that they all take, in bytes.
const DESCRIPTION_MAX: usize = 1_000;
/// The longest schema of arguments, in bytes: a server could fill the model's context with it.
const SCHEMA_MAX: usize = 32 * 1024;

/// What a member may call in one turn.
#[derive(Debug, Default)]
pub(in crate::members) struct Offer {
    /// As the model is told of them.
    pub(in crate::members) tools: Vec<LentTool>,
    /// What is behind each, in the same order.
    lent: Vec<Lent>,
    /// What is not offered although it is configured, in words for the operator.
    pub(in crate::members) notes: Vec<String>,
}

/// A tool that is lent.
#[derive(Debug, Clone)]
pub(in crate::members) struct Lent {
    /// The server, as the operator calls it.
    pub(in crate::members) server: String,
    /// The tool, as the server calls it.
    pub(in crate::members) tool: String,
    /// Whether it only reads, by the operator's word or by the server's.
    pub(in crate::members) reads: bool,
    /// The folder in which the server's commands run.
    pub(in crate::members) folder: PathBuf,
    /// Deadlines of a call.
    pub(in crate::members) limits: Limits,
    /// What is said with each of its results.
    pub(in crate::members) remark: Option<String>,
    arguments: Vec<String>,
}

impl Offer {
    /// Adds what of a server's tools is allowed, in the order in which it is allowed. With
    /// [`Access::Read`] only what reads.
    pub(super) fn add(&mut self, server: &ToolServer, listed: &[ToolInfo], access: Access) {
        let mut missing = Vec::new();
        for wanted in &server.allow {
            let Some(info) = listed.iter().find(|info| info.name == *wanted) else {
                missing.push(wanted.as_str());
                continue;
            };
            let reads = info.reads || server.reads.contains(wanted);
            if !reads && access == Access::Read {
                continue;
            }
            self.tools.push(LentTool {
                name: self.free_name(&server.name, wanted),
                description: clipped(&info.description, DESCRIPTION_MAX),
                input_schema: schema(&info.input_schema),
            });
            let properties = info.input_schema.get("properties");
            let arguments = properties.and_then(Value::as_object);
            self.lent.push(Lent {
                server: server.name.clone(),
                tool: wanted.clone(),
                reads,
                folder: server.folder.clone(),
                limits: server.limits,
                remark: server.remarks.get(wanted).cloned(),
                arguments: arguments
                    .map(|it| it.keys().cloned().collect())
                    .unwrap_or_default(),
            });
        }
        if !missing.is_empty() {
            let why = format!("it has no {}; see synod doctor", missing.join(", no "));
            self.note(&server.name, &why);
        }
    }

    /// Notes why something is missing.
    pub(super) fn note(&mut self, server: &str, why: &str) {
        const WHY_MAX: usize = 300;
        let why = one_line(why, WHY_MAX);
        self.notes
            .push(format!("the tools of {server} are missing: {why}"));
    }

    /// The tool that the model calls by this name.
    pub(in crate::members) fn find(&self, name: &str) -> Option<&Lent> {
        let at = self.tools.iter().position(|tool| tool.name == name)?;
        self.lent.get(at)
    }

    /// The names that the model knows.
    pub(in crate::members) fn names(&self) -> String {
        let names: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
        names.join(", ")
    }

    /// The tool's own name; with the server's before it, and then a number, where that is taken.
    fn free_name(&self, server: &str, tool: &str) -> String {
        let taken = |name: &String| self.tools.iter().any(|tool| tool.name == *name);
        let candidates = [plain(tool), plain(&format!("{server}_{tool}"))].into_iter();
        let numbered = (2..).map(|number: u32| {
            let suffix = format!("_{number}");
            let mut name = plain(tool);
            name.truncate(NAME_MAX - suffix.len());
            name + &suffix
        });
        let mut all = candidates.chain(numbered);
        all.find(|name| !name.is_empty() && !taken(name))
            .unwrap_or_default()
    }
}

impl Lent {
    /// Whether the tool has an argument of this name.
    pub(super) fn takes(&self, argument: &str) -> bool {
        self.arguments.iter().any(|one| one == argument)
    }

    /// How it is called in messages.
    pub(in crate::members) fn label(&self) -> String {
        format!("{}.{}", self.server, self.tool)
    }
}

/// Letters, digits, `_` and `-`; cut to length.
fn plain(name: &str) -> String {
    let chars = name.chars().map(|c| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    });
    chars.take(NAME_MAX).collect()
}

/// What endpoints take for a schema: an object that says that it is one.
fn schema(told: &Value) -> Value {
    let told = told.as_object();
    let told = told.filter(|fields| json!(fields).to_string().len() <= SCHEMA_MAX);
    let mut fields = told.cloned().unwrap_or_default();
    fields.insert("type".to_owned(), "object".into());
    fields.entry("properties").or_insert_with(|| json!({}));
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Offer;
    use crate::core::Access;
    use crate::mcp::{Limits, TaskSupport, ToolInfo};
    use crate::members::tools::{ToolHome, ToolServer};

    fn server(name: &str, allow: &[&str]) -> ToolServer {
        ToolServer {
            name: name.to_owned(),
            home: ToolHome::Absent(String::new()),
            allow: allow.iter().map(|tool| (*tool).to_owned()).collect(),
            reads: BTreeSet::from(["Read".to_owned()]),
            kinds: BTreeSet::new(),
            members: None,
            folder: "/w".into(),
            limits: Limits::default(),
            remarks: BTreeMap::new(),
        }
    }

    fn info(name: &str, reads: bool) -> ToolInfo {
        ToolInfo {
            name: name.to_owned(),
            description: "x".repeat(5_000),
            input_schema: json!({"properties": {"max_answer_chars": {}}}),
            task: TaskSupport::None,
            reads,
        }
    }

    #[test]
    fn only_what_is_allowed_is_offered_and_only_what_reads_to_those_who_read() {
        let listed = [
            info("Read", false),
            info("Bash", false),
            info("Agent", false),
            info("Glob", true),
        ];
        let offered = |access| {
            let mut offer = Offer::default();
            offer.add(
                &server("claude", &["Bash", "Glob", "Read", "Gone"]),
                &listed,
                access,
            );
            offer
        };
        let all = offered(Access::Write);
        assert_eq!(all.names(), "Bash, Glob, Read");
        assert_eq!(offered(Access::Read).names(), "Glob, Read");
        assert!(all.notes[0].contains("it has no Gone"), "{:?}", all.notes);
        assert!(!all.find("Bash").unwrap().reads && all.find("Glob").unwrap().reads);
        assert!(all.find("Agent").is_none());
        assert!(all.tools[0].description.len() < 1_100);
        assert_eq!(all.tools[0].input_schema["type"], "object");
        assert!(all.find("Read").unwrap().takes("max_answer_chars"));
    }

    #[test]
    fn names_are_such_as_endpoints_take_and_no_two_alike() {
        let odd = format!("files.read/{}", "x".repeat(90));
        let mut offer = Offer::default();
        for name in ["a", "b", "c"] {
            offer.add(
                &server(name, &["look", &odd]),
                &[info("look", true), info(&odd, true)],
                Access::Read,
            );
        }
        let names: BTreeSet<&str> = offer.tools.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), 6);
        for name in names {
            assert!(name.len() <= 64 && !name.contains(['.', '/']), "{name}");
        }
        assert_eq!(offer.find("b_look").unwrap().server, "b");
    }
}
