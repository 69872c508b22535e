//! Reads a plan from what a member answered, and checks it whoever wrote it.
//!
//! Lenient in how fields are spelled and what stands around the object, strict in what is missing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ACCEPT_MAX, Flaw, KEY_MAX, Plan, PlanStep, STEP_MAX, STEPS_MAX};
use crate::core::decide::check_order;
use crate::core::json::{Fields, last_object};
use crate::core::text::{one_line, turns};
use crate::core::voting::Faults;
use crate::core::{MemberName, State, Strategy, TaskKind, TaskOrder, Text};

/// What a planning member is asked for. Its bounds are those of this module.
pub const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "steps": {
      "type": "array",
      "minItems": 1,
      "maxItems": 24,
      "items": {
        "type": "object",
        "properties": {
          "key": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"},
          "prompt": {"type": "string", "maxLength": 8192},
          "kind": {"type": "string"},
          "after": {"type": "array", "items": {"type": "string"}},
          "accept": {"type": "string", "maxLength": 1024},
          "strategy": {"enum": ["auto", "solo", "race", "council", "debate", "chain", "think"]},
          "members": {"type": "array", "items": {"type": "string"}}
        },
        "required": ["key", "prompt"],
        "additionalProperties": false
      }
    }
  },
  "required": ["steps"],
  "additionalProperties": false
}"#;

/// How much of a word that names nothing is repeated, in bytes.
pub(super) const WORD_MAX: usize = 40;

/// A step as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Draft {
    pub(super) key: String,
    pub(super) prompt: String,
    pub(super) kind: Option<String>,
    pub(super) strategy: Option<String>,
    pub(super) members: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) accept: String,
}

/// Reads the last plan of an answer, and holds it against what the room can work.
///
/// # Errors
/// Everything that is to be mended, within a bound.
pub fn read(state: &State, answer: &str) -> Result<Plan, Faults<Flaw>> {
    let found = last_object(answer, |fields| fields.has("steps"));
    let list = found.and_then(|fields| fields.list("steps"));
    let list = list.ok_or(Flaw::NoSteps)?;
    if list.len() > STEPS_MAX {
        return Err(Flaw::TooMany(list.len()).into());
    }
    let mut faults = Faults::default();
    let mut drafts = Vec::new();
    for (number, fields) in (1..).zip(list) {
        match fields {
            Some(fields) => drafts.push(draft(&fields)),
            None => faults.add(Flaw::NoObject(number)),
        }
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    check(state, &drafts)
}

fn draft(fields: &Fields) -> Draft {
    let word = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| fields.value(name));
        values.find_map(|value| written(&value))
    };
    let list = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| fields.value(name));
        values.find_map(|value| many(&value)).unwrap_or_default()
    };
    Draft {
        key: word(&["key", "id", "name"]).unwrap_or_default(),
        prompt: word(&["prompt", "task", "description"]).unwrap_or_default(),
        kind: word(&["kind"]),
        strategy: word(&["strategy"]),
        members: list(&["members", "member"]),
        after: list(&["after", "depends_on", "dependencies"]),
        accept: word(&["accept", "acceptance", "done_when"]).unwrap_or_default(),
    }
}

/// A text, or a number as one; nothing where it is blank.
fn written(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// A list of texts, or one text as a list.
fn many(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) => Some(list.iter().filter_map(written).collect()),
        Value::String(_) | Value::Number(_) => Some(written(value).into_iter().collect()),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

/// Holds steps as they were written against the bounds, each other and the room.
pub(super) fn check(state: &State, drafts: &[Draft]) -> Result<Plan, Faults<Flaw>> {
    let mut faults = Faults::default();
    match drafts.len() {
        0 => return Err(Flaw::Empty.into()),
        1..=STEPS_MAX => {}
        more => return Err(Flaw::TooMany(more).into()),
    }
    let keys: Vec<String> = drafts.iter().map(|draft| key(&draft.key)).collect();
    let mut known = BTreeSet::new();
    for (number, key) in (1..).zip(&keys) {
        if key.is_empty() {
            faults.add(Flaw::NoKey(number));
        } else if key.chars().count() > KEY_MAX {
            faults.add(Flaw::LongKey(number));
        } else if !known.insert(key.as_str()) {
            faults.add(Flaw::Twice(key.clone()));
        }
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let mut steps = Vec::new();
    for (draft, key) in drafts.iter().zip(&keys) {
        let after = after(key, &draft.after, &known, &mut faults);
        steps.push(step(state, draft, key, after, &mut faults));
    }
    let steps = in_order(steps).map_err(|circle| {
        faults.add(Flaw::Circle(circle));
    });
    match steps {
        Ok(steps) if faults.0.is_empty() => Ok(Plan(steps)),
        Ok(_) | Err(()) => Err(faults),
    }
}

/// A key as steps name each other: what is written around it or in it by habit makes no difference.
fn key(written: &str) -> String {
    let dashed = written.trim().chars();
    let dashed = dashed.map(|c| if c.is_whitespace() { '-' } else { c });
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    dashed.filter(plain).collect()
}

fn after(
    of: &str,
    written: &[String],
    known: &BTreeSet<&str>,
    faults: &mut Faults<Flaw>,
) -> Vec<String> {
    let mut after = Vec::new();
    for word in written {
        let on = key(word);
        if on == of {
            faults.add(Flaw::AfterItself(on));
        } else if !known.contains(on.as_str()) {
            faults.add(Flaw::UnknownStep(of.to_owned(), one_line(&on, WORD_MAX)));
        } else if !after.contains(&on) {
            after.push(on);
        }
    }
    after
}

fn step(
    state: &State,
    draft: &Draft,
    key: &str,
    after: Vec<String>,
    faults: &mut Faults<Flaw>,
) -> PlanStep {
    let prompt = plain(&draft.prompt);
    let accept = plain(draft.accept.trim());
    if prompt.is_empty() {
        faults.add(Flaw::NoPrompt(key.to_owned()));
    } else if prompt.len() > STEP_MAX {
        faults.add(Flaw::LongPrompt(key.to_owned(), prompt.len()));
    }
    if accept.len() > ACCEPT_MAX {
        faults.add(Flaw::LongNote(key.to_owned(), accept.len()));
    }
    let before = faults.0.len();
    let members = members(draft, key, faults);
    let step = PlanStep {
        key: key.to_owned(),
        prompt: Text::from(prompt),
        kind: kind(state, draft, key, faults),
        strategy: strategy(draft, members.len(), key, faults),
        members,
        after,
        accept,
    };
    // Of what names nothing the room has nothing to say.
    if faults.0.len() == before && !step.prompt.is_empty() {
        let order = step.order(&TaskOrder::new(""));
        if let Err(refusal) = check_order(state, &order) {
            faults.add(Flaw::Refused(key.to_owned(), refusal.to_string()));
        }
    }
    step
}

fn kind(state: &State, draft: &Draft, key: &str, faults: &mut Faults<Flaw>) -> Option<TaskKind> {
    let word = word(draft.kind.as_deref()?, '#');
    let kind = state.kinds().read(&word);
    kind.map_err(|unknown| faults.add(Flaw::Word(key.to_owned(), unknown.to_string())))
        .ok()
}

fn strategy(draft: &Draft, members: usize, key: &str, faults: &mut Faults<Flaw>) -> Strategy {
    let usual = Strategy::usual(members);
    let Some(written) = draft.strategy.as_deref() else {
        return usual;
    };
    match word(written, '/').parse::<Strategy>() {
        Ok(Strategy::Plan) => faults.add(Flaw::Nested(key.to_owned())),
        Ok(strategy) => return strategy,
        Err(unknown) => faults.add(Flaw::Word(key.to_owned(), unknown.to_string())),
    }
    usual
}

fn members(draft: &Draft, key: &str, faults: &mut Faults<Flaw>) -> Vec<MemberName> {
    let mut names = Vec::new();
    for written in &draft.members {
        match MemberName::new(&word(written, '@')) {
            Ok(name) => names.push(name),
            Err(bad) => faults.add(Flaw::Word(key.to_owned(), bad.to_string())),
        }
    }
    names
}

/// A word without its mark, cut: it may be told to whoever wrote it.
fn word(written: &str, mark: char) -> String {
    one_line(written.trim().trim_start_matches(mark), WORD_MAX)
}

/// A text of lines that can be shown and edited as they are.
fn plain(written: &str) -> String {
    let spaced = written.replace("\r\n", "\n").replace('\t', "    ");
    let plain = |c: &char| (*c == '\n' || !c.is_control()) && !turns(*c);
    let text: String = spaced.chars().filter(plain).collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// The steps in an order in which they can be worked, as they were given as far as that goes.
///
/// # Errors
/// The keys of a circle.
fn in_order(steps: Vec<PlanStep>) -> Result<Vec<PlanStep>, String> {
    let mut left = steps;
    let mut ordered: Vec<PlanStep> = Vec::new();
    while !left.is_empty() {
        let is_ready = |step: &PlanStep| {
            let waits = |key: &String| left.iter().any(|other| other.key == *key);
            !step.after.iter().any(waits)
        };
        match left.iter().position(is_ready) {
            Some(at) => ordered.push(left.remove(at)),
            None => return Err(circle(&left)),
        }
    }
    Ok(ordered)
}

/// One circle among steps of which each waits for another one of them.
fn circle(steps: &[PlanStep]) -> String {
    let mut way: Vec<&str> = Vec::new();
    let mut next = steps.first();
    while let Some(step) = next {
        if let Some(at) = way.iter().position(|key| *key == step.key) {
            let mut round = way.split_off(at);
            round.push(&step.key);
            return round.join(" after ");
        }
        way.push(&step.key);
        next = steps.iter().find(|other| step.after.contains(&other.key));
    }
    way.join(" after ")
}
