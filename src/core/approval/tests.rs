//! What rules come to. The parser, the block list and paths have tests of their own.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;

use super::{
    Allowed, ApprovalPolicy, Asker, RequestKind, Rule, RuleAction, Sampling, Verdict, judge,
};
use crate::core::fixture::name;
use crate::core::{Reply, Request, Text};

fn rule(action: RuleAction, kind: RequestKind, prefix: &str) -> Rule {
    Rule {
        name: format!("{action:?} {prefix}"),
        member: None,
        kind,
        prefix: prefix.split_whitespace().map(str::to_owned).collect(),
        path: None,
        action,
    }
}

fn policy(rules: Vec<Rule>) -> ApprovalPolicy {
    ApprovalPolicy {
        rules,
        project: "/home/me/app".to_owned(),
        ..ApprovalPolicy::default()
    }
}

fn exec(text: &str) -> Request {
    Request::Exec {
        command: ["bash", "-lc", text].map(str::to_owned).to_vec(),
        cwd: "/home/me/app/src".to_owned(),
    }
}

fn patch(files: &[&str]) -> Request {
    Request::Patch {
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        diff: Text::from(""),
    }
}

/// The answer in one word, and the rule that gave it.
fn said(policy: &ApprovalPolicy, request: &Request, allowed: &[RequestKind]) -> (String, String) {
    let allowed = Allowed {
        kinds: allowed.iter().copied().collect(),
        tools: BTreeSet::new(),
    };
    let member = name("codex");
    let asker = Asker {
        member: &member,
        allowed: &allowed,
    };
    match judge(policy, asker, request) {
        Verdict::Ask => ("ask".to_owned(), String::new()),
        Verdict::Lend { to } => ("lend".to_owned(), format!("{to:?}")),
        Verdict::Settle { reply, rule } => {
            let word = match reply {
                Reply::Allow => "allow".to_owned(),
                Reply::Deny { .. } => "deny".to_owned(),
                Reply::Fill { content } => content.as_str().to_owned(),
                Reply::AllowForSession => "session".to_owned(),
                Reply::KeepAside => "aside".to_owned(),
                Reply::Hold(_) => "hold".to_owned(),
            };
            (word, rule)
        }
    }
}

fn word(policy: &ApprovalPolicy, request: &Request) -> String {
    said(policy, request, &[]).0
}

#[test]
fn a_prefix_allows_one_simple_command_and_nothing_else() {
    let policy = policy(vec![rule(
        RuleAction::Allow,
        RequestKind::Exec,
        "cargo test",
    )]);
    for text in [
        "cargo test",
        "cargo test --lib 'a b'",
        "bash -c 'cargo test'",
    ] {
        assert_eq!(said(&policy, &exec(text), &[]).0, "allow", "{text}");
    }
    for text in [
        "cargo",
        "cargo tests",
        "cargo build",
        "cargo test; ls",
        "cargo test && ls",
        "cargo test > log",
        "cargo test $(ls)",
        "cargo test $X",
        "X=y cargo test",
        "cargo test *",
        "env cargo test",
    ] {
        assert_eq!(said(&policy, &exec(text), &[]).0, "ask", "{text}");
    }
}

#[test]
fn the_strictest_rule_wins_in_any_order() {
    use RuleAction::{Allow, Ask, Block, Deny};
    let all = [Allow, Ask, Deny, Block];
    for (first, one) in all.iter().enumerate() {
        for (second, other) in all.iter().enumerate() {
            let rules = vec![
                rule(*one, RequestKind::Exec, "git"),
                rule(*other, RequestKind::Exec, "git push"),
            ];
            let expected = ["allow", "ask", "deny", "deny"][first.max(second)];
            assert_eq!(word(&policy(rules), &exec("git push")), expected);
        }
    }
}

#[test]
fn the_block_list_beats_an_allow_and_the_session() {
    let policy = policy(vec![
        rule(RuleAction::Allow, RequestKind::Exec, ""),
        rule(RuleAction::Allow, RequestKind::Patch, ""),
    ]);
    let all = [RequestKind::Exec, RequestKind::Patch];
    let (word, rule) = said(&policy, &exec("sudo ls"), &all);
    assert_eq!(
        (word.as_str(), rule.as_str()),
        ("deny", "block list: becoming another user")
    );
    assert_eq!(said(&policy, &patch(&["/etc/hosts"]), &all).0, "deny");
    assert_eq!(said(&policy, &exec("ls | wc -l"), &[]).0, "allow");
    assert_eq!(said(&policy, &patch(&["src/a.rs"]), &[]).0, "allow");
}

#[test]
fn a_deny_or_a_block_finds_its_command_inside_a_line() {
    for action in [RuleAction::Deny, RuleAction::Block] {
        let policy = policy(vec![
            rule(RuleAction::Allow, RequestKind::Exec, ""),
            rule(action, RequestKind::Exec, "git push"),
        ]);
        for text in ["git push -f", "ls; git push", "echo $(env A=b git push)"] {
            assert_eq!(word(&policy, &exec(text)), "deny", "{text}");
        }
        assert_eq!(word(&policy, &exec("git pull")), "allow");
    }
}

#[test]
fn what_was_allowed_for_the_session_beats_ask_but_not_deny() {
    let asks = policy(vec![rule(RuleAction::Ask, RequestKind::Exec, "")]);
    let allowed = [RequestKind::Exec];
    let (word, rule_name) = said(&asks, &exec("a | b"), &allowed);
    assert_eq!(
        (word.as_str(), rule_name.as_str()),
        ("allow", "allowed for the session")
    );
    assert_eq!(said(&asks, &patch(&["a"]), &allowed).0, "ask");
    let denies = policy(vec![rule(RuleAction::Deny, RequestKind::Exec, "a")]);
    assert_eq!(said(&denies, &exec("a"), &allowed).0, "deny");
}

#[test]
fn a_rule_is_for_its_member_and_its_kind() {
    let mut other = rule(RuleAction::Allow, RequestKind::Exec, "");
    other.member = Some(name("gpt"));
    assert_eq!(word(&policy(vec![other.clone()]), &exec("ls")), "ask");
    other.member = Some(name("codex"));
    assert_eq!(word(&policy(vec![other.clone()]), &exec("ls")), "allow");
    assert_eq!(word(&policy(vec![other]), &patch(&["a"])), "ask");
}

#[test]
fn a_path_allows_all_files_and_denies_any() {
    let with = |action, kind, path: &str| {
        let mut rule = rule(action, kind, "");
        rule.path = Some(path.to_owned());
        policy(vec![rule])
    };
    let allow = with(RuleAction::Allow, RequestKind::Patch, "docs");
    assert_eq!(
        word(&allow, &patch(&["docs/a", "/home/me/app/docs/b"])),
        "allow"
    );
    assert_eq!(word(&allow, &patch(&["docs/a", "src/b"])), "ask");
    assert_eq!(word(&allow, &patch(&["docs/../src/b"])), "ask");
    assert_eq!(word(&allow, &patch(&[])), "ask");
    let deny = with(RuleAction::Deny, RequestKind::Patch, ".github");
    assert_eq!(word(&deny, &patch(&["a", ".github/x"])), "deny");
    let here = with(RuleAction::Allow, RequestKind::Exec, "src");
    assert_eq!(word(&here, &exec("ls")), "allow");
    let there = with(RuleAction::Allow, RequestKind::Exec, "docs");
    assert_eq!(word(&there, &exec("ls")), "ask");
}

#[test]
fn a_form_is_allowed_only_with_complete_defaults() {
    let policy = policy(vec![rule(RuleAction::Allow, RequestKind::Form, "")]);
    let form = |schema: &str| Request::Form {
        message: Text::from("?"),
        schema: Text::from(schema),
    };
    let complete = r#"{"type":"object","properties":{"go":{"type":"boolean","default":true}},"required":["go"]}"#;
    assert_eq!(word(&policy, &form(complete)), r#"{"go":true}"#);
    let open = r#"{"type":"object","properties":{"go":{"type":"boolean"}},"required":["go"]}"#;
    assert_eq!(word(&policy, &form(open)), "ask");
}

#[test]
fn a_model_is_lent_only_where_that_is_configured() {
    let wish = Request::Sampling {
        prompt: Text::from("hello"),
        max_tokens: 10,
    };
    let with = |sampling: Option<Sampling>| {
        let mut policy = policy(Vec::new());
        if let Some(sampling) = sampling {
            policy.sampling.insert(name("codex"), sampling);
        }
        policy
    };
    assert_eq!(word(&with(None), &wish), "deny");
    assert_eq!(word(&with(Some(Sampling::Refuse)), &wish), "deny");
    let asked = with(Some(Sampling::Ask));
    assert_eq!(word(&asked, &wish), "ask");
    assert_eq!(said(&asked, &wish, &[RequestKind::Sampling]).1, "None");
    let lent = with(Some(Sampling::Member(name("gpt"))));
    assert_eq!(word(&lent, &wish), "lend");
}

fn tool(server: &str, tool: &str, reads: bool) -> Request {
    Request::Tool {
        server: server.to_owned(),
        tool: tool.to_owned(),
        arguments: Text::from("{}"),
        reads,
    }
}

#[test]
fn a_tool_that_reads_is_called_without_asking_and_any_other_is_asked_for() {
    let none = policy(Vec::new());
    let read = said(&none, &tool("serena", "find_symbol", true), &[]);
    assert_eq!(
        read,
        ("allow".to_owned(), "serena is lent for reading".to_owned())
    );
    assert_eq!(word(&none, &tool("claude", "WebFetch", false)), "ask");
}

#[test]
fn rules_about_tools_name_the_server_and_the_tool() {
    use RuleAction::{Allow, Ask, Deny};
    let ruled = |action, prefix: &str, request: &Request| {
        word(
            &policy(vec![rule(action, RequestKind::Tool, prefix)]),
            request,
        )
    };
    let fetch = tool("claude", "WebFetch", false);
    for (prefix, answer) in [
        ("", "allow"),
        ("claude", "allow"),
        ("claude WebFetch", "allow"),
        ("claude WebSearch", "ask"),
        ("other WebFetch", "ask"),
        ("claude Web", "ask"),
    ] {
        assert_eq!(ruled(Allow, prefix, &fetch), answer, "{prefix}");
    }
    // A rule of the operator's counts for reading as well.
    let read = tool("serena", "read_file", true);
    assert_eq!(ruled(Deny, "serena read_file", &read), "deny");
    assert_eq!(ruled(Ask, "serena", &read), "ask");
    // Rules about commands are none about tools.
    let exec = policy(vec![rule(Deny, RequestKind::Exec, "")]);
    assert_eq!(word(&exec, &read), "allow");
}

#[test]
fn a_yes_for_the_session_is_one_for_that_tool_alone() {
    let mut allowed = Allowed::default();
    allowed.add(&tool("claude", "WebFetch", false));
    assert!(allowed.covers(&tool("claude", "WebFetch", false)));
    assert!(!allowed.covers(&tool("claude", "WebSearch", false)));
    assert!(!allowed.covers(&tool("other", "WebFetch", false)));
    assert!(!allowed.covers(&exec("ls")));
    allowed.add(&exec("ls"));
    assert!(allowed.covers(&exec("rm x")));
    allowed.add(&Request::Form {
        message: Text::from(""),
        schema: Text::from("{}"),
    });
    assert!(!allowed.kinds.contains(&RequestKind::Form));
}
