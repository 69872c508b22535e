//! The final-answer block: how it looks, how it is read from an answer, and what of a growing answer
//! is shown before it is whole.
//!
//! Models keep to a format loosely, so reading is lenient; what is read is normalised elsewhere
//! ([`normal`](crate::core::conflict::normal)).

use serde_json::{Map, Value};

use crate::core::conflict::normal::final_answer;
use crate::core::{AnswerKind, FinalAnswer};

/// The block as a prompt asks for it and as members should write it.
pub const SHAPE: &str = r#"```final
{"kind":"choice|number|yesno|code|json|text","value":...,"confidence":0.0-1.0}
```"#;

/// The info word that opens the block.
const WORD: &str = "final";
/// How many places of a long answer are tried as the beginning of a bare object.
const TRIES: usize = 64;

/// An answer taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The text without the block. When a member wrote nothing else, the value of the block.
    pub prose: String,
    /// The final answer, when there is one that can be read.
    pub block: Option<FinalAnswer>,
}

/// Takes an answer apart. The last readable `final` fence counts; without one, an object with `kind`
/// and `value` at the very end, bare or in a fence of any other name. A fence that the text ends in
/// the middle of, a missing confidence and blanks anywhere are forgiven.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let fences = fences(text);
    let ours: Vec<(&Fence<'_>, FinalAnswer)> = fences
        .iter()
        .filter(|fence| fence.info.eq_ignore_ascii_case(WORD))
        .filter_map(|fence| Some((fence, read(fence.body)?)))
        .collect();
    if let Some((_, block)) = ours.last() {
        let block = block.clone();
        let cuts: Vec<(usize, usize)> = ours
            .iter()
            .map(|(fence, _)| (fence.start, fence.end))
            .collect();
        return folded(text, &cuts, block);
    }
    if let Some(last) = fences.last()
        && text
            .get(last.end..)
            .is_some_and(|rest| rest.trim().is_empty())
        && let Some(block) = read(last.body)
    {
        return folded(text, &[(last.start, last.end)], block);
    }
    match bare(text) {
        Some((start, block)) => folded(text, &[(start, text.len())], block),
        None => Parsed {
            prose: text.to_owned(),
            block: None,
        },
    }
}

/// The part of a growing answer that is worth showing: everything before a `final` fence, or before
/// a last line that may still become one. Always a beginning of `text`.
#[must_use]
pub fn visible(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let whole = line.ends_with('\n');
        let bare = line.trim();
        let run = run_of_ticks(bare);
        let rest = bare.get(run..).unwrap_or_default().trim_start();
        let opens = run >= 3 && rest.eq_ignore_ascii_case(WORD);
        let may_open = !whole
            && run > 0
            && run == bare.len().min(run.max(3))
            && WORD.starts_with(&rest.to_ascii_lowercase());
        if opens || may_open {
            return text.get(..at).unwrap_or_default().trim_end();
        }
        at += line.len();
    }
    text
}

/// A fenced block of a text.
struct Fence<'a> {
    info: &'a str,
    body: &'a str,
    /// From here, the opening line included …
    start: usize,
    /// … to here, the closing line included.
    end: usize,
}

/// All fences, in order. Inside a fence only its own closing line counts, but a `final` fence is
/// found inside others as well: a model that forgot to close its code still gave an answer.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &str, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let bare = line.trim();
        let run = run_of_ticks(bare);
        let info = bare.get(run..).unwrap_or_default().trim();
        let is_ours = run >= 3 && info.eq_ignore_ascii_case(WORD);
        match open {
            Some((ticks, info_before, from, body)) if !is_ours => {
                if run >= ticks && info.is_empty() {
                    found.push(Fence {
                        info: info_before,
                        body: text.get(body..start).unwrap_or_default(),
                        start: from,
                        end,
                    });
                    open = None;
                }
            }
            Some(_) | None => {
                if run >= 3 && !info.contains('`') {
                    open = Some((run, info, start, end));
                }
            }
        }
    }
    if let Some((_, info, start, body)) = open {
        found.push(Fence {
            info,
            body: text.get(body..).unwrap_or_default(),
            start,
            end: text.len(),
        });
    }
    found
}

fn run_of_ticks(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b'`').count()
}

fn folded(text: &str, cuts: &[(usize, usize)], block: FinalAnswer) -> Parsed {
    let mut prose = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in cuts {
        prose.push_str(text.get(from..*start).unwrap_or_default());
        from = *end;
    }
    prose.push_str(text.get(from..).unwrap_or_default());
    let prose = match prose.trim_end() {
        "" => block.value.clone(),
        prose => prose.to_owned(),
    };
    Parsed {
        prose,
        block: Some(block),
    }
}

/// An object at the very end of a text.
fn bare(text: &str) -> Option<(usize, FinalAnswer)> {
    let trimmed = text.trim_end();
    if !trimmed.ends_with('}') {
        return None;
    }
    let starts = trimmed.rmatch_indices('{').map(|(at, _)| at);
    starts.take(TRIES).find_map(|at| {
        let object = trimmed.get(at..)?;
        Some((at, read(object)?))
    })
}

/// Reads the first object of a block's body.
fn read(body: &str) -> Option<FinalAnswer> {
    let object = first_object(body).or_else(|| first_object(&with_escaped_breaks(body)))?;
    let value = object.get("value").filter(|value| !value.is_null())?;
    let kind = kind(object.get("kind")?.as_str()?)?;
    Some(final_answer(kind, value, confidence(&object)))
}

fn first_object(body: &str) -> Option<Map<String, Value>> {
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<Value>();
    match values.next()?.ok()? {
        Value::Object(object) => Some(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

/// Code as a value is often written with real line breaks, which JSON forbids inside strings.
pub(super) fn with_escaped_breaks(body: &str) -> String {
    let mut fixed = String::with_capacity(body.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in body.chars() {
        match c {
            '\n' if in_string => fixed.push_str("\\n"),
            '\r' if in_string => fixed.push_str("\\r"),
            '\t' if in_string => fixed.push_str("\\t"),
            _ => fixed.push(c),
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = c == '\\' && !escaped;
    }
    fixed
}

fn kind(word: &str) -> Option<AnswerKind> {
    let letters: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match letters.as_str() {
        "choice" | "option" => Some(AnswerKind::Choice),
        "number" | "integer" | "float" => Some(AnswerKind::Number),
        "yesno" | "boolean" | "bool" => Some(AnswerKind::YesNo),
        "code" => Some(AnswerKind::Code),
        "json" | "object" => Some(AnswerKind::Json),
        "text" | "string" => Some(AnswerKind::Text),
        _ => None,
    }
}

fn confidence(object: &Map<String, Value>) -> Option<f64> {
    let given = object.get("confidence")?;
    given
        .as_f64()
        .or_else(|| given.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{SHAPE, parse, visible};
    use crate::core::AnswerKind;

    fn value(text: &str) -> Option<String> {
        parse(text).block.map(|block| block.value)
    }

    #[test]
    fn the_block_is_read_and_folded_away() {
        let parsed = parse(
            "Because of X.\n\n```final\n{\"kind\":\"number\",\"value\":42,\"confidence\":0.8}\n```\n",
        );
        let block = parsed.block.unwrap();
        assert_eq!(parsed.prose, "Because of X.");
        assert_eq!(
            (block.kind, block.value.as_str(), block.confidence),
            (AnswerKind::Number, "42", Some(0.8))
        );
    }

    #[test]
    fn text_around_the_block_is_kept() {
        let parsed = parse("a\n```final\n{\"kind\":\"text\",\"value\":\"v\"}\n```\nb  \n");
        assert_eq!(parsed.prose, "a\nb");
    }

    #[test]
    fn a_member_that_gave_only_the_block_still_has_words() {
        assert_eq!(
            parse("```final\n{\"kind\":\"yesno\",\"value\":true}\n```").prose,
            "true"
        );
    }

    #[test]
    fn loose_writing_is_forgiven() {
        for (text, expected) in [
            (
                "x\n  ```` Final  \n {\"kind\":\"choice\",\"value\":\"B\"} \n  ````  ",
                "B",
            ),
            ("x\n```final\n{\"kind\":\"choice\",\"value\":\"B\"", ""),
            ("x\n```final\n{\"kind\":\"choice\",\"value\":\"B\"}", "B"),
            (
                "x\n```final\n{\"kind\":\"choice\",\"value\":\"B\"} thanks\n```",
                "B",
            ),
            (
                "x\n```json\n{\"kind\":\"choice\",\"value\":\"B\"}\n```\n",
                "B",
            ),
            ("x {\"kind\":\"choice\",\"value\":\"B\"}\n\n", "B"),
            (
                "{\"kind\":\"json\",\"value\":{\"a\":{\"b\":1}}}",
                "{\"a\":{\"b\":1}}",
            ),
            (
                "```final\n{\"kind\":\"code\",\"value\":\"a\n\tb\"}\n```",
                "a\n\tb",
            ),
            (
                "```rust\nfn a() {}\n```final\n{\"kind\":\"text\",\"value\":\"v\"}\n```",
                "v",
            ),
            (
                "```final\n{\"kind\":\"Yes/No\",\"value\":\"no\",\"confidence\":\"0.5\"}\n```",
                "no",
            ),
        ] {
            assert_eq!(value(text).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn the_last_readable_block_counts() {
        let two = "```final\n{\"kind\":\"number\",\"value\":1}\n```\nno:\n```final\n{\"kind\":\"number\",\"value\":2}\n```";
        assert_eq!(value(two).as_deref(), Some("2"));
        assert_eq!(parse(two).prose, "no:");
        let broken = "```final\n{\"kind\":\"number\",\"value\":1}\n```\n```final\nnothing\n```";
        assert_eq!(value(broken).as_deref(), Some("1"));
    }

    #[test]
    fn what_is_no_block_is_left_alone() {
        for text in [
            "plain",
            "```json\n{\"kind\":\"number\",\"value\":1}\n```\nthen more prose",
            "```final\n{\"kind\":\"colour\",\"value\":1}\n```",
            "```final\n{\"kind\":\"number\",\"value\":null}\n```",
            "see {\"value\":1}",
            SHAPE,
        ] {
            let parsed = parse(text);
            assert_eq!(
                (parsed.prose.as_str(), parsed.block),
                (text, None),
                "{text}"
            );
        }
    }

    #[test]
    fn many_braces_cost_little() {
        let text = "{".repeat(200_000) + "}";
        assert_eq!(parse(&text).block, None);
    }

    #[test]
    fn a_growing_answer_never_shows_the_block() {
        let whole = "See:\n```rust\nlet a = `b`;\n```\nso\n```final\n{\"kind\":\"text\",\"value\":\"v\"}\n```\n";
        let shown = "See:\n```rust\nlet a = `b`;\n```\nso";
        for end in 0..=whole.len() {
            let seen = visible(&whole[..end]);
            assert!(format!("{shown}\n").starts_with(seen), "{seen:?}");
            assert!(whole[..end].starts_with(seen));
        }
        assert_eq!(visible(whole), shown);
        assert_eq!(visible("a `code` b"), "a `code` b");
        assert_eq!(visible("a\n```fin"), "a");
        assert_eq!(visible("a\n```fine"), "a\n```fine");
    }
}
