//! What the room applies by itself of what it recommends, and the time limits that it holds calls against,
//! from the configuration.

use std::collections::BTreeMap;

use crate::config;
use crate::core::advice::{Setting, Sort};
use crate::core::{MemberName, Span};
use crate::members::Setup;

/// What is written down, for these members.
pub(super) fn setting(set: &config::Advice, setups: &[Setup]) -> Setting {
    let sort = |word: &&str| Sort::BY_ITSELF.into_iter().find(|it| it.word() == *word);
    let limits = setups.iter().map(|setup| {
        let total = setup.server.limits.total;
        (setup.spec.name.clone(), Span::from(total))
    });
    let limits: BTreeMap<MemberName, Span> = limits.collect();
    Setting {
        apply: set.apply.iter().filter_map(sort).collect(),
        limits,
    }
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::core::advice::Sort;

    #[test]
    fn all_words_are_known_to_both() {
        assert_eq!(Sort::BY_ITSELF.map(Sort::word), config::SORTS);
        let apply = config::SORTS.to_vec();
        let setting = super::setting(&config::Advice { apply }, &[]);
        assert_eq!(setting.apply.len(), config::SORTS.len());
    }
}
