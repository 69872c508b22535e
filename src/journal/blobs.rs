//! Large texts are kept apart, by the hash of their content: stored once however often they occur,
//! and removable (a pasted secret) without breaking the chain, which covers only their hashes.
//!
//! Pure: takes them out of an event's stored form and puts them back. Where they are kept is the
//! journal's business.

use serde_json::{Map, Value};

use crate::journal::chain::Digest;

/// From how many bytes on a text is kept apart.
pub const BLOB_MIN: usize = 1024;

/// What stands where a text was removed on purpose.
pub const REDACTED: &str = "[redacted]";

/// The one key of the object that stands for a text. No wire type has a field of this name.
const KEY: &str = "$blob";

/// A text that is kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// The hash of its text.
    pub hash: Digest,
    /// The text.
    pub text: String,
}

/// Replaces each large text in `body` by its hash and returns the texts.
#[must_use]
pub fn take_out(body: &mut Value) -> Vec<Blob> {
    let mut found = Vec::new();
    walk_out(body, &mut found);
    found
}

/// Replaces each hash in `body` by the text that `look_up` finds for it.
pub fn put_back<E>(
    body: &mut Value,
    look_up: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<(), E> {
    if let Some(name) = named(body) {
        let text = look_up(name)?;
        *body = Value::String(text);
        return Ok(());
    }
    match body {
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| put_back(item, look_up)),
        Value::Object(fields) => fields
            .values_mut()
            .try_for_each(|field| put_back(field, look_up)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn walk_out(body: &mut Value, found: &mut Vec<Blob>) {
    match body {
        Value::String(text) if text.len() >= BLOB_MIN => {
            let text = std::mem::take(text);
            let hash = Digest::of(&text);
            let name = Value::String(hash.to_string());
            *body = Value::Object(Map::from_iter([(KEY.to_owned(), name)]));
            found.push(Blob { hash, text });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk_out(item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk_out(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The hash that stands for a text, when `value` is such a stand-in.
fn named(value: &Value) -> Option<&str> {
    let fields = value.as_object()?;
    if fields.len() != 1 {
        return None;
    }
    fields.get(KEY)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BLOB_MIN, put_back, take_out};

    #[test]
    fn large_texts_are_taken_out_and_put_back() {
        let long = "x".repeat(BLOB_MIN);
        let whole = json!({"a": long, "b": ["short", {"c": long}], "d": 1});
        let mut body = whole.clone();
        let blobs = take_out(&mut body);
        assert_eq!(blobs.len(), 2);
        assert!(body.to_string().len() < 250, "{body}");
        let mut look_up = |name: &str| {
            let blob = blobs.iter().find(|blob| blob.hash.to_string() == name);
            blob.map(|blob| blob.text.clone()).ok_or(())
        };
        put_back(&mut body, &mut look_up).unwrap();
        assert_eq!(body, whole);
    }

    #[test]
    fn a_text_that_is_not_found_is_an_error() {
        let mut body = json!({"text": {"$blob": "00"}});
        assert_eq!(put_back(&mut body, &mut |_| Err("gone")), Err("gone"));
    }
}
