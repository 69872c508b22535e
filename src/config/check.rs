//! `[check.NAME]`: commands that say whether the result of a task works, and the kinds of task whose
//! results they check unasked.

use std::time::Duration;

use super::effective::{Values, quoted, quoted_list};
use super::item::Item;
use super::kind::kind;
use super::launch::{Launch, environment};
use super::place::Origin;
use super::problem::{Fault, Problem};
use super::read::Table;
use super::value::{Name, duration_text};

/// The longest name, in bytes.
const NAME_MAX: usize = 24;
/// The most checks that a room has.
const MOST: usize = 16;
/// The most words of a command, and the longest of them in bytes.
const WORDS: (usize, usize) = (64, 4096);
/// How long a check may take where nothing is set.
const USUAL: Duration = Duration::from_mins(10);
/// How long it may take at most.
const LONGEST: Duration = Duration::from_hours(6);

/// One `[check.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it is named in a task: `check:NAME`.
    pub name: Name,
    /// Where it was written.
    pub origin: Origin,
    /// The command, and what is added to its environment. It runs in the project's folder.
    pub launch: Launch,
    /// How long it may take.
    pub timeout: Duration,
    /// The kinds of task whose results it checks unasked.
    pub kinds: Vec<String>,
}

impl Check {
    /// Reads the table `check`, whose keys are names.
    pub(super) fn read_all(table: &mut Table<'_, '_>) -> Vec<Self> {
        let mut checks: Vec<Self> = Vec::new();
        for item in table.take_all() {
            let name = table.keep(name(item));
            table.forget_below(item.key);
            let label = format!("[check.{}]", item.key);
            let read = table.open(item, label, |table| Self::read(table, name.as_ref()));
            checks.extend(read.flatten());
            if checks.len() > MOST {
                table.keep::<()>(Err(item.bad(format!("one of at most {MOST} checks"))));
                checks.pop();
            }
        }
        checks
    }

    fn read(table: &mut Table<'_, '_>, name: Option<&Name>) -> Option<Self> {
        let origin = table.origin();
        let asked = table.asks("run");
        let run = table.get("run", command);
        if !asked {
            table.missing(
                "run",
                "the program and its arguments, such as [\"cargo\", \"test\"]",
            );
        }
        let env = environment(table);
        let timeout = table.get("timeout", |item| {
            let time = item.duration()?;
            let fits = time <= LONGEST;
            let allowed = "a length of time up to 6 h, such as \"90s\" or \"10m\"";
            fits.then_some(time).ok_or_else(|| item.bad(allowed))
        });
        let own = table.kinds().to_vec();
        let kinds = table.get("kinds", |item| {
            let items = item.list("a list of kinds of task")?.into_iter();
            items.map(|item| kind(item, &own)).collect()
        });
        Some(Self {
            name: name?.clone(),
            origin,
            launch: Launch {
                command: run?,
                env,
                ..Launch::default()
            },
            timeout: timeout.unwrap_or(USUAL),
            kinds: kinds.unwrap_or_default(),
        })
    }

    pub(super) fn values(&self) -> Values {
        let path = |key: &str| format!("check.{}.{key}", self.name);
        let words = |words: &[String]| quoted_list(words.iter().map(String::as_str));
        let mut rows = vec![(path("run"), words(&self.launch.command))];
        for (name, value) in &self.launch.env {
            rows.push((path(&format!("env.{name}")), value.described()));
        }
        rows.push((path("timeout"), quoted(&duration_text(self.timeout))));
        rows.push((path("kinds"), words(&self.kinds)));
        rows
    }
}

/// Kinds that two checks claim.
pub(super) fn twice_claimed(checks: &[Check]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, check) in checks.iter().enumerate() {
        for kind in &check.kinds {
            let before = checks.iter().take(place);
            let first = before.clone().find(|one| one.kinds.contains(kind));
            if let Some(first) = first {
                let fault = Fault::BadValue {
                    key: "kinds".to_owned(),
                    found: format!("\"{kind}\""),
                    allowed: format!(
                        "kinds that no other check has: [check.{}] has it",
                        first.name
                    ),
                };
                problems.push(Problem::new(check.origin.place.clone(), fault));
            }
        }
    }
    problems
}

fn name(item: Item<'_>) -> Result<Name, Problem> {
    let name = item.key;
    let fits = name.len() <= NAME_MAX && name.starts_with(|first: char| first.is_ascii_lowercase());
    let name = Name::new(name).filter(|_| fits);
    name.ok_or_else(|| {
        item.bad("under a name of its own: a letter and up to 23 more of a-z, 0-9, - and _")
    })
}

fn command(item: Item<'_>) -> Result<Vec<String>, Problem> {
    let (most, longest) = WORDS;
    let words = item.command()?;
    if words.len() <= most && words.iter().all(|word| word.len() <= longest) {
        return Ok(words);
    }
    Err(item.bad(format!(
        "at most {most} words of at most {longest} bytes; put more into a script and name that"
    )))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;

    use super::{Check, MOST, twice_claimed};
    use crate::config::place::{Layer, SourceFile};
    use crate::config::read::{Notes, Table, parse};

    fn read(text: &str) -> (Vec<Check>, String) {
        let file = SourceFile::new(Layer::Project, PathBuf::from("synod.toml"), text.to_owned());
        let mut notes = Notes::default();
        let parsed = parse(&file, &mut notes.problems).unwrap();
        let mut top = Table::of_file(parsed.get_ref(), &file, &mut notes);
        let checks = top.table("check", Check::read_all).unwrap_or_default();
        top.finish();
        notes.problems.extend(twice_claimed(&checks));
        let told: Vec<String> = notes.problems.iter().map(ToString::to_string).collect();
        (checks, told.join("\n"))
    }

    #[test]
    fn a_check_has_a_command_a_limit_and_kinds() {
        let (checks, told) = read(
            "[check.tests]\nrun = [\"cargo\", \"test\"]\ntimeout = \"5m\"\nkinds = [\"code\"]\n\
             [check.lint]\nrun = [\"./lint\"]\nenv = { DEEP = \"1\" }\n",
        );
        assert_eq!(told, "");
        let values: Vec<String> = checks
            .iter()
            .flat_map(Check::values)
            .map(|it| it.1)
            .collect();
        assert_eq!(
            values,
            [
                "[\"./lint\"]",
                "(written in the file, not shown)",
                "\"10m\"",
                "[]",
                "[\"cargo\", \"test\"]",
                "\"5m\"",
                "[\"code\"]",
            ]
        );
    }

    #[test]
    fn what_is_no_check_is_told_with_its_place() {
        for (text, why) in [
            ("[check.Tests]\nrun = [\"x\"]\n", "under a name of its own"),
            ("[check.1x]\nrun = [\"x\"]\n", "under a name of its own"),
            ("[check.tests]\n", "`run`"),
            ("[check.tests]\nrun = []\n", "the program first"),
            ("[check.tests]\nrun = \"cargo test\"\n", "the program first"),
            (
                "[check.tests]\nrun = [\"x\"]\ntimeout = \"9h\"\n",
                "up to 6 h",
            ),
            (
                "[check.tests]\nrun = [\"x\"]\nkinds = [\"cod\"]\n",
                "did you mean \"code\"?",
            ),
            ("[check.tests]\nrunn = [\"x\"]\n", "did you mean `run`?"),
            (
                "[check.a]\nrun = [\"x\"]\nkinds = [\"code\"]\n[check.b]\nrun = [\"x\"]\nkinds = [\"code\"]\n",
                "[check.a] has it",
            ),
            ("check = 7\n", "a table"),
        ] {
            let (_, told) = read(text);
            assert!(
                told.starts_with("synod.toml:") && told.contains(why),
                "{text}: {told}"
            );
        }
        let many: Vec<String> = (0..=MOST)
            .map(|n| format!("[check.c{n}]\nrun = [\"x\"]\n"))
            .collect();
        let (checks, told) = read(&many.concat());
        assert_eq!(checks.len(), MOST);
        assert!(told.contains("at most 16 checks"), "{told}");
    }
}
