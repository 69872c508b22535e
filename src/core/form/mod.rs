//! A form that a server wants filled in: its fields, and what is wrong with an answer.
//!
//! Reads the part of JSON Schema that MCP allows for elicitation: a flat object of texts, numbers,
//! yes-or-no, and choices of one or several. What is optional and cannot be asked is left out; a
//! form that asks for such a thing is one that nobody can fill in, and says so in one sentence.

mod check;

use serde_json::{Map, Value};

/// More fields than anybody fills in.
const FIELDS_MAX: usize = 64;
/// More options than anybody reads.
const OPTIONS_MAX: usize = 256;

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its fields, required ones first, and then by name.
    pub fields: Vec<Field>,
}

/// One field. All texts are untrusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key in the answer.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// More about it; empty when nothing was said.
    pub about: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What it takes.
    pub kind: FieldKind,
    /// What is answered when nothing is changed.
    pub default: Option<Value>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// A text.
    Text {
        /// What it must look like.
        format: Option<Format>,
        /// Fewest characters.
        min: Option<u64>,
        /// Most characters.
        max: Option<u64>,
    },
    /// A number.
    Number {
        /// Whether it must be whole.
        whole: bool,
        /// The least.
        min: Option<f64>,
        /// The greatest.
        max: Option<f64>,
    },
    /// Yes or no.
    Flag,
    /// One of these.
    One {
        /// What there is to choose.
        options: Vec<Choice>,
    },
    /// Several of these.
    Many {
        /// What there is to choose.
        options: Vec<Choice>,
        /// How many at least.
        min: Option<u64>,
        /// How many at most.
        max: Option<u64>,
    },
}

/// What a text must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `name@host`.
    Email,
    /// An address with a scheme.
    Uri,
    /// `2026-03-02`.
    Date,
    /// `2026-03-02T13:20:00Z`.
    DateTime,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub title: String,
}

/// Why nobody can fill a form in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfillable {
    /// It describes no flat object.
    #[error("nobody can fill this form in: the server describes no list of fields")]
    NoFields,
    /// It has too many fields.
    #[error("nobody can fill this form in: it has {0} fields, and more than 64 are not shown")]
    TooLong(usize),
    /// A required field is of a kind that cannot be asked.
    #[error("nobody can fill this form in: it requires `{field}`, which is {what}")]
    Field {
        /// The field.
        field: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Form {
    /// Reads a schema, given as JSON text.
    ///
    /// # Errors
    /// One sentence when nobody can fill it in.
    pub fn read(schema: &str) -> Result<Self, Unfillable> {
        let Ok(Value::Object(schema)) = serde_json::from_str(schema) else {
            return Err(Unfillable::NoFields);
        };
        let is_object = schema.get("type").is_none_or(|kind| kind == "object");
        let none = Map::new();
        let properties = match schema.get("properties") {
            Some(Value::Object(properties)) if is_object => properties,
            None if is_object => &none,
            Some(_) | None => return Err(Unfillable::NoFields),
        };
        if properties.len() > FIELDS_MAX {
            return Err(Unfillable::TooLong(properties.len()));
        }
        let required: Vec<&str> = texts(schema.get("required")).collect();
        let impossible = |field: &str, what| Unfillable::Field {
            field: field.to_owned(),
            what,
        };
        if let Some(missing) = required
            .iter()
            .find(|name| !properties.contains_key(**name))
        {
            return Err(impossible(missing, "not described"));
        }
        let mut fields = Vec::new();
        for (name, schema) in properties {
            let required = required.contains(&name.as_str());
            match kind(schema).and_then(possible) {
                Ok(kind) => fields.push(field(name, schema, required, kind)),
                Err(what) if required => return Err(impossible(name, what)),
                Err(_) => {}
            }
        }
        // JSON objects come without an order.
        fields.sort_by_key(|field| !field.required);
        Ok(Self { fields })
    }

    /// The answer that sends every default, when that is a complete one.
    #[must_use]
    pub fn by_defaults(&self) -> Option<Map<String, Value>> {
        let values = self.fields.iter();
        let content: Map<String, Value> = values
            .filter_map(|field| Some((field.name.clone(), field.default.clone()?)))
            .collect();
        self.faults(&content).is_empty().then_some(content)
    }

    /// What is wrong with an answer: a field's name and one sentence for each.
    #[must_use]
    pub fn faults(&self, content: &Map<String, Value>) -> Vec<(String, String)> {
        let known = self.fields.iter().filter_map(|field| {
            let fault = check::fault(field, content.get(&field.name))?;
            Some((field.name.clone(), fault))
        });
        let unknown = content
            .keys()
            .filter(|key| self.fields.iter().all(|field| field.name != **key))
            .map(|key| (key.clone(), format!("the form has no field `{key}`")));
        known.chain(unknown).collect()
    }
}

impl Field {
    /// What is wrong with its value, in one sentence; `None` when it fits. An absent value is one
    /// that was not filled in.
    #[must_use]
    pub fn fault(&self, value: Option<&Value>) -> Option<String> {
        check::fault(self, value)
    }
}

fn field(name: &str, schema: &Value, required: bool, kind: FieldKind) -> Field {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let title = match text("title") {
        "" => name,
        title => title,
    };
    let mut field = Field {
        name: name.to_owned(),
        title: title.to_owned(),
        about: text("description").to_owned(),
        required,
        kind,
        default: None,
    };
    let default = schema.get("default").cloned();
    field.default = default.filter(|default| check::fault(&field, Some(default)).is_none());
    field
}

fn kind(schema: &Value) -> Result<FieldKind, &'static str> {
    let kind = schema.get("type").and_then(Value::as_str);
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    let count = |key: &str| schema.get(key).and_then(Value::as_u64);
    match kind {
        Some("string") => Ok(match options(schema) {
            Some(options) => FieldKind::One { options: options? },
            None => FieldKind::Text {
                format: format(schema),
                min: count("minLength"),
                max: count("maxLength"),
            },
        }),
        Some(kind @ ("number" | "integer")) => Ok(FieldKind::Number {
            whole: kind == "integer",
            min: number("minimum"),
            max: number("maximum"),
        }),
        Some("boolean") => Ok(FieldKind::Flag),
        Some("array") => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            let options = options(items).ok_or("a list of anything")??;
            Ok(FieldKind::Many {
                options,
                min: count("minItems"),
                max: count("maxItems"),
            })
        }
        Some("object") => Err("an object within the form"),
        Some(_) => Err("of a type that no form has"),
        None => Err("of no type"),
    }
}

/// Refuses what no value could satisfy.
fn possible(kind: FieldKind) -> Result<FieldKind, &'static str> {
    let crossed = |min: Option<u64>, max: Option<u64>| matches!((min, max), (Some(min), Some(max)) if min > max);
    let impossible = match &kind {
        FieldKind::Text { min, max, .. } => crossed(*min, *max),
        FieldKind::Number { min, max, .. } => {
            matches!((min, max), (Some(min), Some(max)) if min > max)
        }
        FieldKind::Flag | FieldKind::One { .. } => false,
        FieldKind::Many { options, min, max } => {
            crossed(*min, *max) || min.is_some_and(|min| min > options.len() as u64)
        }
    };
    if impossible {
        Err("limited so that nothing fits")
    } else {
        Ok(kind)
    }
}

/// The options of a choice, in the three ways in which they are written; `None`: it is none.
fn options(schema: &Value) -> Option<Result<Vec<Choice>, &'static str>> {
    let titled = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    let options: Vec<Choice> = match (schema.get("enum"), titled) {
        (Some(_), _) => {
            let titles: Vec<&str> = texts(schema.get("enumNames")).collect();
            let values = texts(schema.get("enum")).enumerate();
            values
                .map(|(at, value)| choice(value, titles.get(at).copied()))
                .collect()
        }
        (None, Some(Value::Array(titled))) => titled
            .iter()
            .filter_map(|option| {
                let value = option.get("const")?.as_str()?;
                Some(choice(value, option.get("title").and_then(Value::as_str)))
            })
            .collect(),
        (None, _) => return None,
    };
    Some(match options.len() {
        0 => Err("a choice without options"),
        1..=OPTIONS_MAX => Ok(options),
        _ => Err("a choice of more than 256 options"),
    })
}

fn choice(value: &str, title: Option<&str>) -> Choice {
    Choice {
        value: value.to_owned(),
        title: title.unwrap_or(value).to_owned(),
    }
}

fn format(schema: &Value) -> Option<Format> {
    match schema.get("format")?.as_str()? {
        "email" => Some(Format::Email),
        "uri" => Some(Format::Uri),
        "date" => Some(Format::Date),
        "date-time" => Some(Format::DateTime),
        _ => None,
    }
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests;
