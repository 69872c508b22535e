//! The field `answer` of JSON, whole, broken or in the middle of prose.

use serde_json::Value;

use crate::core::conflict::block::with_escaped_breaks;
use crate::core::conflict::normal::literal::{beginning, unquoted};

/// How such a field is called.
const NAMES: [&str; 4] = ["answer", "final_answer", "finalAnswer", "final answer"];
/// How many marks of a text are tried as the beginning or the end of a field.
const TRIES: usize = 64;

/// What the last field of that name says.
#[must_use]
pub fn answer(text: &str) -> Option<String> {
    if let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text)
        && let Some(value) = NAMES.iter().find_map(|name| object.get(*name))
    {
        return Some(written(value));
    }
    let last = NAMES
        .iter()
        .filter_map(|name| behind(text, name))
        .max_by_key(|(at, _)| *at);
    let (_, rest) = last?;
    value(rest)
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// Where the last field of a name begins, and what stands behind its colon.
fn behind<'a>(text: &'a str, name: &str) -> Option<(usize, &'a str)> {
    text.rmatch_indices(name).take(TRIES).find_map(|(at, _)| {
        let quote = text
            .get(..at)?
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\''))?;
        let rest = text.get(at + name.len()..)?.strip_prefix(quote)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        Some((at, rest.trim_start_matches([' ', '\t', '\n', '\r'])))
    })
}

fn value(rest: &str) -> Option<String> {
    match rest.chars().next()? {
        '"' => Some(string(rest)),
        '`' => {
            let inner = rest.get(1..)?;
            Some(inner.split('`').next().unwrap_or(inner).to_owned())
        }
        _ => {
            let line = rest.lines().next().unwrap_or(rest);
            if let Some((_, after)) = beginning(rest)
                && (ends(after) || after.starts_with(['\n', '\r']))
                && let Some(found) = rest.get(..rest.len() - after.len())
            {
                return Some(found.to_owned());
            }
            let bare = line.trim().trim_end_matches(['}', ',']).trim_end();
            (!bare.is_empty()).then(|| bare.to_owned())
        }
    }
}

/// A string whose quotes or line breaks may not be escaped.
fn string(rest: &str) -> String {
    let strict = |text: &str| {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let value = values.next()?.ok()?;
        ends(text.get(values.byte_offset()..)?).then_some(value)
    };
    if let Some(value) = strict(rest) {
        return value;
    }
    let inner = rest.get(1..).unwrap_or_default();
    let quotes = inner.match_indices('"').map(|(at, _)| at);
    let end = quotes
        .take(TRIES)
        .find(|at| inner.get(at + 1..).is_some_and(ends_object));
    if let Some(end) = end {
        let raw = inner.get(..end).unwrap_or_default();
        let escaped = with_escaped_breaks(&format!("\"{raw}\""));
        return serde_json::from_str(&escaped).unwrap_or_else(|_| unquoted(raw));
    }
    let line = inner.lines().next().unwrap_or(inner);
    unquoted(line.trim_end().trim_end_matches(['}', ',', '"', ' ']))
}

/// Whether a field may end here.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with(['}', ',', '`'])
}

/// Whether the object ends here, and the text or its fence with it.
fn ends_object(rest: &str) -> bool {
    let Some(after) = rest.trim_start().strip_prefix('}') else {
        return false;
    };
    let same_line = after.trim_start_matches([' ', '\t']);
    same_line.is_empty() || same_line.starts_with(['\n', '\r', '`'])
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn the_field_is_found_whole_or_broken() {
        for (text, found) in [
            ("{\"reasoning\": \"1+1\", \"answer\": \"2\"}", "2"),
            ("{\"answer\": 2}", "2"),
            ("{\"answer\": [1, \"a\"]}", "[1,\"a\"]"),
            (
                "```json\n{\"reasoning\": \"a\nb\", \"answer\": \"$2\"}\n```",
                "$2",
            ),
            ("Here:\n{\"answer\": \"'a b '\"\n}\nSo it is.", "'a b '"),
            ("{\"answer\": \"[\"a\", \"b\"]\"\n}", "[\"a\", \"b\"]"),
            ("{\n\"answer\": `{1: 2, 3: 4}`\n}", "{1: 2, 3: 4}"),
            ("{\n\"answer\": False\n}", "False"),
            ("{\n\"answer\": {1: 'a, b'}\n}", "{1: 'a, b'}"),
            ("{\n\"answer\": 12 apples,\n}", "12 apples"),
            ("{\"answer\": \"1\"} no, {\"answer\": \"2\"}", "2"),
            ("{\"answer\": \"\"}", ""),
            ("{'answer': '5'}", "'5'"),
            ("{\"reasoning\": \"x\", \"answer\": \"4", "4"),
            ("{\"answer\": \"a\\nb\"", "a\nb"),
        ] {
            assert_eq!(answer(text).as_deref(), Some(found), "{text}");
        }
    }

    #[test]
    fn without_the_field_there_is_none() {
        for text in [
            "",
            "the answer is 5",
            "{\"reasoning\": \"the answer: 5",
            "\"answer\"",
            "{\"answer\":",
        ] {
            assert_eq!(answer(text), None, "{text}");
        }
    }
}
