//! What a session can be set to, as its agent tells it: by lists of its own for mode and model, or by
//! options. Owns how that is read, what is known of each setting, and what an order wants of it; asking the
//! agent to set it is the business of `session`.

use serde_json::{Value, json};

use super::turn::Order;
use crate::core::dial::{self, MODE, MODEL};
use crate::core::text::clipped;
use crate::core::{Dial, DialSort, DialValue, DialWish};

/// How many settings, and values of each, are looked at.
const LOOKED_AT: usize = 4096;
/// How many bytes of the possible values are told where one is not among them.
const KNOWN_MAX: usize = 400;

/// All that a session can be set to: mode and model first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    all: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    dial: Dial,
    /// What it was when the session was begun or taken up.
    first: String,
    /// A wish set it, and not yet back.
    wished: bool,
    way: Way,
}

/// How a setting is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Mode,
    Model,
    /// By the option of this id.
    Option(String),
}

/// Something that is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The setting.
    pub(super) id: String,
    /// The value.
    pub(super) value: String,
    /// The wish that it fulfils; none where it must be so.
    pub(super) wish: Option<DialWish>,
}

impl Settings {
    /// What the answer tells by which a session was begun or taken up.
    pub(super) fn of(facts: &Value) -> Self {
        let mut all: Vec<Setting> = [MODE, MODEL]
            .into_iter()
            .filter_map(|what| own(facts, what))
            .collect();
        for option in options(facts) {
            add(&mut all, option);
        }
        // Mode and model come first, wherever an agent names them.
        all.sort_by_key(|setting| setting.dial.sort);
        Self { all }
    }

    /// Takes in what the agent says of its settings: it may change them by itself. Gives whether that is news.
    pub(super) fn hear(&mut self, update: &Value) -> bool {
        let text = |key: &str| update.get(key).and_then(Value::as_str);
        match text("sessionUpdate") {
            Some("current_mode_update") => match (self.get_mut(MODE), text("currentModeId")) {
                (Some(mode), Some(now)) => mode.is_now(now),
                (Some(_) | None, _) => false,
            },
            Some("config_option_update") => self.hear_options(update),
            Some(_) | None => false,
        }
    }

    /// Takes in the options, where a message tells them: all there are.
    pub(super) fn hear_options(&mut self, message: &Value) -> bool {
        if message.get("configOptions").is_none_or(Value::is_null) {
            return false;
        }
        let before = self.all.clone();
        let is_own = |setting: &Setting| !matches!(setting.way, Way::Option(_));
        let mut all: Vec<Setting> = before.iter().filter(|it| is_own(it)).cloned().collect();
        for mut option in options(message) {
            let known = before.iter().find(|it| it.dial.id == option.dial.id);
            if let Some(known) = known.filter(|it| !is_own(it)) {
                known.first.clone_into(&mut option.first);
                option.wished = known.wished;
            }
            let own = all
                .iter_mut()
                .find(|it| is_own(it) && it.dial.id == option.dial.id);
            match own {
                Some(own) => {
                    own.is_now(&option.dial.current);
                }
                None => add(&mut all, option),
            }
        }
        all.sort_by_key(|setting| setting.dial.sort);
        self.all = all;
        before
            .iter()
            .map(|it| &it.dial)
            .ne(self.all.iter().map(|it| &it.dial))
    }

    /// All that a session can be set to, within bounds.
    pub(super) fn dials(&self) -> Vec<Dial> {
        dial::bounded(self.all.iter().map(|setting| setting.dial.clone()))
    }

    /// The next step towards what an order wants set; none once all of it is set.
    /// `wishes` are those of its wishes that were not refused.
    ///
    /// # Errors
    /// What cannot be set and has to be, in words.
    pub(super) fn next(&self, order: &Order, wishes: &[DialWish]) -> Result<Option<Step>, String> {
        for (setting, step) in self.steps(order, wishes) {
            let Some(setting) = setting else {
                let Step { id, value, .. } = &step;
                return Err(format!("it has no {id} to choose, and `{value}` is wanted"));
            };
            setting.check(&step.value)?;
            if setting.dial.current != step.value {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// All that an order wants set: what must be so, and what the operator wishes. A turn that may only read is
    /// held to reading by what the agent is set to, so a wish about anything that may bear on that waits for one
    /// that may write, and what an earlier one set is set back.
    fn steps(&self, order: &Order, wishes: &[DialWish]) -> Vec<(Option<&Setting>, Step)> {
        let configured = [(MODE, &order.mode), (MODEL, &order.model)];
        let mut steps = Vec::new();
        for (what, wanted) in configured {
            if let (None, Some(value)) = (self.get(what), wanted) {
                steps.push((None, Step::must(what, value)));
            }
        }
        for setting in &self.all {
            let id = setting.dial.id.as_str();
            let counts = order.writes || setting.dial.sort.is_harmless();
            let wish = wishes.iter().find(|it| it.dial == id && counts);
            if let Some(wish) = wish.filter(|it| setting.dial.has(&it.value)) {
                let step = Step {
                    id: id.to_owned(),
                    value: wish.value.clone(),
                    wish: Some(wish.clone()),
                };
                steps.push((Some(setting), step));
                continue;
            }
            let configured = configured.iter().find(|(what, _)| *what == id);
            let configured = configured.and_then(|(_, wanted)| wanted.as_deref());
            // What an order says nothing of is as it was at the beginning: a mode that the agent changed by
            // itself, and whatever a wish changed.
            let back = setting.dial.sort == DialSort::Mode || setting.wished;
            let first = Some(setting.first.as_str());
            let first = first.filter(|first| back && setting.dial.has(first));
            if let Some(value) = configured.or(first) {
                steps.push((Some(setting), Step::must(id, value)));
            }
        }
        steps
    }

    /// Whether the agent has what is wished.
    pub(super) fn has(&self, wish: &DialWish) -> bool {
        let setting = self.get(&wish.dial);
        setting.is_some_and(|it| it.dial.has(&wish.value))
    }

    /// The request by which a step is made; none where there is nothing to set.
    pub(super) fn request(&self, session: &str, step: &Step) -> Option<(&'static str, Value)> {
        let Step { id, value, .. } = step;
        Some(match &self.get(id)?.way {
            Way::Mode => (
                "session/set_mode",
                json!({"sessionId": session, "modeId": value}),
            ),
            Way::Model => (
                "session/set_model",
                json!({"sessionId": session, "modelId": value}),
            ),
            Way::Option(id) => (
                "session/set_config_option",
                json!({"sessionId": session, "configId": id, "value": value}),
            ),
        })
    }

    /// The agent did as asked; its answer may tell of what else has changed by that.
    pub(super) fn done(&mut self, step: &Step, answer: &Value) {
        self.hear_options(answer);
        let told = options(answer).iter().any(|it| it.dial.id == step.id);
        if let Some(setting) = self.get_mut(&step.id) {
            if !told {
                setting.is_now(&step.value);
            }
            setting.wished = step.wish.is_some();
        }
    }

    /// The same session was taken up again, or forked: what it was at the beginning, and what was wished of it,
    /// is what it was before.
    pub(super) fn goes_on_from(&mut self, before: &Self) {
        for setting in &mut self.all {
            if let Some(was) = before.get(&setting.dial.id) {
                setting.first.clone_from(&was.first);
                setting.wished = was.wished;
            }
        }
    }

    fn get(&self, id: &str) -> Option<&Setting> {
        self.all.iter().find(|setting| setting.dial.id == id)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Setting> {
        self.all.iter_mut().find(|setting| setting.dial.id == id)
    }
}

impl Step {
    fn must(id: &str, value: &str) -> Self {
        Self {
            id: id.to_owned(),
            value: value.to_owned(),
            wish: None,
        }
    }
}

impl Setting {
    fn new(dial: Dial, way: Way) -> Self {
        Self {
            first: dial.current.clone(),
            wished: false,
            dial,
            way,
        }
    }

    /// Whether it can be set to this; the error says what it has.
    fn check(&self, value: &str) -> Result<(), String> {
        if self.dial.has(value) || self.dial.current == value {
            return Ok(());
        }
        let known = self.dial.values.iter().map(|it| it.value.as_str());
        let known = clipped(&known.collect::<Vec<_>>().join(", "), KNOWN_MAX);
        let id = &self.dial.id;
        Err(format!("it has no {id} `{value}`; it has {known}"))
    }

    /// It is set to this; gives whether that is news.
    fn is_now(&mut self, value: &str) -> bool {
        let news = self.dial.current != value;
        value.clone_into(&mut self.dial.current);
        news
    }
}

/// One of a name, and one mode, one model: an agent that tells them twice means the same.
fn add(all: &mut Vec<Setting>, setting: Setting) {
    if !all.iter().any(|it| it.dial.id == setting.dial.id) {
        all.push(setting);
    }
}

/// A list of an agent's own.
fn own(facts: &Value, what: &str) -> Option<Setting> {
    let (list, current, all, id, sort, way) = match what {
        MODE => (
            "modes",
            "currentModeId",
            "availableModes",
            "id",
            DialSort::Mode,
            Way::Mode,
        ),
        _ => (
            "models",
            "currentModelId",
            "availableModels",
            "modelId",
            DialSort::Model,
            Way::Model,
        ),
    };
    let list = facts.get(list)?;
    let dial = Dial {
        id: what.to_owned(),
        name: what.to_owned(),
        sort,
        current: list.get(current)?.as_str()?.to_owned(),
        values: values(list.get(all)?, id),
    };
    Some(Setting::new(dial, way))
}

/// The options from which one value is chosen. The first about the mode is the mode, and so with the model.
fn options(message: &Value) -> Vec<Setting> {
    let all = message.get("configOptions").and_then(Value::as_array);
    let all = all.into_iter().flatten().take(LOOKED_AT);
    let mut found: Vec<Setting> = Vec::new();
    for option in all {
        let Some(mut setting) = self::option(option) else {
            continue;
        };
        let word = match setting.dial.sort {
            DialSort::Mode => Some(MODE),
            DialSort::Model => Some(MODEL),
            DialSort::Thought | DialSort::Other => None,
        };
        let taken = |it: &Setting| Some(it.dial.id.as_str()) == word;
        if let Some(word) = word.filter(|_| !found.iter().any(taken)) {
            word.clone_into(&mut setting.dial.id);
        }
        add(&mut found, setting);
    }
    found
}

fn option(option: &Value) -> Option<Setting> {
    let text = |key: &str| option.get(key).and_then(Value::as_str);
    if text("type").is_some_and(|it| it != "select") {
        return None;
    }
    let id = text("id")?;
    // One that names no category may have the id of it.
    let sort = match text("category").unwrap_or(id) {
        "mode" => DialSort::Mode,
        "model" => DialSort::Model,
        "thought_level" => DialSort::Thought,
        _ => DialSort::Other,
    };
    let dial = Dial {
        id: id.to_owned(),
        name: text("name").unwrap_or(id).to_owned(),
        sort,
        current: text("currentValue")?.to_owned(),
        values: values(option.get("options")?, "value"),
    };
    Some(Setting::new(dial, Way::Option(id.to_owned())))
}

/// The values of a list; those of a group stand for it.
fn values(list: &Value, key: &str) -> Vec<DialValue> {
    let all = list.as_array().into_iter().flatten();
    let flat = all.flat_map(|one| match one.get("options").and_then(Value::as_array) {
        Some(group) => group.iter().collect(),
        None => vec![one],
    });
    flat.filter_map(|one| {
        let value = one.get(key)?.as_str()?;
        let name = one.get("name").and_then(Value::as_str).unwrap_or(value);
        Some(DialValue {
            value: value.to_owned(),
            name: name.to_owned(),
        })
    })
    .take(LOOKED_AT)
    .collect()
}

#[cfg(test)]
mod tests;
