//! How the tasks of a replay are worked: by whom, by which rule, and how many are asked.

use crate::core::routing::policy::Policy;
use crate::core::voting::rule::Rule;

/// How the tasks are worked again.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// Members are chosen by a policy.
    Policy {
        /// Which.
        policy: Policy,
        /// How many further calls may be made for each task; only `learned` makes any.
        further: f64,
    },
    /// Everybody is asked, and a rule counts the answers.
    Rule {
        /// Which; one that counts heads.
        rule: Rule,
        /// How many are asked first; the others only where these differ.
        cascade: Option<usize>,
        /// How sure the answer must be that nobody further is asked, 0 to 1.
        threshold: Option<f64>,
    },
}
