//! The language of the composer: addresses and options among plain words.
//!
//! `@member`, `/strategy`, `#kind`, `!priority`, `after:#3` and `deadline:10m` are options in the
//! run of such words that begins the task, and in the run that ends its last line as far as they
//! name what exists, were typed and stand outside `` `code` ``. Everything else is the prompt, kept
//! as written. At the beginning a well-formed option with an unknown name is reported, never
//! guessed. `\@word` at either place is the literal `@word`. A word that starts with a sigil but
//! cannot be an option by its shape (`#!/bin/sh`, `!=`, `/usr/bin`, `@`) is text.
//!
//! Does not know which members exist: the caller gives the [`Vocabulary`].

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::ui::suggest::nearest;

/// The names that options may have right now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Members of the roster.
    pub members: Vec<String>,
    /// Strategies that can be asked for.
    pub strategies: Vec<String>,
    /// Kinds of task.
    pub kinds: Vec<String>,
    /// Priorities, lowest first.
    pub priorities: Vec<String>,
    /// Numbers of the tasks that can be waited for.
    pub tasks: Vec<u64>,
}

/// What kind of option a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sigil {
    /// `@member`
    Member,
    /// `/strategy`
    Strategy,
    /// `#kind`
    Kind,
    /// `!priority`
    Priority,
    /// `after:#n`
    After,
    /// `deadline:10m`
    Deadline,
}

impl Sigil {
    /// The characters before the name.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Member => "@",
            Self::Strategy => "/",
            Self::Kind => "#",
            Self::Priority => "!",
            Self::After => "after:#",
            Self::Deadline => "deadline:",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Strategy => "strategy",
            Self::Kind => "kind",
            Self::Priority => "priority",
            Self::After => "open task",
            Self::Deadline => "duration",
        }
    }
}

/// What the operator wrote, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The prompt, without the options.
    pub prompt: String,
    /// Members addressed, in order, each once.
    pub members: Vec<String>,
    /// The strategy asked for.
    pub strategy: Option<String>,
    /// The kind of task.
    pub kind: Option<String>,
    /// The priority.
    pub priority: Option<String>,
    /// Tasks to wait for, each once.
    pub after: Vec<u64>,
    /// Time until the task must be done, from when it is sent.
    pub deadline: Option<Duration>,
}

/// Why a draft cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DraftError {
    /// A well-formed option with a name that nobody has.
    #[error("there is no {} `{name}`{}; write \\{}{name} to say it literally",
        .sigil.noun(),
        .suggestion.as_deref().map(|s| format!(" (did you mean {}{s}?)", .sigil.mark())).unwrap_or_default(),
        .sigil.mark())]
    Unknown {
        /// The kind of option.
        sigil: Sigil,
        /// The name written.
        name: String,
        /// The nearest name there is.
        suggestion: Option<String>,
    },
    /// An option that can be given once was given twice, differently.
    #[error("{} is given twice: {}{first} and {}{second}; keep one", .sigil.noun(), .sigil.mark(), .sigil.mark())]
    Twice {
        /// The kind of option.
        sigil: Sigil,
        /// The first name.
        first: String,
        /// The second name.
        second: String,
    },
    /// A deadline that is no duration.
    #[error(
        "`{0}` is not a duration; write for instance deadline:90s, deadline:10m or deadline:2h"
    )]
    BadDeadline(String),
    /// Options only.
    #[error("there is nothing to ask yet: write the task after its options")]
    NoPrompt,
}

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
        Sigil::Kind => vocabulary.kinds.contains(name),
        Sigil::Priority => vocabulary.priorities.contains(name),
        Sigil::After => name.parse().is_ok_and(|n| vocabulary.tasks.contains(&n)),
        Sigil::Deadline => duration(name).is_some(),
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
            known(token, &vocabulary.kinds)?;
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
    for sigil in [Sigil::After, Sigil::Deadline] {
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
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn vocabulary() -> Vocabulary {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Vocabulary {
            members: own(&["codex", "claude", "gpt"]),
            strategies: own(&["solo", "race", "council", "chain"]),
            kinds: own(&["code", "review"]),
            priorities: own(&["low", "normal", "high", "urgent"]),
            tasks: vec![3, 12],
        }
    }

    fn ok(text: &str) -> Draft {
        parse(text, &vocabulary(), &[]).unwrap()
    }

    fn refused(text: &str) -> String {
        parse(text, &vocabulary(), &[]).unwrap_err().to_string()
    }

    #[test]
    fn everything_at_once() {
        assert_eq!(
            ok("@codex @claude /council #code !high after:#3 deadline:10m why does it fail?"),
            Draft {
                prompt: "why does it fail?".to_owned(),
                members: vec!["codex".to_owned(), "claude".to_owned()],
                strategy: Some("council".to_owned()),
                kind: Some("code".to_owned()),
                priority: Some("high".to_owned()),
                after: vec![3],
                deadline: Some(Duration::from_mins(10)),
            }
        );
    }

    #[test]
    fn options_may_follow_and_the_text_keeps_its_shape() {
        let draft = ok("first line\n  indented\n\nlast words @codex !low\n");
        assert_eq!(draft.prompt, "first line\n  indented\n\nlast words");
        assert_eq!(draft.members, ["codex"]);
        assert_eq!(draft.priority.as_deref(), Some("low"));
    }

    #[test]
    fn in_the_middle_nothing_is_an_option() {
        for text in [
            "fix the @dataclass in models.py",
            "ask @codex about it",
            "what does /solo mean here?",
            "explain the decorator @dataclass",
            "first line @codex\nsecond line",
            "is @nobody @codex one of us?",
        ] {
            assert_eq!(ok(text).prompt, text);
            assert!(ok(text).members.is_empty());
        }
        let draft = ok("rename @dataclass @codex");
        assert_eq!(draft.prompt, "rename @dataclass");
        assert_eq!(draft.members, ["codex"]);
    }

    #[test]
    fn what_was_pasted_is_an_option_at_the_beginning_only() {
        let parse =
            |text: &str, pasted: &str| parse(text, &vocabulary(), &[Arc::from(pasted)]).unwrap();
        assert_eq!(
            parse("explain: by @codex", "by @codex").prompt,
            "explain: by @codex"
        );
        assert_eq!(parse("@codex hello", "@codex hello").members, ["codex"]);
        assert_eq!(parse("explain x @claude", "x").members, ["claude"]);
    }

    #[test]
    fn what_only_looks_like_an_option_is_text() {
        for text in [
            "mail me@codex now",
            "run `@codex /solo` please",
            "```\n#code\n@codex\n```\nexplain",
            "see /usr/bin and #12 and != and @ alone",
            "#!/bin/sh is a shebang",
            "thanks @codex, that works",
        ] {
            let draft = ok(text);
            assert_eq!(
                draft,
                Draft {
                    prompt: text.to_owned(),
                    ..Draft::default()
                }
            );
        }
    }

    #[test]
    fn a_backslash_makes_it_literal() {
        assert_eq!(
            ok("\\@codex and C:\\dir \\@x in \\#code").prompt,
            "@codex and C:\\dir \\@x in #code"
        );
        assert_eq!(ok("\\/council is a word").prompt, "/council is a word");
        assert!(ok("say \\@codex").members.is_empty());
    }

    #[test]
    fn an_unclosed_tick_hides_nothing() {
        assert_eq!(ok("it`s here @codex").members, ["codex"]);
    }

    #[test]
    fn mistakes_are_explained() {
        assert_eq!(
            refused("@codx hello"),
            "there is no member `codx` (did you mean @codex?); write \\@codx to say it literally"
        );
        assert_eq!(
            refused("/counsil hello"),
            "there is no strategy `counsil` (did you mean /council?); write \\/counsil to say it literally"
        );
        assert_eq!(
            refused("after:#99 x"),
            "there is no open task `99`; write \\after:#99 to say it literally"
        );
        assert_eq!(
            refused("!low !high x"),
            "priority is given twice: !low and !high; keep one"
        );
        assert_eq!(
            refused("deadline:soon x"),
            "`soon` is not a duration; write for instance deadline:90s, deadline:10m or deadline:2h"
        );
        assert_eq!(
            refused("@codex /solo"),
            "there is nothing to ask yet: write the task after its options"
        );
        assert_eq!(
            refused("  "),
            "there is nothing to ask yet: write the task after its options"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_are_words(text in "[@/#!\\\\`a-d: \n日0-9]{0,60}") {
            drop(parse(&text, &vocabulary(), &[]));
            for token in tokens(&text, &vocabulary(), &[]) {
                prop_assert_eq!(
                    &text[token.span.clone()],
                    format!("{}{}", token.sigil.mark(), token.name)
                );
            }
        }

        #[test]
        fn text_without_marks_is_kept(text in "[a-z日 \n.,]{1,60}") {
            prop_assume!(!text.trim().is_empty());
            prop_assert_eq!(ok(&text).prompt, text.trim());
        }
    }
}
