//! A form being filled in: what each field holds, where the cursor is, what does not fit.
//!
//! Owns the typing and the answer. How it looks is the view's business, what fits a field is
//! [`Form`]'s.

use std::collections::{BTreeMap, BTreeSet};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Map, Number, Value};

use crate::core::form::{Choice, Field, FieldKind, Form};
use crate::core::{AttentionId, Offerer, Text};
use crate::ui::line_edit::LineEdit;

/// A form on the screen.
#[derive(Debug)]
pub(crate) struct Filling {
    /// What it is filled in for.
    pub(crate) goal: Goal,
    /// Who asks, and what for; untrusted.
    pub(crate) title: String,
    /// The server's words; untrusted.
    pub(crate) message: String,
    /// Its fields with what they hold.
    pub(crate) entries: Vec<Entry>,
    /// The field that has the keys.
    pub(crate) at: usize,
    /// What could be filled in there.
    pub(crate) completion: Completion,
}

/// What a server would fill in for a field of its prompt.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    /// The wish that is to bring it, while it is on its way.
    pub(crate) ask: Option<u64>,
    /// For which field, and after which typed text.
    pub(crate) of: Option<(usize, String)>,
    /// The texts, untrusted, best first.
    pub(crate) words: Vec<String>,
}

/// What a form is filled in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The answer to what a server asks.
    Answer(AttentionId),
    /// A prompt of a server.
    Prompt { from: Offerer, name: String },
}

/// A field and what it holds.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The field.
    pub(crate) field: Field,
    /// What it holds.
    pub(crate) held: Held,
    /// What is wrong with it, once it was to be sent.
    pub(crate) fault: Option<String>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// What was typed: a text or a number.
    Typed(LineEdit),
    /// Yes, no, or nothing yet.
    Flag(Option<bool>),
    /// The option chosen.
    One(Option<usize>),
    /// The options chosen, and where the cursor is.
    Many {
        chosen: BTreeSet<usize>,
        cursor: usize,
    },
}

impl Filling {
    /// The form as the server wants it, with its defaults.
    pub(crate) fn of(goal: Goal, title: String, message: &str, form: Form) -> Self {
        let entries = form.fields.into_iter().map(|field| Entry {
            held: Held::of(&field),
            field,
            fault: None,
        });
        Self {
            goal,
            title,
            message: message.to_owned(),
            entries: entries.collect(),
            at: 0,
            completion: Completion::default(),
        }
    }

    /// Gives the keys to the next field, or to the one before.
    pub(crate) fn step(&mut self, forward: bool) {
        let count = self.entries.len().max(1);
        let step = if forward { 1 } else { count - 1 };
        self.at = (self.at + step) % count;
    }

    /// A key that has no meaning of its own.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other keys of crossterm are text or nothing"
    )]
    pub(crate) fn input(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Tab => return self.step(!key.modifiers.contains(KeyModifiers::SHIFT)),
            KeyCode::BackTab => return self.step(false),
            _ => {}
        }
        let Some(entry) = self.entries.get_mut(self.at) else {
            return;
        };
        entry.fault = None;
        let completed = self.completion.words.first();
        let options = entry.field.options().len();
        match (&mut entry.held, key.code) {
            (Held::Typed(line), KeyCode::Right) => {
                if let Some(word) = completed {
                    *line = LineEdit::holding(word);
                }
            }
            (Held::Typed(line), _) => {
                line.input(key);
            }
            (Held::Flag(flag), KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => {
                *flag = Some(!flag.unwrap_or(false));
            }
            (Held::Flag(flag), KeyCode::Char('y')) => *flag = Some(true),
            (Held::Flag(flag), KeyCode::Char('n')) => *flag = Some(false),
            (Held::One(one), KeyCode::Char(' ') | KeyCode::Right) => {
                *one = Some(one.map_or(0, |at| (at + 1) % options.max(1)));
            }
            (Held::One(one), KeyCode::Left) => {
                let last = options.saturating_sub(1);
                *one = Some(one.map_or(last, |at| at.checked_sub(1).unwrap_or(last)));
            }
            (Held::Many { cursor, .. }, KeyCode::Right) => *cursor = (*cursor + 1) % options.max(1),
            (Held::Many { cursor, .. }, KeyCode::Left) => {
                *cursor = cursor.checked_sub(1).unwrap_or(options.saturating_sub(1));
            }
            (Held::Many { chosen, cursor }, KeyCode::Char(' ')) => {
                if !chosen.remove(cursor) {
                    chosen.insert(*cursor);
                }
            }
            (Held::Flag(_) | Held::One(_) | Held::Many { .. }, _) => {}
        }
    }

    /// What was typed into the field that has the keys; `None` when that is no text.
    pub(crate) fn typed(&self) -> Option<(&str, &str)> {
        let entry = self.entries.get(self.at)?;
        match &entry.held {
            Held::Typed(line) => Some((&entry.field.name, line.text())),
            Held::Flag(_) | Held::One(_) | Held::Many { .. } => None,
        }
    }

    /// What was typed into the other fields, as far as something was.
    pub(crate) fn others(&self) -> BTreeMap<String, String> {
        let others = self.entries.iter().enumerate();
        let others = others.filter(|(at, _)| *at != self.at);
        let typed = others.filter_map(|(_, entry)| match &entry.held {
            Held::Typed(line) if !line.text().is_empty() => {
                Some((entry.field.name.clone(), line.text().to_owned()))
            }
            Held::Typed(_) | Held::Flag(_) | Held::One(_) | Held::Many { .. } => None,
        });
        typed.collect()
    }

    /// A paste.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(Entry {
            held: Held::Typed(line),
            fault,
            ..
        }) = self.entries.get_mut(self.at)
        {
            line.paste(text);
            *fault = None;
        }
    }

    /// The answer as JSON text; or `None`, as [`Filling::content`].
    pub(crate) fn answer(&mut self) -> Option<Text> {
        let content = self.content()?;
        Some(Text::from(Value::Object(content).to_string()))
    }

    /// What was filled in; or `None`, with a sentence at each field that does not fit and the keys at
    /// the first of them.
    pub(crate) fn content(&mut self) -> Option<Map<String, Value>> {
        let mut content = Map::new();
        for entry in &mut self.entries {
            let value = entry.held.value(&entry.field);
            entry.fault = entry.field.fault(value.as_ref());
            if let Some(value) = value {
                content.insert(entry.field.name.clone(), value);
            }
        }
        match self.entries.iter().position(|entry| entry.fault.is_some()) {
            Some(first) => {
                self.at = first;
                None
            }
            None => Some(content),
        }
    }
}

impl Held {
    fn of(field: &Field) -> Self {
        let default = field.default.as_ref();
        let text = default.and_then(Value::as_str);
        let place = |value: &str| {
            let mut options = field.options().iter();
            options.position(|option| option.value == value)
        };
        match &field.kind {
            FieldKind::Text { .. } | FieldKind::Number { .. } => {
                let mut line = LineEdit::default();
                match (text, default) {
                    (Some(text), _) => line.paste(text),
                    (None, Some(number)) => line.paste(&number.to_string()),
                    (None, None) => {}
                }
                Self::Typed(line)
            }
            FieldKind::Flag => Self::Flag(default.and_then(Value::as_bool)),
            FieldKind::One { .. } => Self::One(text.and_then(place)),
            FieldKind::Many { .. } => {
                let chosen = default.and_then(Value::as_array).into_iter().flatten();
                let chosen = chosen.filter_map(|value| place(value.as_str()?));
                Self::Many {
                    chosen: chosen.collect(),
                    cursor: 0,
                }
            }
        }
    }

    /// What is sent; `None` when nothing was filled in.
    fn value(&self, field: &Field) -> Option<Value> {
        let option = |at: &usize| field.options().get(*at).map(|it| it.value.clone());
        match self {
            Self::Typed(line) if line.text().is_empty() => None,
            Self::Typed(line) => Some(match field.kind {
                FieldKind::Number { .. } => number(line.text()),
                FieldKind::Text { .. }
                | FieldKind::Flag
                | FieldKind::One { .. }
                | FieldKind::Many { .. } => Value::from(line.text()),
            }),
            Self::Flag(flag) => flag.map(Value::Bool),
            Self::One(one) => Some(Value::String(option(one.as_ref()?)?)),
            Self::Many { chosen, .. } if chosen.is_empty() && !field.required => None,
            Self::Many { chosen, .. } => Some(chosen.iter().filter_map(option).collect()),
        }
    }
}

/// What was typed as a number; as text when it is none, which then does not fit.
fn number(typed: &str) -> Value {
    let typed = typed.trim();
    let whole = typed.parse::<i64>().ok().map(Value::from);
    let real = || {
        typed
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map(Value::Number)
    };
    whole.or_else(real).unwrap_or_else(|| Value::from(typed))
}

impl Field {
    /// What there is to choose; empty where nothing is.
    pub(crate) fn options(&self) -> &[Choice] {
        match &self.kind {
            FieldKind::One { options } | FieldKind::Many { options, .. } => options,
            FieldKind::Text { .. } | FieldKind::Number { .. } | FieldKind::Flag => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{Filling, Goal};
    use crate::core::{AttentionId, Form};
    use crate::ui::key::Chord;

    fn filling(properties: &Value, required: &[&str]) -> Filling {
        let schema = json!({"type": "object", "properties": properties, "required": required});
        let form = Form::read(&schema.to_string()).unwrap();
        Filling::of(Goal::Answer(AttentionId(1)), "x".to_owned(), "?", form)
    }

    fn press(filling: &mut Filling, keys: &[&str]) {
        for key in keys {
            filling.input(key.parse::<Chord>().unwrap().event());
        }
    }

    fn sent(filling: &mut Filling) -> Option<Value> {
        let answer = filling.answer()?;
        Some(serde_json::from_str(answer.as_str()).unwrap())
    }

    #[test]
    fn every_kind_of_field_is_filled_by_keys() {
        let options = json!({"enum": ["a", "b", "c"]});
        let mut form = filling(
            &json!({
                "a_text": {"type": "string"},
                "b_whole": {"type": "integer"},
                "c_real": {"type": "number"},
                "d_flag": {"type": "boolean"},
                "e_one": {"type": "string", "enum": ["a", "b", "c"]},
                "f_many": {"type": "array", "items": options},
            }),
            &[],
        );
        assert_eq!(sent(&mut form), Some(json!({})));
        press(
            &mut form,
            &[
                "h", "i", "space", "tab", "4", "2", "tab", "1", ".", "5", "tab",
            ],
        );
        press(
            &mut form,
            &["space", "tab", "space", "right", "left", "left", "tab"],
        );
        press(
            &mut form,
            &["space", "right", "right", "space", "left", "space", "space"],
        );
        assert_eq!(
            sent(&mut form),
            Some(
                json!({"a_text": "hi ", "b_whole": 42, "c_real": 1.5, "d_flag": true,
                "e_one": "c", "f_many": ["a", "c"]})
            )
        );
        press(&mut form, &["tab", "shift-tab", "shift-tab"]);
        assert_eq!(form.at, 4);
    }

    #[test]
    fn defaults_are_there_from_the_beginning() {
        let mut form = filling(
            &json!({
                "a": {"type": "string", "default": "x"},
                "b": {"type": "integer", "default": 7},
                "c": {"type": "boolean", "default": false},
                "d": {"type": "string", "enum": ["p", "q"], "default": "q"},
                "e": {"type": "array", "items": {"enum": ["p", "q"]}, "default": ["q"]},
            }),
            &["a", "b", "c", "d", "e"],
        );
        assert_eq!(
            sent(&mut form),
            Some(json!({"a": "x", "b": 7, "c": false, "d": "q", "e": ["q"]}))
        );
    }

    #[test]
    fn what_does_not_fit_is_told_at_its_field_and_gets_the_keys() {
        let mut form = filling(
            &json!({"a": {"type": "string"}, "b": {"type": "integer", "minimum": 1}}),
            &["b"],
        );
        // The required field comes first.
        press(&mut form, &["x", "tab"]);
        assert_eq!(sent(&mut form), None);
        assert_eq!(form.at, 0);
        let fault = form.entries[0].fault.as_deref();
        assert_eq!(fault, Some("it is a whole number"));
        press(&mut form, &["backspace", "3"]);
        assert_eq!(form.entries[0].fault, None);
        assert_eq!(sent(&mut form), Some(json!({"b": 3})));
    }
}
