//! `[routing]`: by what members are chosen for tasks that name nobody.

use std::collections::BTreeMap;

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::Item;
use super::kind::of_kinds;
use super::place::Origin;
use super::problem::Problem;
use super::read::Table;
use super::value::Name;

/// The policies, each by its word.
pub const POLICIES: [&str; 9] = [
    "fixed",
    "round-robin",
    "strength",
    "least-loaded",
    "fastest",
    "cheapest",
    "performance",
    "thompson",
    "learned",
];
/// What `strength` was called before.
const STRENGTHS: &str = "strengths";

/// Whether several are asked about a kind, each by its word.
pub const SEVERAL: [&str; 3] = ["never", "auto", "always"];
/// What a kind may need of whoever works it, each by its word.
pub const NEEDS: [&str; 3] = ["words", "look", "act"];
/// The most further calls that a task may cost on average.
const FURTHER_MAX: u32 = 7;

/// The outcomes that are weighed, each with its weight where nothing is set. The core has the same.
const REWARDS: [(&str, f64); 9] = [
    ("choice", 1.0),
    ("thumb", 1.0),
    ("check", 1.0),
    ("replaced", 0.5),
    ("vote", 0.5),
    ("expert", 0.5),
    ("agreement", 0.3),
    ("answered", 0.1),
    ("failed", 0.5),
];
/// The most that an outcome may weigh.
const WEIGHT_MAX: u32 = 10;

/// The `[routing]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// By what a member is chosen, one of [`POLICIES`].
    pub policy: &'static str,
    /// The same for single kinds of task.
    pub kinds: BTreeMap<String, &'static str>,
    /// The order of the policy `fixed`, and where each name stands.
    pub order: Vec<(Name, Origin)>,
    /// How many further calls a task may cost on average where nobody says how it is worked, 0 to 7.
    pub further_calls: f64,
    /// Whether several are asked about a kind of task, one of [`SEVERAL`] each.
    pub several: BTreeMap<String, &'static str>,
    /// What a kind of task needs of whoever works it, one of [`NEEDS`] each.
    pub needs: BTreeMap<String, &'static str>,
    /// What an answer may cost at most, in US dollars.
    pub most_usd: Option<f64>,
    /// How much each outcome weighs, in results, 0 to 10.
    pub rewards: BTreeMap<&'static str, f64>,
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            policy: "learned",
            kinds: BTreeMap::new(),
            order: Vec::new(),
            further_calls: 0.25,
            several: BTreeMap::new(),
            needs: BTreeMap::new(),
            most_usd: None,
            rewards: BTreeMap::from(REWARDS),
        }
    }
}

impl Routing {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.policy, "policy", policy);
        let kinds = &mut self.kinds;
        table.table("kinds", |table| {
            for (kind, item) in of_kinds(table) {
                let word = table.keep(policy(item));
                kinds.extend(word.map(|word| (kind, word)));
            }
        });
        table.set(&mut self.order, "order", order);
        let further = |item: Item<'_>| item.up_to(FURTHER_MAX);
        table.set(&mut self.further_calls, "further_calls", further);
        let several = &mut self.several;
        table.table("several", |table| {
            for (kind, item) in of_kinds(table) {
                let word = table.keep(item.word(&SEVERAL.map(|word| (word, word))));
                several.extend(word.map(|word| (kind, word)));
            }
        });
        let needs = &mut self.needs;
        table.table("needs", |table| {
            for (kind, item) in of_kinds(table) {
                let word = table.keep(item.word(&NEEDS.map(|word| (word, word))));
                needs.extend(word.map(|word| (kind, word)));
            }
        });
        let most = |item: Item<'_>| item.money().map(Some);
        table.set(&mut self.most_usd, "most_usd", most);
        let rewards = &mut self.rewards;
        table.table("rewards", |table| {
            for (word, _) in REWARDS {
                if let Some(weight) = table.get(word, |item| item.up_to(WEIGHT_MAX)) {
                    rewards.insert(word, weight);
                }
            }
        });
    }

    pub(super) fn values(&self) -> Values {
        let mut rows = vec![("routing.policy".to_owned(), quoted(self.policy))];
        for (kind, policy) in &self.kinds {
            rows.push((format!("routing.kinds.{kind}"), quoted(policy)));
        }
        let names = self.order.iter().map(|(name, _)| name.as_str());
        let order = (!self.order.is_empty()).then(|| quoted_list(names));
        rows.push(("routing.order".to_owned(), or_none(order, "by name")));
        let further = format!("{:?}", self.further_calls);
        rows.push(("routing.further_calls".to_owned(), further));
        for (kind, several) in &self.several {
            rows.push((format!("routing.several.{kind}"), quoted(several)));
        }
        for (kind, need) in &self.needs {
            rows.push((format!("routing.needs.{kind}"), quoted(need)));
        }
        let most = self.most_usd.map(|most| format!("{most:?}"));
        rows.push(("routing.most_usd".to_owned(), or_none(most, "no limit")));
        for (word, _) in REWARDS {
            let weight = self.rewards.get(word).copied().unwrap_or_default();
            rows.push((format!("routing.rewards.{word}"), format!("{weight:?}")));
        }
        rows
    }
}

fn policy(item: Item<'_>) -> Result<&'static str, Problem> {
    if item.as_str() == Some(STRENGTHS) {
        return Ok("strength");
    }
    item.word(&POLICIES.map(|word| (word, word)))
}

fn order(item: Item<'_>) -> Result<Vec<(Name, Origin)>, Problem> {
    let allowed = "a list of members, none twice";
    let mut order: Vec<(Name, Origin)> = Vec::new();
    for one in item.list(allowed)? {
        let origin = one.origin();
        let twice = one.bad(allowed);
        let name = one.name()?;
        if order.iter().any(|(known, _)| *known == name) {
            return Err(twice);
        }
        order.push((name, origin));
    }
    Ok(order)
}
