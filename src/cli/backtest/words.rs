//! Words and numbers of the command line, each refused with what can be meant instead.

use super::rows::Row;
use super::suggested;
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;

/// The most calls a task that are tried.
const CALLS_MAX: f64 = 256.0;

/// A policy by its word.
pub(super) fn policy(word: &str) -> Result<Policy, String> {
    let known: Vec<&str> = Policy::ALL.iter().map(|policy| policy.word()).collect();
    let parsed = word.parse::<Policy>();
    parsed.map_err(|error| format!("{error}{}", suggested(word, &known)))
}

/// A rule by its word, if it counts answers.
pub(super) fn rule(word: &str) -> Result<Rule, String> {
    let known = Rule::ALL.map(Rule::word);
    let rule = word
        .parse::<Rule>()
        .map_err(|error| format!("{error}{}", suggested(word, &known)))?;
    if rule.counts_heads() {
        return Ok(rule);
    }
    let heads = Rule::ALL.iter().filter(|rule| rule.counts_heads());
    let heads: Vec<&str> = heads.map(|rule| rule.word()).collect();
    Err(format!(
        "`{rule}` counts rankings or scores, and records hold none, only answers: use one of {}",
        heads.join(", ")
    ))
}

/// A policy with one call a task, or a rule with everybody asked.
pub(super) fn base(word: &str) -> Result<Row, String> {
    if let Ok(policy) = word.parse() {
        return Ok(Row::Policy(policy, 1.0));
    }
    if word.parse::<Rule>().is_ok() {
        return rule(word).map(|rule| Row::Rule(rule, None, None));
    }
    let policies = Policy::ALL.iter().map(|policy| policy.word());
    let heads = Rule::ALL.into_iter().filter(|rule| rule.counts_heads());
    let known: Vec<&str> = policies.chain(heads.map(Rule::word)).collect();
    Err(format!(
        "`{word}` is no policy and no rule{}: use one of {}",
        suggested(word, &known),
        known.join(", ")
    ))
}

/// How many are asked first.
pub(super) fn first(word: &str) -> Result<usize, String> {
    let number = word.parse::<usize>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "say how many are asked first, such as 3".to_owned())
}

/// A share of the whole.
pub(super) fn share(word: &str) -> Result<f64, String> {
    let number = word
        .parse::<f64>()
        .ok()
        .filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "say a number from 0 to 1, such as 0.9".to_owned())
}

/// How many calls a task.
pub(super) fn calls(word: &str) -> Result<f64, String> {
    let number = word.parse::<f64>().ok();
    let number = number.filter(|number| (1.0..=CALLS_MAX).contains(number));
    number.ok_or_else(|| "say how many calls a task, 1 or more, such as 1.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{base, calls, first, policy, rule, share};

    #[test]
    fn a_word_that_is_none_is_refused_with_what_is_meant() {
        let told = policy("lerned").unwrap_err();
        assert!(told.contains("did you mean `learned`?"), "{told}");
        let told = rule("wieghted").unwrap_err();
        assert!(told.contains("did you mean `weighted`?"), "{told}");
        let told = rule("borda").unwrap_err();
        assert!(
            told.contains("records hold none") && told.contains("plurality"),
            "{told}"
        );
        let told = base("tompson").unwrap_err();
        assert!(told.contains("did you mean `thompson`?"), "{told}");
        assert!(base("schulze").unwrap_err().contains("records hold none"));
        assert!(base("thompson").is_ok() && base("weighted").is_ok());
    }

    #[test]
    fn numbers_are_held_to_what_they_can_be() {
        for word in ["0", "-1", "x", ""] {
            assert!(first(word).is_err() && calls(word).is_err(), "{word}");
        }
        for word in ["nan", "inf", "1.5", "-0.1"] {
            assert!(share(word).is_err(), "{word}");
        }
        assert!(calls("nan").is_err() && calls("inf").is_err());
        assert!(calls("1.2").is_ok() && share("0.9").is_ok() && first("3").is_ok());
    }
}
