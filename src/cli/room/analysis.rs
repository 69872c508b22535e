//! Which tasks a member looks at first, from the configuration.

use crate::config;
use crate::core::MemberName;
use crate::core::appraisal::Appraisers;

/// What is written down.
pub(super) fn appraisers(set: &config::Analysis) -> Appraisers {
    let by = set.by.as_ref();
    Appraisers {
        above: set.above,
        by: by.and_then(|(name, _)| MemberName::new(name.as_str()).ok()),
    }
}
