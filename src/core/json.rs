//! Finds the object that a model was asked for in all that it wrote. Lenient in the form; what the
//! fields must say is the business of each reader.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The end of a longer text is what is read, in bytes.
pub(crate) const TEXT_MAX: usize = 256 * 1024;
/// How many places are tried as the beginning of an object.
const TRIES: usize = 256;
/// How many bytes are mended, or read in vain to the end, in all tries together.
const WORK_MAX: usize = 8 * TEXT_MAX;

/// The fields of an object as they stand in the text, doubled ones included.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn raw(&self, name: &str) -> Option<&RawValue> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// Whether there is a field of this name, in letters of any size.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The value of a field; the last one where it is doubled.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// The text of a field; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.value(name) {
            Some(Value::String(text)) => text,
            Some(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_),
            )
            | None => String::new(),
        }
    }

    /// The fields of a field that is an object.
    pub(crate) fn fields(&self, name: &str) -> Option<Self> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// The objects of a field that is a list; `None` stands for what is no object.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<Option<Self>>> {
        let list: Vec<Box<RawValue>> = serde_json::from_str(self.raw(name)?.get()).ok()?;
        let each = list.iter().map(|one| serde_json::from_str(one.get()).ok());
        Some(each.collect())
    }

    /// Names and values, in order; what is nested too deeply to be read is null.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (String, Value)> {
        let value = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or_default();
        self.0
            .into_iter()
            .map(move |(name, raw)| (name, value(&raw)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// The last object of a text that fits, fenced or bare: what is quoted before it may fit as well.
pub(crate) fn last_object(text: &str, fits: impl Fn(&Fields) -> bool) -> Option<Fields> {
    let start = text.ceil_char_boundary(text.len().saturating_sub(TEXT_MAX));
    let text = text.get(start..)?;
    let (mut found, mut from, mut left) = (None, 0, WORK_MAX);
    for _ in 0..TRIES {
        let Some(at) = text.get(from..).and_then(|rest| rest.find('{')) else {
            break;
        };
        from += at;
        if left == 0 {
            break;
        }
        match object(text.get(from..)?, &mut left) {
            Some((fields, length)) => {
                from += length;
                if fits(&fields) {
                    found = Some(fields);
                }
            }
            None => from += 1,
        }
    }
    found
}

/// The object that a text begins with and its length in bytes, as it stands or mended; `left` is the work
/// that may still be done.
fn object(text: &str, left: &mut usize) -> Option<(Fields, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Fields>();
    match values.next()? {
        Ok(fields) => return Some((fields, values.byte_offset())),
        Err(error) if error.is_eof() => {
            *left = left.saturating_sub(text.len());
            return None;
        }
        Err(_) => {}
    }
    let (mended, length) = mended(text, left)?;
    Some((serde_json::from_str(&mended).ok()?, length))
}

/// The object that a text begins with, with what models write and JSON does not know made readable:
/// `NaN` and the infinite numbers become null, which is no number either, a comma before a closing
/// bracket goes, and a line may break inside a string. With its length as it was written. `None` where
/// it never ends, or where no byte is left to be mended.
fn mended(text: &str, left: &mut usize) -> Option<(String, usize)> {
    let mut fixed = String::new();
    let (mut in_string, mut escaped, mut depth) = (false, false, 0_usize);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        *left = left.saturating_sub(c.len_utf8());
        if *left == 0 {
            return None;
        }
        if !in_string {
            let words = ["-Infinity", "+Infinity", "Infinity", "-NaN", "NaN"];
            if let Some(after) = words.iter().find_map(|word| rest.strip_prefix(word)) {
                fixed.push_str("null");
                rest = after;
                continue;
            }
            if matches!(c, '}' | ']') {
                let kept = fixed.trim_end();
                if kept.ends_with(',') {
                    fixed.truncate(kept.len() - 1);
                }
            }
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\n' if in_string => fixed.push_str("\\n"),
            '\r' if in_string => fixed.push_str("\\r"),
            '\t' if in_string => fixed.push_str("\\t"),
            _ => fixed.push(c),
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        if depth == 0 {
            return Some((fixed, text.len() - rest.len()));
        }
    }
    None
}

/// Yes or no, as a model may write it: `true`, `"true"`, `"yes"`.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::String(word) => match word.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        },
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{TEXT_MAX, last_object};

    fn found(text: &str) -> Option<Value> {
        last_object(text, |fields| fields.has("a"))?.value("a")
    }

    #[test]
    fn the_last_object_that_fits_is_found_wherever_it_stands() {
        for (text, expected) in [
            (r#"{"a":1}"#, Some(json!(1))),
            ("So:\n```json\n{\"A\": 1}\n```\ndone", Some(json!(1))),
            (r#"{"a":1} then {"a":2} and {"b":3}"#, Some(json!(2))),
            (r#"{ not json } {"a":[1,2,],}"#, Some(json!([1, 2]))),
            (r#"{"a":NaN}"#, Some(Value::Null)),
            (
                "{\"a\":\"one\ntwo\tthree\"}",
                Some(json!("one\ntwo\tthree")),
            ),
            (
                "an odd \" before {\"a\":\"NaN, ]\",}",
                Some(json!("NaN, ]")),
            ),
            (r#"{"a":"\\",} {"b":1}"#, Some(json!("\\"))),
            (r#"{"a":1,"a":2}"#, Some(json!(2))),
            (r#"{"b":1}"#, None),
            (r#"{"a":1"#, None),
            ("", None),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn only_the_end_of_a_long_text_is_read_and_nesting_costs_little() {
        let long = format!("{}{{\"a\":1}}", "ä{".repeat(TEXT_MAX));
        assert_eq!(found(&long), None, "too many places before it");
        let long = format!("{}{{\"a\":1}}", "ä ".repeat(TEXT_MAX));
        assert_eq!(found(&long), Some(json!(1)));
        for deep in ["{\"a\":", "{", "[{", "{\"a\":[", "{,\"a\":"] {
            assert_eq!(found(&deep.repeat(TEXT_MAX)), None, "{deep}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(found(&deep), None, "deeper than is read");
    }
}
