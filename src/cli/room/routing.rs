//! How members are chosen, from the configuration.

use std::collections::BTreeMap;

use crate::config;
use crate::core::routing::policy::Policy;
use crate::core::routing::setting::{Rewards, Setting};
use crate::core::{Kinds, MemberName};

/// What is written down.
pub(super) fn setting(set: &config::Routing, kinds: &Kinds) -> Setting {
    let usual = Setting::default();
    let policy = |word: &str| word.parse::<Policy>().ok();
    let of_kinds = set.kinds.iter();
    let order = set.order.iter();
    Setting {
        policy: policy(set.policy).unwrap_or(usual.policy),
        kinds: of_kinds
            .filter_map(|(kind, word)| Some((kinds.read(kind).ok()?, policy(word)?)))
            .collect(),
        order: order
            .filter_map(|(name, _)| MemberName::new(name.as_str()).ok())
            .collect(),
        further: set.further_calls,
        several: set
            .several
            .iter()
            .filter_map(|(kind, word)| Some((kinds.read(kind).ok()?, word.parse().ok()?)))
            .collect(),
        needs: set
            .needs
            .iter()
            .filter_map(|(kind, word)| Some((kinds.read(kind).ok()?, word.parse().ok()?)))
            .collect(),
        most_usd: set.most_usd,
        rewards: rewards(&set.rewards, usual.rewards),
    }
}

fn rewards(set: &BTreeMap<&'static str, f64>, usual: Rewards) -> Rewards {
    let of = |word: &str, usual: f64| set.get(word).copied().unwrap_or(usual);
    Rewards {
        choice: of("choice", usual.choice),
        thumb: of("thumb", usual.thumb),
        check: of("check", usual.check),
        replaced: of("replaced", usual.replaced),
        vote: of("vote", usual.vote),
        expert: of("expert", usual.expert),
        agreement: of("agreement", usual.agreement),
        answered: of("answered", usual.answered),
        failed: of("failed", usual.failed),
    }
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::core::Kinds;
    use crate::core::routing::limits::Need;
    use crate::core::routing::policy::Policy;
    use crate::core::routing::setting::Setting;
    use crate::core::routing::whether::Several;

    #[test]
    fn what_is_not_set_is_what_the_core_takes_and_all_words_are_known_to_both() {
        let setting = super::setting(&config::Routing::default(), &Kinds::default());
        let learned = Setting {
            policy: Policy::Learned,
            further: 0.25,
            ..Setting::default()
        };
        assert_eq!(setting, learned);
        let words: Vec<&str> = Policy::ALL.iter().map(|policy| policy.word()).collect();
        assert_eq!(words, config::POLICIES);
        let words: Vec<&str> = Several::ALL.iter().map(|several| several.word()).collect();
        assert_eq!(words, config::SEVERAL);
        let words: Vec<&str> = Need::ALL.iter().map(|need| need.word()).collect();
        assert_eq!(words, config::NEEDS);
    }
}
