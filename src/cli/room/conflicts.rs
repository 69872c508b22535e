//! How conflicts are settled, from the configuration.

use std::collections::BTreeMap;

use crate::config;
use crate::config::Conflict;
use crate::core::ladder::{Fallback, Jury, Ladder, Rung};
use crate::core::voting::{Quorum, Rule};
use crate::core::{Kinds, MemberName, Span, TaskKind};

/// The ladder that is written down.
pub(super) fn ladder(set: &Conflict, kinds: &Kinds) -> Ladder {
    let quorum = set
        .quorum
        .and_then(|quorum| Quorum::new(usize::from(quorum.needed), usize::from(quorum.of)).ok());
    Ladder {
        rungs: set.ladder.iter().map(|one| rung(*one)).collect(),
        rules: of_kinds(&set.rule, kinds, |word| word.parse::<Rule>().ok()),
        rule: set.rule.get("default").and_then(|word| word.parse().ok()),
        quorum,
        jury: match set.jury {
            config::Jury::Council => Jury::Council,
            config::Jury::Room => Jury::Room,
        },
        rounds: set.rounds,
        patience: Span::from(set.patience),
        operator: set.operator.length().map(Span::from),
        later: Span::from(set.later),
        fallbacks: of_kinds(&set.fallback, kinds, |word| Some(fallback(*word))),
        fallback: set
            .fallback
            .get("default")
            .map_or(Fallback::Fail, |word| fallback(*word)),
        expert: named(set.expert.as_ref()),
        judge: named(set.judge.as_ref()),
        clerk: named(set.claims.as_ref()),
    }
}

fn named(set: Option<&(config::Name, config::Origin)>) -> Option<MemberName> {
    set.and_then(|(name, _)| MemberName::new(name.as_str()).ok())
}

/// What is set for kinds of tasks; `default` is no kind.
fn of_kinds<T, U>(
    set: &BTreeMap<String, T>,
    kinds: &Kinds,
    read: impl Fn(&T) -> Option<U>,
) -> BTreeMap<TaskKind, U> {
    let pairs = set.iter();
    pairs
        .filter_map(|(kind, value)| Some((kinds.read(kind).ok()?, read(value)?)))
        .collect()
}

fn rung(rung: config::Rung) -> Rung {
    match rung {
        config::Rung::Vote => Rung::Vote,
        config::Rung::Consensus => Rung::Consensus,
        config::Rung::Expert => Rung::Expert,
        config::Rung::Operator => Rung::Operator,
    }
}

fn fallback(fallback: config::Fallback) -> Fallback {
    match fallback {
        config::Fallback::BestRecord => Fallback::BestRecord,
        config::Fallback::StatusQuo => Fallback::StatusQuo,
        config::Fallback::AskLater => Fallback::AskLater,
        config::Fallback::Fail => Fallback::Fail,
    }
}

#[cfg(test)]
mod tests {
    use super::ladder;
    use crate::config::{Conflict, KINDS, RULES};
    use crate::core::ladder::Rung;
    use crate::core::voting::Rule;
    use crate::core::{Kinds, TaskKind};

    #[test]
    fn the_words_of_the_configuration_are_those_of_the_core() {
        let kinds: Vec<&str> = TaskKind::ALL.iter().map(TaskKind::word).collect();
        assert_eq!(kinds, KINDS);
        let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.word()).collect();
        assert_eq!(rules, RULES);
    }

    #[test]
    fn without_a_word_all_rungs_are_climbed() {
        let ladder = ladder(&Conflict::default(), &Kinds::default());
        let all = [Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator];
        assert_eq!(ladder.rungs, all);
        assert_eq!(ladder.rule, None);
        assert_eq!(ladder.check(), Ok(()));
    }
}
