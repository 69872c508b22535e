//! Properties of what is allowed by prefix: nothing that a shell would do more with, ever.

use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::sample::select;
use synod::core::approval::{Asker, Verdict, judge, simple_command};
use synod::core::{
    Allowed, ApprovalPolicy, MemberName, Reply, Request, RequestKind, Rule, RuleAction,
};

/// Pieces of a command line that a shell may do something with.
const PIECES: [&str; 40] = [
    "a", "b", "ls", "x=1", "=", "-n", "/", ".", "~", "#", " ", "  ", "\t", "'", "\"", "\\", "$",
    "$(", "${", "`", "(", ")", "{", "}", "[", "]", "*", "?", "!", ";", "&", "&&", "|", "||", "<",
    ">", ">>", "\n", "if", "é",
];

/// What makes a line more than one simple command, wherever it stands outside of quotes.
const OPERATORS: [&str; 18] = [
    ";", "&", "&&", "|", "||", "|&", "\n", ">", ">>", "<", "<<", "2>&1", "$(b)", "`b`", "$B",
    "(b)", "*", "{b,c}",
];

fn bash(text: &str) -> Vec<String> {
    ["bash", "-lc", text].map(str::to_owned).to_vec()
}

fn verdict(action: RuleAction, command: Vec<String>) -> Verdict {
    let policy = ApprovalPolicy {
        rules: vec![Rule {
            name: "the rule".to_owned(),
            member: None,
            kind: RequestKind::Exec,
            prefix: vec!["cargo".to_owned(), "test".to_owned()],
            path: None,
            action,
        }],
        project: "/w".to_owned(),
        ..ApprovalPolicy::default()
    };
    let member = MemberName::new("codex").unwrap();
    let allowed = Allowed::default();
    let asker = Asker {
        member: &member,
        allowed: &allowed,
    };
    let cwd = "/w".to_owned();
    judge(&policy, asker, &Request::Exec { command, cwd })
}

fn is_allowed(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Settle {
            reply: Reply::Allow | Reply::AllowForSession,
            ..
        }
    )
}

/// A word in one of the ways in which it can be written without any meaning to a shell.
fn quoted(word: &str, how: u8) -> String {
    match how % 3 {
        0 => word.to_owned(),
        1 => format!("'{word}'"),
        _ => format!("\"{word}\""),
    }
}

fn words() -> impl Strategy<Value = Vec<(String, u8)>> {
    proptest::collection::vec(("[a-z0-9_./:,+-]{1,6}", any::<u8>()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Plain words after the prefix are allowed, however they are quoted; with an operator at any
    /// place they are not.
    #[test]
    fn an_operator_is_never_allowed_by_prefix(
        words in words(), operator in select(&OPERATORS[..]), at in any::<prop::sample::Index>(),
    ) {
        let mut parts = vec!["cargo".to_owned(), "test".to_owned()];
        parts.extend(words.iter().map(|(word, how)| quoted(word, *how)));
        prop_assert!(is_allowed(&verdict(RuleAction::Allow, bash(&parts.join(" ")))));
        parts.insert(at.index(parts.len() + 1), operator.to_owned());
        let text = parts.join(" ");
        // At the very beginning or end a line break is not even there.
        if !text.trim().contains('\n') && operator == "\n" {
            return Ok(());
        }
        let said = verdict(RuleAction::Allow, bash(&text));
        prop_assert!(!is_allowed(&said), "{text:?}: {said:?}");
    }

    /// No text makes the decision panic, and a denied command stays denied inside any line.
    #[test]
    fn a_denied_command_is_found_in_any_line(
        before in words(), after in words(), operator in select(vec![";", "&&", "||", "|", "&", "\n"]),
    ) {
        let plain = |words: &[(String, u8)]| {
            let parts: Vec<String> = words.iter().map(|(word, how)| quoted(word, *how)).collect();
            parts.join(" ")
        };
        let text = format!("true {} {operator} cargo test {}", plain(&before), plain(&after));
        let said = verdict(RuleAction::Deny, bash(&text));
        let denied = matches!(said, Verdict::Settle { reply: Reply::Deny { .. }, .. });
        prop_assert!(denied, "{text:?}: {said:?}");
    }

    #[test]
    fn any_text_is_read(pieces in proptest::collection::vec(select(&PIECES[..]), 0..24)) {
        let text = pieces.concat();
        let words = simple_command(&bash(&text));
        if let Some(words) = words {
            prop_assert!(!words.is_empty());
            let quoted = text.contains(['\'', '\\', '"']);
            prop_assert!(quoted || !text.contains(['$', '`']), "{:?}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A real shell agrees: what is read as one simple command has exactly these words for it.
    #[test]
    fn a_shell_reads_the_same_words(
        pieces in proptest::collection::vec(select(&PIECES[..]), 1..12),
    ) {
        let line = format!("printf %s\\\\0 {}", pieces.concat());
        let Some(words) = simple_command(&bash(&line)) else {
            return Ok(());
        };
        let folder = tempfile::tempdir().unwrap();
        let shell = Command::new("bash")
            .args(["-c", &line])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output();
        let Ok(shell) = shell else {
            return Ok(());
        };
        let said = String::from_utf8(shell.stdout).unwrap();
        let mut expected: Vec<&str> = words[2..].iter().map(String::as_str).collect();
        if expected.is_empty() {
            expected.push("");
        }
        let mut found: Vec<&str> = said.split('\0').collect();
        found.pop();
        prop_assert_eq!(found, expected, "{:?}", line);
        prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
