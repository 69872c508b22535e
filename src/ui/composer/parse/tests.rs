//! What is an option, what is text, and what is refused.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn vocabulary() -> Vocabulary {
    let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    Vocabulary {
        policies: own(&["fastest", "learned"]),
        checks: own(&["tests", "lint"]),
        members: own(&["codex", "claude", "gpt"]),
        strategies: own(&["solo", "race", "council", "chain"]),
        kinds: own(&["code", "review", "planning", "sql"]),
        meanings: std::collections::BTreeMap::new(),
        reader: crate::core::analysis::Reader::default(),
        priorities: own(&["low", "normal", "high", "urgent"]),
        rules: own(&["borda", "schulze"]),
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
        ok(
            "@codex @claude /council #code !high after:#3 deadline:10m policy:fastest check:tests rule:borda why?"
        ),
        Draft {
            prompt: "why?".to_owned(),
            members: vec!["codex".to_owned(), "claude".to_owned()],
            strategy: Some("council".to_owned()),
            kind: Some("code".to_owned()),
            priority: Some("high".to_owned()),
            after: vec![3],
            deadline: Some(Duration::from_mins(10)),
            policy: Some("fastest".to_owned()),
            check: Some("tests".to_owned()),
            rule: Some("borda".to_owned()),
        }
    );
}

#[test]
fn a_kind_is_known_by_the_name_that_it_had() {
    assert_eq!(ok("#sql #sql x").kind.as_deref(), Some("sql"));
    let order = ok("#plan x").order(crate::core::Timestamp(0));
    assert_eq!(order.kind, crate::core::TaskKind::Planning);
    assert!(refused("#sqll x").contains("did you mean #sql?"));
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
        refused("rule:bordo x"),
        "there is no rule `bordo` (did you mean rule:borda?); write \\rule:bordo to say it literally"
    );
    assert_eq!(ok("rule: be short").prompt, "rule: be short");
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
