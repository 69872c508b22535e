//! Events of what waits for the operator, and of the rules that answer for them.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::{
    ApprovalPolicy, Attention, Event, Limit, Reply, Request, RequestKind, Resolution, Rule,
    RuleAction, Sampling, Subject,
};

use super::{
    actor, ask_id, at, attention_id, call_id, lesson, name, order, outside, span, task_id, text,
    words,
};

pub(super) fn waiting() -> BoxedStrategy<Event> {
    let request = prop_oneof![
        (vec(words(), 0..4), words()).prop_map(|(command, cwd)| Request::Exec { command, cwd }),
        (vec(words(), 0..4), text()).prop_map(|(files, diff)| Request::Patch { files, diff }),
        (text(), text()).prop_map(|(message, schema)| Request::Form { message, schema }),
        (text(), words()).prop_map(|(message, url)| Request::Url { message, url }),
        (text(), any::<u64>())
            .prop_map(|(prompt, max_tokens)| Request::Sampling { prompt, max_tokens }),
        (words(), words(), text(), any::<bool>()).prop_map(|(server, tool, arguments, reads)| {
            Request::Tool {
                server,
                tool,
                arguments,
                reads,
            }
        }),
    ];
    let limit = select(vec![Limit::Tokens, Limit::Money, Limit::Time]);
    let subject = prop_oneof![
        (call_id(), ask_id(), request).prop_map(|(call, ask, request)| Subject::Asked {
            call,
            ask,
            request
        }),
        task_id().prop_map(|task| Subject::Choice { task }),
        task_id().prop_map(|task| Subject::Interrupted { task }),
        task_id().prop_map(|task| Subject::Plan { task }),
        (name(), words()).prop_map(|(member, why)| Subject::LoggedOut { member, why }),
        limit.prop_map(|limit| Subject::Budget { limit }),
        outside::edit().prop_map(|edit| Subject::Edited {
            edit: Box::new(edit)
        }),
        order().prop_map(|order| Subject::Proposed {
            order: Box::new(order)
        }),
        (lesson::id(), lesson::id()).prop_map(|(older, newer)| Subject::Lessons { older, newer }),
    ];
    let reply = prop_oneof![
        Just(Reply::Allow),
        Just(Reply::AllowForSession),
        words().prop_map(|reason| Reply::Deny { reason }),
        text().prop_map(|content| Reply::Fill { content }),
        Just(Reply::KeepAside),
        lesson::holds().prop_map(Reply::Hold),
    ];
    let raised = (attention_id(), subject, at(), of(at()));
    let resolution = (reply, actor(), of(words()));
    let resolution = resolution.prop_map(|(reply, by, rule)| Resolution { reply, by, rule });
    let resolved = (attention_id(), of((call_id(), ask_id())), resolution);
    prop_oneof![
        raised.prop_map(|(id, subject, since, expires)| Event::AttentionRaised {
            attention: Attention {
                id,
                subject,
                since,
                expires,
            }
        }),
        resolved.prop_map(|(attention, asked, resolution)| Event::AttentionResolved {
            attention,
            asked,
            resolution
        }),
        outside::event(),
        (attention_id(), call_id(), ask_id()).prop_map(|(attention, call, ask)| {
            Event::AttentionWithdrawn {
                attention,
                call,
                ask,
            }
        }),
        (attention_id(), task_id(), actor(), any::<bool>()).prop_map(
            |(attention, task, by, lasting)| Event::ModelLent {
                attention,
                task,
                by,
                lasting,
            }
        ),
        policy().prop_map(|policy| Event::PolicySet { policy }),
    ]
    .boxed()
}

fn policy() -> impl Strategy<Value = ApprovalPolicy> {
    let kind = select(vec![
        RequestKind::Exec,
        RequestKind::Patch,
        RequestKind::Form,
        RequestKind::Url,
        RequestKind::Sampling,
        RequestKind::Tool,
    ]);
    let action = select(vec![
        RuleAction::Allow,
        RuleAction::Ask,
        RuleAction::Deny,
        RuleAction::Block,
    ]);
    let rule = (
        words(),
        of(name()),
        kind,
        vec(words(), 0..3),
        of(words()),
        action,
    );
    let rule = rule.prop_map(|(name, member, kind, prefix, path, action)| Rule {
        name,
        member,
        kind,
        prefix,
        path,
        action,
    });
    let sampling = prop_oneof![
        Just(Sampling::Refuse),
        Just(Sampling::Ask),
        name().prop_map(Sampling::Member),
    ];
    let sampling = btree_map(name(), sampling, 0..3);
    (vec(rule, 0..3), words(), span(), sampling).prop_map(|(rules, project, patience, sampling)| {
        ApprovalPolicy {
            rules,
            project,
            patience,
            sampling,
        }
    })
}
