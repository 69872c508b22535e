//! The language of the composer: addresses and options among plain words.
//!
//! `@member`, `/strategy`, `#kind`, `!priority`, `after:#3`, `deadline:10m`, `rule:borda`,
//! `policy:fastest` and `check:tests` are options in the run of such words that begins the task, and in the run that ends its last line as
//! far as they name what exists, were typed and stand outside `` `code` ``. Everything else is the prompt, kept
//! as written. At the beginning a well-formed option with an unknown name is reported, never
//! guessed. `\@word` at either place is the literal `@word`. A word that starts with a sigil but
//! cannot be an option by its shape (`#!/bin/sh`, `!=`, `/usr/bin`, `@`) is text.
//!
//! Does not know which members exist: the caller gives the [`Vocabulary`]. What comes of it is a
//! [`Draft`].

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::ui::composer::draft::{Draft, DraftError, Sigil, Vocabulary};
use crate::ui::suggest::nearest;

/// One word that is an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub sigil: Sigil,
    /// The name after the mark.
    pub name: String,
    /// Bytes it takes in the text.
    pub span: Range<usize>,
}

/// The options of a text in order. `pasted` are the parts of it that were not typed: they are
/// options at the beginning only.
#[must_use]
pub fn tokens(text: &str, vocabulary: &Vocabulary, pasted: &[Arc<str>]) -> Vec<Token> {
    let words: Vec<Range<usize>> = words(text).collect();
    let first: Vec<Token> = words.iter().map_while(|span| token(text, span)).collect();
    let last_line = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let literal = literal_spans(text, pasted);
    let last = words[first.len()..]
        .iter()
        .rev()
        .take_while(|span| span.start >= last_line && !overlaps(&literal, span))
        .map_while(|span| token(text, span).filter(|token| exists(token, vocabulary)));
    let mut last: Vec<Token> = last.collect();
    last.reverse();
    first.into_iter().chain(last).collect()
}

/// A text of somebody else as it can stand at the beginning of a task: nothing in its first run of
/// words is an option there.
pub(super) fn literal(text: &str) -> String {
    let text = text.trim();
    let first = text.split_whitespace().next();
    let mark = first.and_then(option_of).map_or("", |_| "\\");
    format!("{mark}{text}")
}

fn token(text: &str, span: &Range<usize>) -> Option<Token> {
    let (sigil, name) = option_of(&text[span.clone()])?;
    Some(Token {
        sigil,
        name: name.to_owned(),
        span: span.clone(),
    })
}

fn exists(token: &Token, vocabulary: &Vocabulary) -> bool {
    let name = &token.name;
    match token.sigil {
        Sigil::Member => vocabulary.members.contains(name),
        Sigil::Strategy => vocabulary.strategies.contains(name),
        Sigil::Kind => vocabulary.has_kind(name),
        Sigil::Priority => vocabulary.priorities.contains(name),
        Sigil::After => name.parse().is_ok_and(|n| vocabulary.tasks.contains(&n)),
        Sigil::Deadline => duration(name).is_some(),
        Sigil::Rule => vocabulary.rules.contains(name),
        Sigil::Policy => vocabulary.policies.contains(name),
        Sigil::Check => vocabulary.checks.contains(name),
    }
}

/// Where the text holds code or what was pasted.
fn literal_spans(text: &str, pasted: &[Arc<str>]) -> Vec<Range<usize>> {
    let mut spans = code_spans(text);
    for piece in pasted.iter().filter(|piece| !piece.is_empty()) {
        let found = text.match_indices(&**piece);
        spans.extend(found.map(|(at, piece)| at..at + piece.len()));
    }
    spans
}

fn overlaps(spans: &[Range<usize>], word: &Range<usize>) -> bool {
    spans
        .iter()
        .any(|span| span.start < word.end && word.start < span.end)
}

/// Takes a text apart and checks every name; `pasted` are the parts that were not typed.
///
/// # Errors
/// The first thing that keeps the draft from being sent, with a suggestion where one is near.
pub fn parse(
    text: &str,
    vocabulary: &Vocabulary,
    pasted: &[Arc<str>],
) -> Result<Draft, DraftError> {
    let tokens = tokens(text, vocabulary, pasted);
    let mut draft = Draft::default();
    for token in &tokens {
        apply(&mut draft, token, vocabulary)?;
    }
    draft.prompt = prompt(text, &tokens);
    if draft.prompt.is_empty() {
        return Err(DraftError::NoPrompt);
    }
    Ok(draft)
}

fn apply(draft: &mut Draft, token: &Token, vocabulary: &Vocabulary) -> Result<(), DraftError> {
    let name = token.name.clone();
    match token.sigil {
        Sigil::Member => {
            known(token, &vocabulary.members)?;
            if !draft.members.contains(&name) {
                draft.members.push(name);
            }
        }
        Sigil::Strategy => {
            known(token, &vocabulary.strategies)?;
            once(&mut draft.strategy, token)?;
        }
        Sigil::Kind => {
            if !vocabulary.has_kind(&name) {
                known(token, &vocabulary.kinds)?;
            }
            once(&mut draft.kind, token)?;
        }
        Sigil::Priority => {
            known(token, &vocabulary.priorities)?;
            once(&mut draft.priority, token)?;
        }
        Sigil::After => {
            let number = name.parse().ok().filter(|n| vocabulary.tasks.contains(n));
            let number = number.ok_or_else(|| DraftError::Unknown {
                sigil: Sigil::After,
                name: name.clone(),
                suggestion: None,
            })?;
            if !draft.after.contains(&number) {
                draft.after.push(number);
            }
        }
        Sigil::Rule => {
            known(token, &vocabulary.rules)?;
            once(&mut draft.rule, token)?;
        }
        Sigil::Policy => {
            known(token, &vocabulary.policies)?;
            once(&mut draft.policy, token)?;
        }
        Sigil::Check => {
            known(token, &vocabulary.checks)?;
            once(&mut draft.check, token)?;
        }
        Sigil::Deadline => {
            let time = duration(&name).ok_or(DraftError::BadDeadline(name))?;
            draft.deadline = Some(draft.deadline.map_or(time, |old| old.min(time)));
        }
    }
    Ok(())
}

fn known(token: &Token, names: &[String]) -> Result<(), DraftError> {
    if names.contains(&token.name) {
        return Ok(());
    }
    let near = nearest(&token.name, names.iter().map(String::as_str)).map(str::to_owned);
    Err(DraftError::Unknown {
        sigil: token.sigil,
        name: token.name.clone(),
        suggestion: near,
    })
}

fn once(slot: &mut Option<String>, token: &Token) -> Result<(), DraftError> {
    match slot {
        Some(first) if *first != token.name => Err(DraftError::Twice {
            sigil: token.sigil,
            first: first.clone(),
            second: token.name.clone(),
        }),
        _ => {
            *slot = Some(token.name.clone());
            Ok(())
        }
    }
}

/// The words of a text, as byte ranges.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split(char::is_whitespace).filter_map(move |word| {
        let start = at;
        at += word.len();
        let end = at;
        // The white space that ended the word.
        at += text[end..].chars().next().map_or(0, char::len_utf8);
        (start < end).then_some(start..end)
    })
}

/// Byte ranges of `` `…` `` and of fenced blocks; an unclosed mark opens none.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let ticks = |from: usize| bytes[from..].iter().take_while(|b| **b == b'`').count();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let open = ticks(at);
        if open == 0 {
            at += 1;
            continue;
        }
        let mut end = at + open;
        let mut close = None;
        while end < bytes.len() {
            let run = ticks(end);
            if run == open {
                close = Some(end + run);
                break;
            }
            end += run.max(1);
        }
        match close {
            Some(close) => {
                spans.push(at..close);
                at = close;
            }
            None => at += open,
        }
    }
    spans
}

/// Sigil and name of a word, when its shape is that of an option.
fn option_of(word: &str) -> Option<(Sigil, &str)> {
    let named = [
        Sigil::After,
        Sigil::Deadline,
        Sigil::Rule,
        Sigil::Policy,
        Sigil::Check,
    ];
    for sigil in named {
        if let Some(name) = word.strip_prefix(sigil.mark()) {
            return (!name.is_empty()).then_some((sigil, name));
        }
    }
    for sigil in [Sigil::Member, Sigil::Strategy, Sigil::Kind, Sigil::Priority] {
        if let Some(name) = word.strip_prefix(sigil.mark()) {
            // Words like `@codex,` or `/usr/bin` are prose; `#12` is a task in prose.
            let letters = name.starts_with(|c: char| c.is_ascii_alphabetic());
            let shape = name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
            return (letters && shape && !name.ends_with('.')).then_some((sigil, name));
        }
    }
    None
}

/// A duration such as `45s`, `10m`, `2h` or `1d`; at most 365 days.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok().filter(|n| *n > 0)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number
        .checked_mul(seconds)
        .filter(|s| *s <= 365 * 86_400)
        .map(Duration::from_secs)
}

/// The text without its options: each goes with the spaces after it, lines keep their breaks.
fn prompt(text: &str, tokens: &[Token]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for token in tokens {
        out.push_str(&text[at..token.span.start]);
        let rest = &text[token.span.end..];
        at = token.span.end + (rest.len() - rest.trim_start_matches(' ').len());
        if text[at..].starts_with('\n') || at == text.len() {
            let kept = out.trim_end_matches(' ').len();
            out.truncate(kept);
        }
    }
    out.push_str(&text[at..]);
    unescape(out.trim())
}

/// `\@x` → `@x` for the first and the last word, where it would be an option; others stay.
fn unescape(text: &str) -> String {
    let mut out = text.to_owned();
    let words: Vec<Range<usize>> = words(text).collect();
    let mut ends: Vec<&Range<usize>> = words.first().into_iter().chain(words.last()).collect();
    ends.dedup();
    for span in ends.into_iter().rev() {
        let escaped = text[span.clone()].strip_prefix('\\');
        if escaped.is_some_and(|word| option_of(word).is_some()) {
            out.remove(span.start);
        }
    }
    out
}

#[cfg(test)]
mod tests;
